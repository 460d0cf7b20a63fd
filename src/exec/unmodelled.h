/* unmodelled.h: calls in the code under test that can wait or wake behind the scheduler's back.
 *
 * Those of src/shim/unmodelled.def that the executable refers to, by the relocations that the
 * linker leaves in it (--emit-relocs, SnagTarget.cmake) between the markers. That they stand in the
 * code is known, not that they ran. The rule: what cannot be read gives an empty list, never an
 * error.
 */
#ifndef SNAG_EXEC_UNMODELLED_H
#define SNAG_EXEC_UNMODELLED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snag__unmodelled {
    char name[64];
    uint32_t site;  /* of its first call, as in events; 0: only its address is taken, in a table */
    uint32_t calls; /* places that refer to it */
};

/* By name. The list is made once, and lives as long as the process. */
const struct snag__unmodelled *snag__unmodelled(size_t *count);

/* Is a function of this name one to name? */
bool snag__unmodelled_is(const char *name);

#endif
