/* program.c: reads it out of the executable's symbols. See program.h. */
#include "front/program.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

/* What the executable holds at `address`, up to `bytes`. NULL: nothing that is in the file. */
static const char *bytes_at(Elf *elf, uint64_t address, size_t bytes) {
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s != NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) == NULL || header.sh_type != SHT_PROGBITS ||
            address < header.sh_addr || address - header.sh_addr >= header.sh_size)
            continue;
        const Elf_Data *data = elf_getdata(s, NULL);
        uint64_t at = address - header.sh_addr;
        return data != NULL && data->d_buf != NULL && at + bytes <= data->d_size
                   ? (const char *)data->d_buf + at
                   : NULL;
    }
    return NULL;
}

/* The initial value of the symbol, up to `room` bytes. False: there is none of that name. */
static bool value_of(Elf *elf, const char *wanted, char *value, size_t room) {
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s != NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) == NULL || header.sh_type != SHT_SYMTAB ||
            header.sh_entsize == 0)
            continue;
        Elf_Data *symbols = elf_getdata(s, NULL);
        for (int i = 0; i < (int)(header.sh_size / header.sh_entsize); i++) {
            GElf_Sym symbol;
            const char *name = gelf_getsym(symbols, i, &symbol) != NULL
                                   ? elf_strptr(elf, header.sh_link, symbol.st_name)
                                   : NULL;
            if (name == NULL || strcmp(name, wanted) != 0 || symbol.st_size > room)
                continue;
            const char *at = bytes_at(elf, symbol.st_value, symbol.st_size);
            if (at != NULL)
                memcpy(value, at, symbol.st_size);
            return at != NULL;
        }
    }
    return false;
}

bool snag__program_look(const char *path, char *flavour, size_t room) {
    char is_program = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf *elf =
        fd >= 0 && elf_version(EV_CURRENT) != EV_NONE ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
    memset(flavour, 0, room);
    bool found = elf != NULL && elf_kind(elf) == ELF_K_ELF &&
                 value_of(elf, "snag__is_program", &is_program, 1) && is_program == 1 &&
                 value_of(elf, "snag__target_flavour", flavour, room - 1);
    if (elf != NULL)
        (void)elf_end(elf);
    if (fd >= 0)
        (void)close(fd);
    return found;
}
