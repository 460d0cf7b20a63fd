/* pick.h: who goes on from a scheduling point: the set of candidates, deadlines and the bound on
 * steps made into one question for snag__choose.
 *
 * It does not switch (sched.c) and does not answer (choose.c). The rule: where there is but one
 * candidate nothing is asked and nothing logged; time moves only as sched.h says.
 */
#ifndef SNAG_SCHED_PICK_H
#define SNAG_SCHED_PICK_H

#include "base/assert.h"
#include "sched/sched.h"

/* Who goes on, now that `self` stands at a point. NULL: nobody can, ever. */
struct snag__vthread *snag__pick(struct snag__vthread *self);

/* Has nothing but the strategy a say in who goes on from the next point? No bound is reached, no
 * time plays a part, no schedule or log is followed, nobody watches, and somebody can go on. */
static inline bool snag__pick_is_usual(void) {
    const struct snag__sched *s = &snag__sched;
    return snag__likely((s->timed_waiters | s->schedule_left | s->special) == 0) &&
           snag__likely(s->candidates != 0) && snag__likely(s->points + 1 < s->points_limit);
}
/* The same as snag__pick, at such a point. `enabled`: `self` is. */
struct snag__vthread *snag__pick_usual(const struct snag__vthread *self, bool enabled);

#endif
