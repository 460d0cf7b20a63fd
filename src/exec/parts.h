/* parts.h: which parts of snag's own state an execution has used, so that only those are made new
 * for the next.
 *
 * It makes nothing new: each part does that, in the function that parts.def names, and exec.c calls
 * it. An execution uses few of them, and some are as short as the calls would take. The rule:
 * whoever changes what that function sets says first that the part is used; one that nobody has
 * used is as new.
 */
#ifndef SNAG_EXEC_PARTS_H
#define SNAG_EXEC_PARTS_H

#include <stdbool.h>
#include <stdint.h>

enum snag__part {
#define SNAG__PART(name, renew) SNAG__PART_##name,
#include "exec/parts.def"
#undef SNAG__PART
    SNAG__PARTS
};

_Static_assert(SNAG__PARTS <= 32, "a bit for each");

extern uint32_t snag__parts_used; /* since they were made new; at first, all of them */

static inline void snag__part_use(enum snag__part p) {
    snag__parts_used |= UINT32_C(1) << p;
}

static inline bool snag__part_used(enum snag__part p) {
    return (snag__parts_used >> p & 1) != 0;
}

#endif
