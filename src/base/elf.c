/* elf.c: see elf.h. */
#include "base/elf.h"

#include <fcntl.h>
#include <unistd.h>

Elf *snag__elf_open(const char *path, int *fd) {
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    return *fd >= 0 && elf_version(EV_CURRENT) != EV_NONE ? elf_begin(*fd, ELF_C_READ_MMAP, NULL)
                                                          : NULL;
}

void snag__elf_close(Elf *elf, int fd) {
    if (elf != NULL)
        (void)elf_end(elf);
    if (fd >= 0)
        (void)close(fd);
}

/* The next section of that type after `s`, or the first. NULL: none. */
static Elf_Scn *next_of(Elf *elf, Elf_Scn *s, unsigned type, GElf_Shdr *header) {
    while ((s = elf_nextscn(elf, s)) != NULL)
        if (gelf_getshdr(s, header) != NULL && header->sh_type == type)
            return s;
    return NULL;
}

bool snag__elf_symbols(Elf *elf, unsigned table,
                       bool (*visit)(void *context, const GElf_Sym *symbol, const char *name),
                       void *context) {
    GElf_Shdr header;
    for (Elf_Scn *s = NULL; (s = next_of(elf, s, table, &header)) != NULL;) {
        Elf_Data *data = elf_getdata(s, NULL);
        int count = header.sh_entsize != 0 ? (int)(header.sh_size / header.sh_entsize) : 0;
        for (int i = 0; i < count; i++) {
            GElf_Sym symbol;
            const char *name = gelf_getsym(data, i, &symbol) != NULL
                                   ? elf_strptr(elf, header.sh_link, symbol.st_name)
                                   : NULL;
            if (name != NULL && visit(context, &symbol, name))
                return true;
        }
    }
    return false;
}

void snag__elf_dynamic(Elf *elf, void (*visit)(void *context, int64_t tag, const char *text),
                       void *context) {
    GElf_Shdr header;
    for (Elf_Scn *s = NULL; (s = next_of(elf, s, SHT_DYNAMIC, &header)) != NULL;) {
        Elf_Data *data = elf_getdata(s, NULL);
        GElf_Dyn entry;
        for (int i = 0; data != NULL && gelf_getdyn(data, i, &entry) != NULL; i++) {
            bool words = entry.d_tag == DT_NEEDED || entry.d_tag == DT_SONAME;
            const char *text = words ? elf_strptr(elf, header.sh_link, entry.d_un.d_val) : NULL;
            if (text != NULL)
                visit(context, entry.d_tag, text);
        }
    }
}
