/* strategy.h: what answers the scheduler's questions, but for faults (sched/fault.h): those have
 * one policy, whichever the strategy.
 *
 * A strategy only answers `choose`; it never switches, blocks or allocates. Replay is a strategy.
 * One strategy is one short file in src/sched/strategy and one line in strategies.def. The rule: a
 * strategy's answers are a pure function of its seed, its goal and what it was asked so far.
 */
#ifndef SNAG_STRATEGY_H
#define SNAG_STRATEGY_H

#include "snag/run.h"

/* What a candidate vthread is about to do: its pending event. */
struct snag_pending {
    uint8_t kind;      /* enum snag_event_kind */
    uint8_t timed_out; /* picking it lets its timed wait expire */
    uint16_t op;
    uint16_t sub; /* of a plain access; 0: none */
    uint32_t ordinal;
    uint32_t object; /* 0: none, or not numbered yet */
    uint32_t site;
};

/* A question. Candidates of NEXT and WAKE are a set of vthread indices: bit v of set[v / 64]. TASK:
 * the same over task indices. Of a kind that takes a number: any in [0, n). */
struct snag_choice {
    enum snag_choice_kind kind;
    uint32_t n;       /* candidates, >= 2 */
    uint32_t def;     /* the default policy's answer */
    uint32_t current; /* vthread that stands at the choice */
    bool current_enabled;
    uint16_t sub;        /* of the event that it is made at; 0: it is a numbered one */
    uint32_t words;      /* of `set` */
    const uint64_t *set; /* NULL: a number */
    uint32_t step;       /* scheduling points so far in this execution */
    /* The pending event of a candidate of NEXT. */
    const struct snag_pending *(*pending)(uint32_t vthread);
};

/* A pair of events to bring about in this order, by object and kind (an ordinal of 0 matches any):
 * from a hazard, a near-race, a lock-order edge. */
struct snag_goal {
    struct snag_pending first, second;
};

/* Kept across executions of one campaign by whoever drives the strategy: what was learned online.
 */
struct snag_strategy_hint {
    uint32_t points;   /* estimate of scheduling points of an execution, >= 1 */
    uint32_t vthreads; /* estimate, >= 1 */
    uint32_t depth;    /* bug depth d of PCT, >= 1 */
};

struct snag_strategy {
    size_t state_bytes; /* private state, allocated zeroed by the driver and handed as `self` */
    const char *name;   /* on the command line and in repros */
    const char *help;   /* one line, with its source (paper) */
    /* Before each execution; by the driver; may not allocate. `goal` may be NULL; it is a wish. */
    void (*begin)(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal);
    /* At each choice; by the scheduler, on the fiber that stands at the choice; may not block,
     * allocate or call the C library. Must return a candidate. */
    uint32_t (*choose)(void *self, const struct snag_choice *choice);
};

/* The candidate number `k` (0 <= k < n, in index order) of a choice with a set. */
uint32_t snag_choice_candidate(const struct snag_choice *choice, uint32_t k);

/* The registry, from strategies.def; NULL: no strategy of that name, or i is past the last. */
const struct snag_strategy *snag_strategy_find(const char *name);
const struct snag_strategy *snag_strategy_at(size_t i);

#endif
