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

/* How a vthread stands before its event: it cannot happen; it can, but others are to go first; it
 * can, and happens by default. */
enum snag__stance { SNAG__BLOCKED, SNAG__YIELDS, SNAG__READY };

static inline enum snag__stance snag__stance(unsigned kind, bool enabled) {
    bool yields = kind == SNAG_EV_YIELD || kind == SNAG_EV_SPIN || kind == SNAG_EV_TASK_YIELD;
    return !enabled ? SNAG__BLOCKED : yields ? SNAG__YIELDS : SNAG__READY;
}

/* Who goes on, now that `self` stands at a point. NULL: nobody can, ever. */
struct snag__vthread *snag__pick(struct snag__vthread *self);

/* Nothing but a schedule and the strategy has a say in who goes on from the points before
 * snag__sched.usual_until: no bound is reached, no time plays a part, no log is repeated, nobody
 * watches, no signal was sent. So one comparison tells at a point; whoever changes one of these
 * says so here.
 */
static inline void snag__pick_settle(void) {
    struct snag__sched *s = &snag__sched;
    uint32_t others = s->timed_waiters | s->special | s->signals;
    bool usual = others == 0 && s->points_limit != 0;
    s->usual_until = usual ? s->points_limit - 1 : 0;
}
/* Is that so at the next point, and can somebody go on? */
static inline bool snag__pick_is_usual(enum snag__stance stance) {
    const struct snag__sched *s = &snag__sched;
    return snag__likely(s->points < s->usual_until) &&
           (stance != SNAG__BLOCKED || snag__likely(s->candidates != 0));
}
/* The index of who goes on, as by snag__pick, at such a point, that is no plain access; it is not
 * asked about one who can, and is the only one. */
uint32_t snag__pick_usual(const struct snag__vthread *self, enum snag__stance stance);
/* The same of one who can go on and does not spin. Nothing is kept over what the strategy does. */
uint32_t snag__pick_ready(const struct snag__vthread *self);
/* And where there is a snag__sched.walk, and `self` does not spin. */
uint32_t snag__pick_walk(const struct snag__vthread *self, enum snag__stance stance);

#endif
