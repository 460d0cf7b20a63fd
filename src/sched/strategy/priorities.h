/* priorities.h: priorities of vthreads, drawn at random when somebody asks for them.
 *
 * It does not say when they change: that is the strategy. Three bands, each above the next: those
 * drawn; those that a strategy has set; those who gave way, the last of them lowest. The rule:
 * whoever has none yet is given one when it is looked at, so that beginning an execution costs
 * nothing. Two that are drawn are the same once in 2^30 times: then the lower index is first.
 */
#ifndef SNAG_SCHED_STRATEGY_PRIORITIES_H
#define SNAG_SCHED_STRATEGY_PRIORITIES_H

#include "sched/strategy/candidates.h"

#define SNAG__PRIORITY_SET (UINT32_C(1) << 24)
#define SNAG__PRIORITY_DRAWN (UINT32_C(1) << 25)

struct snag__priorities {
    uint32_t execution; /* generation of `of`; 0: nobody's */
    uint32_t floor;     /* the next lowest to hand out, counting down */
    struct {
        uint32_t execution, priority;
    } of[SNAG__VTHREADS_MAX];
};

/* Nobody has any. */
static inline void snag__priorities_begin(struct snag__priorities *p) {
    p->execution++;
    p->floor = SNAG__PRIORITY_SET - 1;
}

static inline void snag__priority_give(struct snag__priorities *p, uint32_t v, uint32_t priority) {
    p->of[v].execution = p->execution;
    p->of[v].priority = priority;
}

/* The one number `rank`, from 0, of those between who gave way and all others. */
static inline void snag__priority_set(struct snag__priorities *p, uint32_t v, uint32_t rank) {
    snag__priority_give(p, v, SNAG__PRIORITY_SET + rank);
}

/* Below all others. */
static inline void snag__priority_fall(struct snag__priorities *p, uint32_t v) {
    snag__priority_give(p, v, p->floor);
    p->floor -= p->floor > 1;
}

/* It is given another when it is looked at. */
static inline void snag__priority_forget(struct snag__priorities *p, uint32_t v) {
    p->of[v].execution = 0;
}

static inline uint32_t snag__priority(struct snag__priorities *p, struct snag__prng *prng,
                                      uint32_t v) {
    if (p->of[v].execution != p->execution) {
        snag__priority_give(p, v, SNAG__PRIORITY_DRAWN + snag__prng_below(prng, UINT32_C(1) << 30));
    }
    return p->of[v].priority;
}

/* The candidate of the highest. */
static inline __attribute__((always_inline)) uint32_t
snag__priority_first(struct snag__priorities *p, struct snag__prng *prng,
                     const struct snag_choice *c, uint32_t words) {
    uint32_t best = 0, best_priority = 0;
    SNAG__EACH_OF(c->set, words, v) {
        uint32_t priority = snag__priority(p, prng, v);
        if (priority > best_priority) {
            best = v;
            best_priority = priority;
        }
    }
    return best;
}

#endif
