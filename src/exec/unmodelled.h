/* unmodelled.h: calls in the code under test that can wait or wake behind the scheduler's back, and
 * calls by which it learns what lies outside of it.
 *
 * Those of src/shim/unmodelled.def and src/shim/inputs.def that the executable refers to, by the
 * relocations that the linker leaves in it (--emit-relocs, SnagTarget.cmake) between the markers.
 * That they stand in the code is known, not that they ran. The rule: what cannot be read gives an
 * empty list, never an error.
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
    const char *input; /* what it is about, "files"; NULL: it is not modelled */
    bool fixed;        /* an input whose answers are always the same */
};

/* By name. The lists are made once, and live as long as the process. */
const struct snag__unmodelled *snag__unmodelled(size_t *count);
/* First those that are not fixed. */
const struct snag__unmodelled *snag__inputs(size_t *count);

/* The wrapped functions that it refers to, and that do for it what they are for. */
const struct snag__unmodelled *snag__controlled(size_t *count);

/* Is a function of this name one to name? */
bool snag__unmodelled_is(const char *name);

#endif
