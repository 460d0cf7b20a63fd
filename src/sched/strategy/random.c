/* random.c: the random walk: every candidate with the same probability, at every choice.
 *
 * No memory, no bound on preemptions; the baseline of the field (Thomson, Donaldson, Betts:
 * Concurrency Testing Using Controlled Schedulers, TOPC 2016) and hard to beat on small programs.
 * Deviation: at a plain access the current one goes on every other time, whoever else could, for
 * where accesses are points there are many, and a walk that turns at each of them gets nowhere.
 */
#include "base/prng.h"
#include "snag/strategy.h"

struct random_state {
    struct snag__prng prng;
    uint64_t drawn; /* and not used yet */
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct random_state *s = self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    s->drawn = snag__prng_next(&s->prng);
}

/* A random number in [0, n). The next one is drawn ahead: where a walk turns no processor foresees,
 * and while it is on the wrong track there is time to draw one. */
static inline uint32_t below(struct random_state *s, uint32_t n) {
    uint32_t number = snag__prng_scale(s->drawn, n);
    s->drawn = snag__prng_next(&s->prng);
    return number;
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct random_state *s = self;
    bool at_access = choice->kind == SNAG_CHOOSE_NEXT && choice->sub != 0;
    if (at_access && below(s, 2) == 0) {
        return choice->current;
    }
    return snag_choice_candidate(choice, below(s, choice->n));
}

extern const struct snag_strategy snag__strategy_random;
const struct snag_strategy snag__strategy_random = {
    .state_bytes = sizeof(struct random_state),
    .name = "random",
    .help = "random walk: every candidate equally likely",
    .begin = begin,
    .choose = choose,
};
