/* delay.c: delay-bounded scheduling: a deterministic scheduler, but for a few delays.
 *
 * Emmi, Qadeer, Rakamaric: Delay-Bounded Scheduling, POPL 2011. The scheduler is the default
 * policy: the current vthread goes on until it blocks or yields, then the next one in round-robin
 * order. A delay makes whoever is about to run wait for its next turn: the one after it runs
 * instead. With up to d delays there are about k^d schedules of k points, however many vthreads
 * there are; a bug that shows in any of them takes so many tries.
 *
 * We deviate in that schedules are drawn, not enumerated: the number of delays of an execution from
 * 1 to twice the depth that is asked for less one, their moments over a length that is learned
 * online. Choices other than "who runs next" are uniform.
 */
#include "sched/strategy/candidates.h"
#include "sched/strategy/moments.h"

struct delay_state {
    struct snag__prng prng;
    struct snag__moments delays;
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct delay_state *s = self;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    uint32_t delays = 1 + snag__prng_below(&s->prng, snag__moments_range(hint));
    snag__moments_draw(&s->delays, &s->prng, delays, hint);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct delay_state *s = self;
    if (choice->kind != SNAG_CHOOSE_NEXT) {
        return snag__any_candidate(&s->prng, choice);
    }
    uint32_t next = choice->def;
    uint32_t passed = snag__moments_passed(&s->delays, choice->step);
    for (; passed != 0; passed &= passed - 1) {
        next = snag__candidate_after(choice, next);
    }
    return next;
}

extern const struct snag_strategy snag__strategy_delay;
const struct snag_strategy snag__strategy_delay = {
    .state_bytes = sizeof(struct delay_state),
    .name = "delay",
    .help = "delay-bounded (Emmi et al. 2011): each in turn until it blocks, but for a few delays",
    .begin = begin,
    .choose = choose,
};
