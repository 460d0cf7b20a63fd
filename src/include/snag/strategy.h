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

/* What a candidate vthread is about to do: its pending event, laid out as it will be in the log. */
struct snag_pending {
    uint8_t kind;      /* enum snag_event_kind */
    uint8_t timed_out; /* picking it lets its timed wait expire */
    uint16_t op;
    uint32_t ordinal;
    uint16_t sub;    /* of a plain access; 0: none */
    uint16_t offset; /* of a plain access: where it begins within those eight bytes */
    /* Number; 0: none. Of a plain access: SNAG_PENDING_MEMORY and which eight bytes (the first, if
     * it is larger): equal means the same. It is no name: compare it, and within one execution. */
    uint32_t object;
    uint32_t site;
};
#define SNAG_PENDING_MEMORY UINT32_C(0x80000000)

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

/* What is to be brought about: the harm that a hazard warns of. A part of it is somebody who holds
 * a lock that was taken at `held_site`. */
enum snag_goal_kind {
    SNAG_GOAL_STAND, /* all stand at the same time, each before an event at its `site`: a deadlock
                      */
    SNAG_GOAL_AWAY   /* the task is off its worker, and others are run: a suspended owner */
};
struct snag_goal_part {
    uint32_t site; /* call site; 0: any */
    uint32_t held_site;
    uint32_t task; /* index of the task that did so when the hazard was seen, + 1; 0: none */
};
struct snag_goal {
    enum snag_goal_kind kind;
    uint32_t count;
    struct snag_goal_part parts[SNAG_PARTIES_MAX];
};

/* Kept across executions of one campaign by whoever drives the strategy: what was learned online.
 */
struct snag_strategy_hint {
    uint32_t points;   /* estimate of scheduling points of an execution, >= 1 */
    uint32_t vthreads; /* estimate, >= 1 */
    uint32_t depth;    /* bug depth d of PCT, >= 1 */
};

/* What an execution left behind, for strategies that learn; valid during the call. */
struct snag_log {
    const struct snag_event *events;
    const struct snag_choice_entry *choices;
    uint32_t events_count, choices_count;
    uint32_t vthreads; /* that it had */
};

/* One that learns does so from executions of one program, and forgets all of it when another
 * follows. */
struct snag_strategy {
    size_t state_bytes; /* private state, allocated zeroed by the driver and handed as `self` */
    const char *name;   /* on the command line and in repros */
    const char *help;   /* one line, with its source (paper) */
    /* Another program follows; by the driver, between executions; may not allocate. NULL: it learns
     * nothing. */
    void (*renew)(void *self);
    /* Before each execution; by the driver; may not allocate. `goal` may be NULL; it is a wish, and
     * valid until the execution is over. */
    void (*begin)(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal);
    /* At each choice; by the scheduler, on the fiber that stands at the choice; may not block,
     * allocate or call the C library. Must return a candidate. */
    uint32_t (*choose)(void *self, const struct snag_choice *choice);
    /* An execution of the program has ended, its own or another's; by the driver, after those that
     * it wants to learn from; may not allocate. NULL: it learns nothing. */
    void (*saw)(void *self, const struct snag_log *log);
};

/* The candidate number `k` (0 <= k < n, in index order) of a choice with a set. */
uint32_t snag_choice_candidate(const struct snag_choice *choice, uint32_t k);

/* Does it matter in which order the two happen, for what is said of them: are they about the same
 * object or memory, and does at least one change it? Of an atomic operation and a plain access,
 * too. What is about nothing, as a yield, conflicts with nothing. */
bool snag_pending_conflict(const struct snag_pending *a, const struct snag_pending *b);

/* What has happened so far in the execution; as the log will have it (run.h). */
const struct snag_event *snag_choice_log(uint32_t *count);

/* Of a candidate `id` of NEXT or TASK: does it hold a lock that was taken at `site`? A vthread that
 * runs a task holds what the task does. */
bool snag_choice_holds(const struct snag_choice *choice, uint32_t id, uint32_t site);

/* The registry, from strategies.def; NULL: no strategy of that name, or i is past the last. */
const struct snag_strategy *snag_strategy_find(const char *name);
const struct snag_strategy *snag_strategy_at(size_t i);
/* Is it one of those that the portfolio takes in turn, and the one that it prefers at first? */
bool snag_strategy_is_arm(size_t i);
bool snag_strategy_leads(size_t i);

#endif
