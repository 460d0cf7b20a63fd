/* footprint.h: what a transition touched, and whether it matters in which order two of them happen.
 *
 * It does not know what an event is (sched/strategy/exhaustive.c does). Two transitions that are
 * not *dependent* may change places in an execution, and nothing that is said of it changes. The
 * rule: in doubt they are dependent, which costs executions and loses none.
 */
#ifndef SNAG_TREE_FOOTPRINT_H
#define SNAG_TREE_FOOTPRINT_H

#include <stdbool.h>
#include <stdint.h>

/* Two touches of the same bytes conflict if one of them changes these, or one begins and the other
 * ends: calls in progress, of which only that order is seen. */
enum snag__touch_how {
    SNAG__TOUCH_READS,
    SNAG__TOUCH_CHANGES,
    SNAG__TOUCH_BEGINS,
    SNAG__TOUCH_ENDS
};

struct snag__touch {
    uint64_t from; /* an address, or a number below any address, for what has none */
    uint32_t bytes;
    uint32_t how; /* enum snag__touch_how */
};

/* The touches lie elsewhere. All zero: it touches nothing. */
struct snag__footprint {
    uint64_t touched, changed; /* a bit for each eight bytes, by hash: to tell most pairs apart */
    uint32_t first, count;     /* of the touches */
    bool all;                  /* depends on everything */
};

/* Counts `t` in, which has been put behind the others. */
void snag__footprint_add(struct snag__footprint *f, const struct snag__touch *t);

bool snag__footprints_conflict(const struct snag__touch *touches, const struct snag__footprint *a,
                               const struct snag__footprint *b);

#endif
