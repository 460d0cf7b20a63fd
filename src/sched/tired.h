/* tired.h: who makes plain accesses without end, and comes to no point: he gives way.
 *
 * Plain accesses are hardly ever points (plain.h), so that a loop that waits for a plain variable
 * (volatile or not) would never let anybody run who sets it. After SNAG__PATIENCE accesses since
 * its last numbered event a vthread is *tired*: it gives way, which is an event (SPIN), and then
 * has all its patience again. If it reads the same place again with its registers and its stack as
 * they were, and nothing has changed, it waits for others: then it gives way at each such turn, and
 * counts as one who spins (spin.h), so that a loop that nobody can end is told at once. One that
 * touches nothing but its own stack waits for nobody, and does not give way.
 *
 * The rule: when a vthread is tired depends on the code under test alone, whatever is a point, and
 * whether accesses are watched or not: so that a replay, where others are points, gives way too.
 */
#ifndef SNAG_SCHED_TIRED_H
#define SNAG_SCHED_TIRED_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAG__PATIENCE = 16384 };

/* Of a vthread: which read is waited for to come again. */
struct snag__tiredness {
    const volatile void *at; /* NULL: the next one */
    uint64_t state;          /* fingerprint of registers and stack */
    uint64_t changes;        /* snag__sched.changes then */
    uint32_t site;
    uint32_t ordinal; /* of the event since when it is tired */
    uint32_t left;    /* accesses until it is not waited for any more */
    bool turns;       /* it has come again, as it was */
    bool shares;      /* one was to memory that others may see */
};

/* The running vthread is tired, and before an access; `own`: to what nobody else sees change. */
void snag__tired(const volatile void *at, bool writes, bool own, uint32_t site);

#endif
