/* moments.h: a few moments of an execution, drawn over its length as far as that is known.
 *
 * It does not say what happens at them: that is the strategy. The rule: choices are not made at
 * every scheduling point, so a moment that is passed between two of them is one of the later.
 */
#ifndef SNAG_SCHED_STRATEGY_MOMENTS_H
#define SNAG_SCHED_STRATEGY_MOMENTS_H

#include "base/prng.h"
#include "snag/strategy.h"

enum { SNAG__MOMENTS_MAX = 16 };

struct snag__moments {
    uint32_t at[SNAG__MOMENTS_MAX]; /* steps, unordered */
    uint32_t count;
    uint32_t passed; /* step: those up to here have been */
    uint32_t next;   /* the first after it; UINT32_MAX: there is none */
};

/* Of so many each time, up to twice the depth less one: where bugs of different depths are looked
 * for, the few and the many are as likely. */
static inline uint32_t snag__moments_range(const struct snag_strategy_hint *hint) {
    uint32_t most = 2 * hint->depth - 1;
    return hint->depth <= SNAG__MOMENTS_MAX / 2 ? most : SNAG__MOMENTS_MAX - 1;
}

static inline void snag__moments_draw(struct snag__moments *m, struct snag__prng *p, uint32_t count,
                                      const struct snag_strategy_hint *hint) {
    m->count = count;
    m->passed = 0;
    m->next = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = 1 + snag__prng_below(p, hint->points);
        m->at[i] = at;
        m->next = at < m->next ? at : m->next;
    }
}

/* The set of those passed since the previous choice: bit i for at[i]. At each choice, or at those
 * from `next` on: at most of them none is. */
static inline uint32_t snag__moments_passed(struct snag__moments *m, uint32_t step) {
    uint32_t passed = 0;
    if (step < m->next) {
        return 0;
    }
    m->next = UINT32_MAX;
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t at = m->at[i];
        passed |= (uint32_t)(at > m->passed && at <= step) << i;
        m->next = at > step && at < m->next ? at : m->next;
    }
    m->passed = step;
    return passed;
}

#endif
