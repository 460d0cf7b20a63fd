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
    bool at_access = choice->kind == SNAG_CHOOSE_NEXT && choice->sub != 0;
    if (at_access && snag__prng_chance(&s->prng, 1, 2)) {
        return choice->current;
    }
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
