/* pos.c: partial-order sampling: a random priority for each event, drawn again where events race.
 *
 * Yuan, Yang, Gu: Partial Order Aware Concurrency Sampling, CAV 2018. Whoever stands before the
 * event of the highest priority runs. Events that conflict with the one that is executed, and could
 * have come before it, are given new priorities: so the order of two events that race depends on
 * neither how many others there are nor on how they were ordered. One that comes first or last
 * among the k of another vthread does so with probability 1 / (k + 1), not 2^-k.
 *
 * We deviate in that a vthread that yields, spins or sleeps falls below all others, until somebody
 * executes an event that conflicts with its own, or a spinning one would run for long. Choices
 * other than "who runs next" are uniform.
 */
#include "sched/strategy/priorities.h"

struct pos_state {
    struct snag__prng prng;
    struct snag__priorities priorities; /* of the event that a vthread stands before */
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct pos_state *s = self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    snag__priorities_begin(&s->priorities);
}

static inline __attribute__((always_inline)) uint32_t
choose_next(struct pos_state *s, const struct snag_choice *c, uint32_t words) {
    if (snag__gives_way(c, &s->prng)) {
        snag__priority_fall(&s->priorities, c->current);
    } else {
        snag__priority_forget(&s->priorities, c->current); /* it may have come here unasked */
    }
    uint32_t first = snag__priority_first(&s->priorities, &s->prng, c, words);
    const struct snag_pending *event = snag__pending(first);
    for (uint32_t w = 0; w < words; w++) {
        uint64_t others = c->set[w] & ~snag__bit_in(w, first);
        for (; others != 0; others &= others - 1) {
            uint32_t v = w * 64 + (uint32_t)__builtin_ctzll(others);
            if (snag__conflict(snag__pending(v), event)) {
                snag__priority_forget(&s->priorities, v);
            }
        }
    }
    snag__priority_forget(&s->priorities, first);
    return first;
}

static __attribute__((noinline)) uint32_t choose_otherwise(struct pos_state *s,
                                                           const struct snag_choice *choice) {
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(s, choice, choice->words);
    }
    return snag__any_candidate(&s->prng, choice);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    return snag__is_usual(choice) ? choose_next(self, choice, 1) : choose_otherwise(self, choice);
}

extern const struct snag_strategy snag__strategy_pos;
const struct snag_strategy snag__strategy_pos = {
    .state_bytes = sizeof(struct pos_state),
    .name = "pos",
    .help = "partial-order sampling (Yuan et al. 2018): random priorities, anew where events race",
    .begin = begin,
    .choose = choose,
};
