/* random.c: the random walk: every candidate with the same probability, at every choice.
 *
 * No memory, no bound on preemptions; the baseline of the field (Thomson, Donaldson, Betts:
 * Concurrency Testing Using Controlled Schedulers, TOPC 2016) and hard to beat on small programs.
 * Deviation: at a plain access the current one goes on every other time, whoever else could, for
 * where accesses are points there are many, and a walk that turns at each of them gets nowhere.
 */
#include "sched/strategy/random.h"

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct snag__random *s = self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    s->drawn = snag__prng_next(&s->prng);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    return snag__random_choose(self, choice);
}

const struct snag_strategy snag__strategy_random = {
    .state_bytes = sizeof(struct snag__random),
    .name = "random",
    .help = "random walk: every candidate equally likely",
    .begin = begin,
    .choose = choose,
};
