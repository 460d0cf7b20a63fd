/* symbol.h: which function, file and line a place of this executable is.
 *
 * Read from its own debug information (libdw), or its symbol table, and cached; "" and 0 where
 * nothing is known. The rule: strings live as long as the process, and a place is asked for outside
 * the code under test only: the first time, it reads files and allocates.
 */
#ifndef SNAG_BASE_SYMBOL_H
#define SNAG_BASE_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

struct snag__symbol {
    const char *function, *file; /* file: as short as it can be said (basename) */
    const char *outer;           /* the function that `function` was inlined into, or it itself */
    int line;
    bool primitive; /* in the source of one of snag's own async primitives */
    bool library; /* a function that a header of the language's library holds, of none of the user's
                   */
};

/* A site is a call site as in events: the return address, as an offset in the image. */
const struct snag__symbol *snag__symbol_of_site(uint32_t site);
const struct snag__symbol *snag__symbol_of_pc(uintptr_t pc);

/* At `site`, is that a function of that name, or inlined from one? */
bool snag__symbol_within(uint32_t site, const char *name);

/* Says what a site is instead of asking the debug information: for logs that were not made by this
 * executable (tests, another process's). `file`: its path, or the end of it. The strings are
 * borrowed for the life of the process. */
void snag__symbol_preset(uint32_t site, const char *function, const char *file, int line);

#endif
