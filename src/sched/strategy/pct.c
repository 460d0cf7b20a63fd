/* pct.c: probabilistic concurrency testing: random priorities, and d - 1 points where they change.
 *
 * Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees
 * of Finding Bugs, ASPLOS 2010. The highest-priority candidate runs; when the execution passes a
 * change point, whoever runs there falls below all others. A bug of depth d is found with
 * probability at least 1 / (n k^(d-1)), n vthreads, k scheduling points.
 *
 * We deviate in two ways: k is estimated online from earlier executions, not profiled; and a
 * vthread that yields, spins or sleeps falls below the others too, or a spinning one would run for
 * ever. Choices other than "who runs next" are uniform.
 */
#include "base/prng.h"
#include "snag/strategy.h"

enum { ACTORS_MAX = 1024, DEPTH_MAX = 16 };

struct pct_state {
    struct snag__prng prng;
    uint32_t change[DEPTH_MAX]; /* steps at which the running vthread falls, unordered */
    uint32_t changes;
    uint32_t execution; /* generation of `priority` */
    uint32_t floor;     /* the next lowest priority to hand out, counting down */
    uint32_t last_step; /* of the previous choice */
    uint32_t seen[ACTORS_MAX];
    uint32_t priority[ACTORS_MAX];
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct pct_state *s = self;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    s->execution++;
    s->floor = UINT32_C(1) << 20;
    s->last_step = 0;
    s->changes = hint->depth > 1 ? hint->depth - 1 : 0;
    s->changes = s->changes > DEPTH_MAX ? DEPTH_MAX : s->changes;
    for (uint32_t i = 0; i < s->changes; i++) {
        s->change[i] = 1 + snag__prng_below(&s->prng, hint->points);
    }
}

static uint32_t priority_of(struct pct_state *s, uint32_t v) {
    if (s->seen[v] != s->execution) {
        s->seen[v] = s->execution;
        s->priority[v] = (UINT32_C(1) << 20) + 1 + snag__prng_below(&s->prng, UINT32_C(1) << 30);
    }
    return s->priority[v];
}

static void fall(struct pct_state *s, uint32_t v) {
    (void)priority_of(s, v);
    s->priority[v] = s->floor--;
}

static uint32_t choose_next(struct pct_state *s, const struct snag_choice *c) {
    bool passed = false;
    for (uint32_t i = 0; i < s->changes; i++) {
        passed |= s->change[i] > s->last_step && s->change[i] <= c->step;
    }
    s->last_step = c->step;
    /* It could go on, or will soon, and yet gives way: it yields, spins or sleeps. */
    bool gives_way = !c->current_enabled && (c->set[c->current / 64] >> (c->current % 64) & 1) != 0;
    gives_way |= !c->current_enabled && c->pending(c->current)->kind == SNAG_EV_SLEEP;
    if (passed || gives_way) {
        fall(s, c->current);
    }
    uint32_t best = 0, best_priority = 0;
    for (uint32_t w = 0; w < c->words; w++) {
        for (uint64_t bits = c->set[w]; bits != 0; bits &= bits - 1) {
            uint32_t v = w * 64 + (uint32_t)__builtin_ctzll(bits);
            uint32_t p = priority_of(s, v);
            if (p > best_priority) {
                best = v;
                best_priority = p;
            }
        }
    }
    return best;
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct pct_state *s = self;
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(s, choice);
    }
    return snag_choice_candidate(choice, snag__prng_below(&s->prng, choice->n));
}

extern const struct snag_strategy snag__strategy_pct;
const struct snag_strategy snag__strategy_pct = {
    .state_bytes = sizeof(struct pct_state),
    .name = "pct",
    .help = "probabilistic concurrency testing (Burckhardt et al. 2010): priorities, few changes",
    .begin = begin,
    .choose = choose,
};
