/* elf.h: reading executables, objects and libraries: their symbols, and what they need.
 *
 * Not debug information (symbol.h). The rule: what cannot be read has nothing in it; it is never an
 * error.
 */
#ifndef SNAG_BASE_ELF_H
#define SNAG_BASE_ELF_H

#include <gelf.h>
#include <stdbool.h>

/* NULL: it cannot be read; it is closed all the same. Whatever is got from it is borrowed. */
Elf *snag__elf_open(const char *path, int *fd);
void snag__elf_close(Elf *elf, int fd);

/* Visits the symbols of a table (SHT_SYMTAB, SHT_DYNSYM), until one visit says true: so does it. */
bool snag__elf_symbols(Elf *elf, unsigned table,
                       bool (*visit)(void *context, const GElf_Sym *symbol, const char *name),
                       void *context);

/* Visits what the dynamic section says in words: DT_NEEDED, DT_SONAME. */
void snag__elf_dynamic(Elf *elf, void (*visit)(void *context, int64_t tag, const char *text),
                       void *context);

#endif
