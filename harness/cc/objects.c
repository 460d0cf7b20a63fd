/* objects.c: see objects.h. Every instrumented object calls its sanitizer's initialisation. */
#include "cc/objects.h"

#include <string.h>

#include "base/elf.h"

/* ---- objects ---- */

static bool is_it(void *function, const GElf_Sym *symbol, const char *name) {
    return symbol->st_shndx == SHN_UNDEF && strcmp(name, function) == 0;
}

/* Does it call that function of somebody else's? */
static bool calls(Elf *elf, const char *function) {
    return snag__elf_symbols(elf, SHT_SYMTAB, is_it, (void *)function);
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
    Elf *elf = snag__elf_open(path, &fd);
    *out = (struct snag__objects){0};
    bool known = elf != NULL && (elf_kind(elf) == ELF_K_ELF  ? look_at_object(elf, "", out)
                                 : elf_kind(elf) == ELF_K_AR ? look_at_archive(elf, fd, out)
                                                             : false);
    snag__elf_close(elf, fd);
    return known;
}

/* ---- shared libraries ---- */

struct dynamic {
    const char **soname;
    struct snag__words *needed;
};

static void read_dynamic(void *context, int64_t tag, const char *text) {
    const struct dynamic *d = context;
    if (tag == DT_SONAME)
        *d->soname = snag__word("%s", text);
    else
        snag__words_add(d->needed, snag__word("%s", text));
}

bool snag__shared_look(const char *path, const char **soname, struct snag__words *needed) {
    const char *slash = strrchr(path, '/');
    int fd;
    Elf *elf = snag__elf_open(path, &fd);
    GElf_Ehdr header;
    bool shared = elf != NULL && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) != NULL &&
                  header.e_type == ET_DYN;
    *soname = slash != NULL ? slash + 1 : path;
    if (shared)
        snag__elf_dynamic(elf, read_dynamic, &(struct dynamic){soname, needed});
    snag__elf_close(elf, fd);
    return shared;
}
