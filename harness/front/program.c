/* program.c: reads it out of the executable's symbols. See program.h. */
#include "front/program.h"

#include <string.h>

#include "base/elf.h"

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

struct wanted {
    Elf *elf;
    const char *name;
    char *value;
    size_t room;
    bool found;
};

static bool take_value(void *context, const GElf_Sym *symbol, const char *name) {
    struct wanted *w = context;
    if (strcmp(name, w->name) != 0 || symbol->st_size > w->room)
        return false;
    const char *at = bytes_at(w->elf, symbol->st_value, symbol->st_size);
    if (at != NULL)
        memcpy(w->value, at, symbol->st_size);
    w->found = at != NULL;
    return true;
}

/* The initial value of the symbol, up to `room` bytes. False: there is none of that name. */
static bool value_of(Elf *elf, const char *name, char *value, size_t room) {
    struct wanted w = {elf, name, value, room, false};
    return snag__elf_symbols(elf, SHT_SYMTAB, take_value, &w) && w.found;
}

bool snag__program_look(const char *path, char *flavour, size_t room) {
    char is_program = 0;
    int fd;
    Elf *elf = snag__elf_open(path, &fd);
    memset(flavour, 0, room);
    bool found = elf != NULL && elf_kind(elf) == ELF_K_ELF &&
                 value_of(elf, "snag__is_program", &is_program, 1) && is_program == 1 &&
                 value_of(elf, "snag__target_flavour", flavour, room - 1);
    snag__elf_close(elf, fd);
    return found;
}
