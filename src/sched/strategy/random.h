/* random.h: the random walk's answer, in place for whoever asks.
 *
 * Not the strategy (random.c, which cites its source). The rule: the sequence of numbers that is
 * drawn is the same wherever this is compiled.
 */
#ifndef SNAG_SCHED_STRATEGY_RANDOM_H
#define SNAG_SCHED_STRATEGY_RANDOM_H

#include "base/prng.h"
#include "snag/strategy.h"

extern const struct snag_strategy snag__strategy_random;

struct snag__random {
    struct snag__prng prng;
    uint64_t drawn; /* and not used yet */
};

/* A random number in [0, n). The next one is drawn ahead: where a walk turns no processor foresees,
 * and while it is on the wrong track there is time to draw one. */
static inline uint32_t snag__random_below(struct snag__random *s, uint32_t n) {
    uint32_t number = snag__prng_scale(s->drawn, n);
    s->drawn = snag__prng_next(&s->prng);
    return number;
}

static inline __attribute__((always_inline)) uint32_t
snag__random_choose(struct snag__random *s, const struct snag_choice *choice) {
    bool at_access = choice->kind == SNAG_CHOOSE_NEXT && choice->sub != 0;
    if (at_access && snag__random_below(s, 2) == 0) {
        return choice->current;
    }
    return snag_choice_candidate(choice, snag__random_below(s, choice->n));
}

#endif
