/* directed.c: a random walk towards a goal: the deadlock, or the hang, that a hazard warns of.
 *
 * For a cycle of locks as in DeadlockFuzzer (Joshi, Park, Sen, Naik: A Randomized Dynamic Program
 * Analysis Technique for Detecting Real Deadlocks, PLDI 2009): whoever is about to take the second
 * lock of its part, holding the first, is held back while others can run, until they stand likewise
 * and the cycle is closed. When nobody else is left, or for long nothing has come of it, one of
 * those who are held back goes on. We deviate in that now and then somebody is not held back at
 * all, for what the others need may lie behind it; and locks are not told apart, only the places.
 *
 * For a suspended owner: requests take long, and of tasks that are ready the owner runs first until
 * it has the lock, and from then on the others.
 */
#include "sched/strategy/directed.h"

#include "base/prng.h"

enum {
    ACTORS_MAX = 1024,
    PASS_ONE_IN = 4,  /* are not held back */
    HURRY_ONE_IN = 4, /* requests, and turns, are drawn evenly */
    PATIENCE = 64     /* choices beside twice the length of an execution */
};

struct directed_state {
    struct snag__prng prng;
    const struct snag_goal *goal; /* NULL: none */
    uint32_t execution;           /* generation of `seen` */
    uint32_t patience, waited;    /* choices, while somebody is held back */
    struct {
        uint32_t execution, ordinal; /* of the event that was decided on */
        uint16_t op;
        bool passes;
    } seen[ACTORS_MAX];
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct directed_state *s = self;
    snag__prng_seed(&s->prng, seed);
    s->goal = goal;
    s->execution++;
    s->patience = 2 * hint->points + PATIENCE;
    s->waited = 0;
}

static uint32_t any(struct directed_state *s, const struct snag_choice *choice) {
    return snag_choice_candidate(choice, snag__prng_below(&s->prng, choice->n));
}

static bool one_in(struct directed_state *s, uint32_t n) {
    return snag__prng_below(&s->prng, n) == 0;
}

static bool takes_a_lock(uint8_t kind) {
    return kind == SNAG_EV_LOCK || kind == SNAG_EV_RDLOCK || kind == SNAG_EV_WRLOCK ||
           kind == SNAG_EV_SPIN_LOCK || kind == SNAG_EV_COND_RELOCK;
}

/* Does `v` stand where some part is to stand? */
static bool stands(const struct directed_state *s, const struct snag_choice *choice, uint32_t v) {
    const struct snag_pending *p = choice->pending(v);
    for (uint32_t i = 0; i < s->goal->count; i++) {
        const struct snag_goal_part *part = &s->goal->parts[i];
        bool there = part->site == 0 || (part->site == p->site && takes_a_lock(p->kind));
        if (there && snag_choice_holds(choice, v, part->held_site)) {
            return true;
        }
    }
    return false;
}

/* Decided once for each event that it comes to stand before. */
static bool is_held_back(struct directed_state *s, const struct snag_choice *choice, uint32_t v) {
    if (v >= ACTORS_MAX || !stands(s, choice, v)) {
        return false;
    }
    const struct snag_pending *p = choice->pending(v);
    if (s->seen[v].execution != s->execution || s->seen[v].ordinal != p->ordinal ||
        s->seen[v].op != p->op) {
        s->seen[v].execution = s->execution;
        s->seen[v].ordinal = p->ordinal;
        s->seen[v].op = p->op;
        s->seen[v].passes = one_in(s, PASS_ONE_IN);
    }
    return !s->seen[v].passes;
}

static uint32_t choose_next(struct directed_state *s, const struct snag_choice *choice) {
    uint32_t free = 0, picked = 0;
    if (choice->sub != 0 && one_in(s, 2)) {
        return choice->current;
    }
    for (uint32_t k = 0; k < choice->n; k++) {
        uint32_t v = snag_choice_candidate(choice, k);
        if (!is_held_back(s, choice, v) && one_in(s, ++free)) {
            picked = v; /* each of them with the same probability */
        }
    }
    s->waited = free < choice->n ? s->waited + 1 : 0;
    if (free != 0 && s->waited <= s->patience) {
        return picked;
    }
    picked = any(s, choice);
    if (picked < ACTORS_MAX) {
        s->seen[picked].passes = true;
    }
    s->waited = 0;
    return picked;
}

/* The owner until it has the lock, then any other, so that one comes who wants it. */
static uint32_t choose_task(struct directed_state *s, const struct snag_choice *choice) {
    const struct snag_goal_part *part = &s->goal->parts[0];
    uint32_t owner = part->task - 1, others = 0, picked = 0;
    bool is_candidate = false;
    if (part->task == 0 || one_in(s, HURRY_ONE_IN)) {
        return any(s, choice);
    }
    for (uint32_t k = 0; k < choice->n; k++) {
        uint32_t t = snag_choice_candidate(choice, k);
        is_candidate |= t == owner;
        if (t != owner && one_in(s, ++others)) {
            picked = t;
        }
    }
    return is_candidate && !snag_choice_holds(choice, owner, part->held_site) ? owner : picked;
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct directed_state *s = self;
    if (s->goal == NULL) {
        return any(s, choice);
    }
    if (s->goal->kind == SNAG_GOAL_STAND && choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(s, choice);
    }
    if (s->goal->kind == SNAG_GOAL_AWAY && choice->kind == SNAG_CHOOSE_TASK) {
        return choose_task(s, choice);
    }
    if (s->goal->kind == SNAG_GOAL_AWAY && choice->kind == SNAG_CHOOSE_LATENCY &&
        !one_in(s, HURRY_ONE_IN)) {
        return choice->n - 1;
    }
    return any(s, choice);
}

const struct snag_strategy snag__strategy_directed = {
    .state_bytes = sizeof(struct directed_state),
    .name = "directed",
    .help = "a random walk towards a goal (Joshi et al. 2009)",
    .begin = begin,
    .choose = choose,
};
