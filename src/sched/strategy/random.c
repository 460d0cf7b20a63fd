/* random.c: the random walk: every candidate with the same probability, at every choice.
 *
 * No memory, no bound on preemptions; the baseline of the field (Thomson, Donaldson, Betts:
 * Concurrency Testing Using Controlled Schedulers, TOPC 2016) and hard to beat on small programs.
 */
#include "base/prng.h"
#include "snag/strategy.h"

struct random_state {
    struct snag__prng prng;
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct random_state *s = self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct random_state *s = self;
    return snag_choice_candidate(choice, snag__prng_below(&s->prng, choice->n));
}

extern const struct snag_strategy snag__strategy_random;
const struct snag_strategy snag__strategy_random = {
    .state_bytes = sizeof(struct random_state),
    .name = "random",
    .help = "random walk: every candidate equally likely",
    .begin = begin,
    .choose = choose,
};
