/* pass.h: what a shrink pass works with: a candidate to edit, and the question whether it is kept.
 *
 * A pass never judges: it edits the candidate and offers it. The rule that makes shrinking end: an
 * offer is kept only if it shows the finding *and* its cost is strictly lower; costs are well
 * ordered.
 */
#ifndef SNAG_SHRINK_PASS_H
#define SNAG_SHRINK_PASS_H

#include "shrink/shrink.h"

/* What makes one case better than another, most important first: compared word by word. */
enum snag__cost_word {
    SNAG__COST_TASKS,
    SNAG__COST_OPS,
    SNAG__COST_ABORTS, /* operations that are cancelled */
    SNAG__COST_WORKERS,
    SNAG__COST_FAULTS, /* it convinces most without any */
    SNAG__COST_CHOICES,
    SNAG__COST_PREEMPTIONS,
    SNAG__COST_KINDS,     /* how late in the spec the operations are declared */
    SNAG__COST_CONFIG,    /* distance of configuration values from their targets */
    SNAG__COST_ARGS,      /* distance of arguments from their targets */
    SNAG__COST_POSITIONS, /* how late choices are taken */
    SNAG__COST_TARGETS,   /* how high the numbers of who choices interrupt and pick */
    SNAG__COST_ORDER,     /* pairs of tasks that do not stand in canonical order */
    SNAG__COST_WORDS
};
struct snag__cost {
    uint64_t words[SNAG__COST_WORDS];
};

void snag__cost_of(struct snag__cost *out, const struct snag__shrink_case *c,
                   const struct snag_impl *impl);
int snag__cost_compare(const struct snag__cost *a, const struct snag__cost *b);

/* Where arguments and configuration values shrink to: 0 if it is in the domain, else the end of the
 * domain nearest to 0. */
int64_t snag__shrink_target(int64_t min, int64_t max);

struct snag__shrinker; /* shrink.c */

/* The best case so far: read only, valid until an offer is kept. */
const struct snag__shrink_case *snag__shrink_best(const struct snag__shrinker *s);
const struct snag_impl *snag__shrink_impl(const struct snag__shrinker *s);
/* A fresh copy of the best, to be edited and offered. NULL: stop now (budget, caller, memory). */
struct snag__shrink_case *snag__shrink_candidate(struct snag__shrinker *s);
/* Tries the candidate; true: it is the best now. Illegal programs and candidates seen before are
 * refused without a try. */
bool snag__shrink_offer(struct snag__shrinker *s);
bool snag__shrink_over(const struct snag__shrinker *s);

/* Delta debugging's schedule of removals (Zeller and Hildebrandt, TSE 2002), complements only, from
 * the end: chunks of `largest` items, halved down to single ones. `count` items are there now;
 * `remove` edits, offers and says whether that was kept. True: something was removed. */
bool snag__shrink_chop(struct snag__shrinker *s, uint32_t largest,
                       uint32_t (*count)(const struct snag__shrink_case *c),
                       bool (*remove)(struct snag__shrinker *s, uint32_t first, uint32_t n));

/* Moves a value from `from` towards `to` by bisection. `set` edits the candidate. True: it moved.
 */
typedef void snag__shrink_set(struct snag__shrink_case *c, const void *where, int64_t value);
bool snag__shrink_towards(struct snag__shrinker *s, snag__shrink_set *set, const void *where,
                          int64_t from, int64_t to);

#define X(id, text) bool snag__shrink_##id(struct snag__shrinker *s);
#include "shrink/passes.def"
#undef X

#endif
