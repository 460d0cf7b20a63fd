/* spin.h: who only repeats itself: waits for a change by looking again and again.
 *
 * It judges nothing (oracle/endless.c does). An event that changed nothing that another may see is
 * *quiet*: a load, a compare-exchange or trylock that failed, a store of what was there, a yield. A
 * vthread whose quiet event comes again and again, with no change by anybody in between, *spins*:
 * it gives way as if it yielded, because to let it look once more before something changed is of no
 * use. A spin that ends by itself (so many turns, then park) gets its turns all the same.
 *
 * If moreover its registers and its stack are what they were at its last turn, it will do the same
 * for ever, unless another one changes something: it *loops*. When all who can run loop, and no
 * time is waited for, nobody ever will: the execution ends at once, as SNAG_END_LIVELOCK.
 *
 * The rule: whatever changes state that another vthread may see raises snag__sched.changes: events
 * do (snag__event_traits), and the hooks of plain writes.
 */
#ifndef SNAG_SCHED_SPIN_H
#define SNAG_SCHED_SPIN_H

#include <stdbool.h>
#include <stdint.h>

/* Of a vthread. All counts are of the time since `changes` was what it is here. */
struct snag__spin {
    uint64_t changes;      /* snag__sched.changes when it began */
    uint64_t state;        /* fingerprint of registers and stack to compare with */
    uint32_t object, site; /* the quiet event that is waited for to come again */
    uint32_t events;       /* quiet ones */
    uint32_t turns;        /* times that event came again */
    bool idle;     /* its state was met before; only where the strategy is asked everywhere */
    uint32_t same; /* turns in a row at which the state was `state` */
};

struct snag__object;

/* The event that the running vthread has just logged, on `o` (or NULL) at `site`, was a quiet one.
 */
void snag__quiet(const struct snag__object *o, uint32_t site);
/* The same, of the object of that number. */
void snag__quiet_on(uint32_t object, uint32_t site);

#endif
