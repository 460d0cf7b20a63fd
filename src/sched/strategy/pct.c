/* pct.c: probabilistic concurrency testing: random priorities, and d - 1 points where they change.
 *
 * Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees
 * of Finding Bugs, ASPLOS 2010. The highest-priority candidate runs; when the execution passes
 * change point i, whoever runs there falls below all who have not, to rank i of those who have: as
 * the points are not ordered, whom the later one makes fall is as often above as below the other. A
 * bug of depth d is found with probability at least 1 / (n k^(d-1)), n vthreads, k scheduling
 * points.
 *
 * We deviate in three ways. k is estimated online from earlier executions, not profiled. d is drawn
 * for each execution, from 1 to twice the depth that is asked for less one, so that shallow bugs
 * and deeper ones are looked for alike; the probability above is divided by how many that are. And
 * a vthread that yields, spins or sleeps falls below all others, or a spinning one would run for
 * ever. Choices other than "who runs next" are uniform.
 */
#include "sched/strategy/moments.h"
#include "sched/strategy/priorities.h"

struct pct_state {
    struct snag__prng prng;
    struct snag__moments changes;
    /* Who was first of which candidates, the first 64; 0: that may have changed. */
    uint64_t asked;
    uint32_t first;
    struct snag__priorities priorities;
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct pct_state *s = self;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    snag__priorities_begin(&s->priorities);
    s->asked = 0;
    uint32_t changes = snag__prng_below(&s->prng, snag__moments_range(hint));
    snag__moments_draw(&s->changes, &s->prng, changes, hint);
}

static inline __attribute__((always_inline)) uint32_t
choose_next(struct pct_state *s, const struct snag_choice *c, uint32_t words) {
    uint32_t passed = snag__moments_passed(&s->changes, c->step);
    if (passed != 0) {
        snag__priority_set(&s->priorities, c->current, (uint32_t)__builtin_ctz(passed));
    }
    if (snag__gives_way(c, &s->prng)) {
        snag__priority_fall(&s->priorities, c->current);
    }
    return snag__priority_first(&s->priorities, &s->prng, c, words);
}

static __attribute__((noinline)) uint32_t choose_otherwise(struct pct_state *s,
                                                           const struct snag_choice *choice) {
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(s, choice, choice->words);
    }
    return snag__any_candidate(&s->prng, choice);
}

static __attribute__((noinline)) uint32_t choose_anew(struct pct_state *s,
                                                      const struct snag_choice *choice) {
    s->asked = choice->set[0];
    s->first = choose_next(s, choice, 1);
    return s->first;
}

/* Between two changes the same candidates have the same one that is first. */
static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct pct_state *s = self;
    if (!snag__is_usual(choice)) {
        return choose_otherwise(s, choice);
    }
    bool same = choice->current_enabled && choice->set[0] == s->asked;
    return same && choice->step < s->changes.next ? s->first : choose_anew(s, choice);
}

extern const struct snag_strategy snag__strategy_pct;
const struct snag_strategy snag__strategy_pct = {
    .state_bytes = sizeof(struct pct_state),
    .name = "pct",
    .help = "probabilistic concurrency testing (Burckhardt et al. 2010): priorities, few changes",
    .begin = begin,
    .choose = choose,
};
