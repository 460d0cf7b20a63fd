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
    uint32_t last_step; /* of the previous choice */
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
    m->last_step = 0;
    for (uint32_t i = 0; i < count; i++) {
        m->at[i] = 1 + snag__prng_below(p, hint->points);
    }
}

/* The set of those passed since the previous choice: bit i for at[i]. Once for each choice. */
static inline uint32_t snag__moments_passed(struct snag__moments *m, uint32_t step) {
    uint32_t passed = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        passed |= (uint32_t)(m->at[i] > m->last_step && m->at[i] <= step) << i;
    }
    m->last_step = step;
    return passed;
}

#endif
