/* objects.c: see objects.h. Every instrumented object calls its sanitizer's initialisation. */
#include "cc/objects.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

static Elf *open_elf(const char *path, int *fd) {
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
        return NULL;
    return elf_begin(*fd, ELF_C_READ_MMAP, NULL);
}

static void close_elf(Elf *elf, int fd) {
    if (elf != NULL)
        (void)elf_end(elf);
    if (fd >= 0)
        (void)close(fd);
}

/* ---- objects ---- */

/* Does it call that function of somebody else's? */
static bool calls(Elf *elf, const char *function) {
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s != NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) == NULL || header.sh_type != SHT_SYMTAB ||
            header.sh_entsize == 0)
            continue;
        Elf_Data *symbols = elf_getdata(s, NULL);
        for (int i = 0; i < (int)(header.sh_size / header.sh_entsize); i++) {
            GElf_Sym symbol;
            const char *name =
                gelf_getsym(symbols, i, &symbol) != NULL && symbol.st_shndx == SHN_UNDEF
                    ? elf_strptr(elf, header.sh_link, symbol.st_name)
                    : NULL;
            if (name != NULL && strcmp(name, function) == 0)
                return true;
        }
    }
    return false;
}

static bool has_code(Elf *elf) {
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s != NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) != NULL && header.sh_type == SHT_PROGBITS &&
            (header.sh_flags & SHF_EXECINSTR) != 0 && header.sh_size > 0)
            return true;
    }
    return false;
}

static bool look_at_object(Elf *elf, const char *member, struct snag__objects *out) {
    GElf_Ehdr header;
    if (gelf_getehdr(elf, &header) == NULL || header.e_type != ET_REL)
        return false;
    if (calls(elf, "__asan_init")) {
        out->asan = true;
        out->asan_member = out->asan_member != NULL ? out->asan_member : member;
    } else if (calls(elf, "__tsan_init")) {
        out->tsan = true;
        out->tsan_member = out->tsan_member != NULL ? out->tsan_member : member;
    } else {
        out->plain = out->plain || has_code(elf);
    }
    return true;
}

static bool look_at_archive(Elf *archive, int fd, struct snag__objects *out) {
    Elf_Cmd command = ELF_C_READ_MMAP;
    for (Elf *member;
         command != ELF_C_NULL && (member = elf_begin(fd, command, archive)) != NULL;) {
        const Elf_Arhdr *header = elf_getarhdr(member);
        if (header != NULL && header->ar_name != NULL && header->ar_name[0] != '/')
            (void)look_at_object(member, snag__word("%s", header->ar_name), out);
        command = elf_next(member);
        (void)elf_end(member);
    }
    return true;
}

bool snag__objects_look(const char *path, struct snag__objects *out) {
    int fd;
    Elf *elf = open_elf(path, &fd);
    *out = (struct snag__objects){0};
    bool known = elf != NULL && (elf_kind(elf) == ELF_K_ELF  ? look_at_object(elf, "", out)
                                 : elf_kind(elf) == ELF_K_AR ? look_at_archive(elf, fd, out)
                                                             : false);
    close_elf(elf, fd);
    return known;
}

/* ---- shared libraries ---- */

static void read_dynamic(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, const char **soname,
                         struct snag__words *needed) {
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Dyn entry;
    for (int i = 0; data != NULL && gelf_getdyn(data, i, &entry) != NULL; i++) {
        const char *name = elf_strptr(elf, header->sh_link, entry.d_un.d_val);
        if (entry.d_tag == DT_SONAME && name != NULL)
            *soname = snag__word("%s", name);
        else if (entry.d_tag == DT_NEEDED && name != NULL)
            snag__words_add(needed, snag__word("%s", name));
    }
}

bool snag__shared_look(const char *path, const char **soname, struct snag__words *needed) {
    const char *slash = strrchr(path, '/');
    int fd;
    Elf *elf = open_elf(path, &fd);
    GElf_Ehdr header;
    bool shared = elf != NULL && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) != NULL &&
                  header.e_type == ET_DYN;
    *soname = slash != NULL ? slash + 1 : path;
    for (Elf_Scn *s = shared ? elf_nextscn(elf, NULL) : NULL; s != NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr section;
        if (gelf_getshdr(s, &section) != NULL && section.sh_type == SHT_DYNAMIC)
            read_dynamic(elf, s, &section, soname, needed);
    }
    close_elf(elf, fd);
    return shared;
}
