/* session.h: what every command of a target executable starts with: the target, the bounds, the
 * strategies.
 *
 * It runs single executions; campaigns over many are harness/campaign.h. The rule: a session is
 * opened once per process, and all its requests are pure functions of their arguments.
 */
#ifndef SNAG_HARNESS_SESSION_H
#define SNAG_HARNESS_SESSION_H

#include "base/options.h"
#include "exec/exec.h"
#include "report/report.h"

struct snag__session {
    const struct snag__options *options;
    const struct snag_impl *impl;   /* NULL: a scenario */
    uint32_t strategies;            /* how many the registry has */
    uint32_t strategy;              /* the one of --strategy; with the portfolio, the walk */
    bool portfolio;                 /* that is what --strategy says (portfolio.h) */
    uint32_t walk;                  /* the random one: it switches often, wherever it may */
    void **strategy_states;         /* one each, owned */
    uint64_t learners;              /* strategies that learn and may be asked: bits */
    void *directed_state;           /* of the one that is handed goals, owned */
    uint32_t faults;                /* SNAG_FAULT_SETs of --faults */
    struct snag_strategy_hint hint; /* see snag__session_first */
    enum snag__points points;       /* of --points */
    struct snag__request search;    /* what all searches have in common */
};

/* Says what is wrong on standard error. Returns 0 or an exit status. */
int snag__session_open(struct snag__session *s, const struct snag__options *o);
void snag__session_close(struct snag__session *s);
/* What searches inject from now on, instead of what --faults says. */
void snag__session_inject(struct snag__session *s, uint32_t faults);

/* Which strategy searches from now on, or the portfolio. False: there is none of that name. */
bool snag__session_use(struct snag__session *s, const char *name);
/* All names there are, with what they stand for. */
void snag__session_strategies(FILE *out);

/* As --workers has it. */
void snag__session_fix_workers(const struct snag__session *s, struct snag_program *program);

/* Executions of another program follow: strategies forget what they learned of the last. */
void snag__session_renew(struct snag__session *s);

/* Runs `program` (NULL: the scenario; `id` its hash, or 0) under `schedule`, then the default
 * policy. */
void snag__session_replay(struct snag__session *s, const struct snag_program *program, uint64_t id,
                          const struct snag_schedule *schedule, struct snag_verdict *v);
/* The same, as the first of a batch: it shows the searches after it how long executions are, and
 * those of the strategies `asked` (bits) that learn what happens in them: who is not asked before
 * the next snag__session_renew need not look. No strategy takes part in it, so that a search stays
 * a pure function of program, schedule, seed and what the strategy learned since then. */
void snag__session_first(struct snag__session *s, const struct snag_program *program, uint64_t id,
                         const struct snag_schedule *schedule, uint64_t asked,
                         struct snag_verdict *v);
/* The same, as part of a search; `learn`: as there. */
void snag__session_follow(struct snag__session *s, const struct snag_program *program, uint64_t id,
                          const struct snag_schedule *schedule, bool learn, struct snag_verdict *v);
/* The same, to see which of its plain accesses race: known from then on (sched/plain.h), instead of
 * what was. */
void snag__session_study(struct snag__session *s, const struct snag_program *program,
                         const struct snag_schedule *schedule);
/* Runs it under strategy number `strategy` (< s->strategies) with `seed`. `learn`: which of its
 * plain accesses race, if that makes points of them; known from then on (sched/plain.h). */
void snag__session_search(struct snag__session *s, uint32_t strategy,
                          const struct snag_program *program, uint64_t id, uint64_t seed,
                          bool learn, struct snag_verdict *v);

/* The same under the strategy that is handed goals, towards `goal`. */
void snag__session_pursue(struct snag__session *s, const struct snag_goal *goal,
                          const struct snag_program *program, uint64_t id, uint64_t seed,
                          struct snag_verdict *v);

/* The same under a tree of schedules (sched/strategy/exhaustive.h), which is to be told afterwards
 * that it is over. */
struct snag__exhaustive;
void snag__session_exhaust(struct snag__session *s, struct snag__exhaustive *strategy,
                           const struct snag_program *program, uint64_t id, struct snag_verdict *v);

/* The index in v->findings of the finding with this key; UINT32_MAX: none. */
uint32_t snag__session_find(const struct snag_verdict *v, const char *key);

/* Replays it to see the finding `key` of `kind`; returns its index in *v, or UINT32_MAX. One run
 * tells, except for races: of an eight-byte word ThreadSanitizer keeps four accesses, and which one
 * a fifth evicts depends on its own past, so that in a large program a race shows in most runs of
 * one schedule, not in each. A race is given SNAG__RACE_RUNS runs of the same events, in which
 * other accesses are evicted. */
enum { SNAG__RACE_RUNS = 16 };
uint32_t snag__session_show(struct snag__session *s, const struct snag_program *program,
                            uint64_t id, const struct snag_schedule *schedule,
                            enum snag_finding_kind kind, const char *key, struct snag_verdict *v);
/* The same of a request of any sort. */
uint32_t snag__session_seek(const struct snag__request *r, enum snag_finding_kind kind,
                            const char *key, struct snag_verdict *v);

/* Everything a report reads of the last execution. The arrays belong to the session; valid until
 * the next call. */
const struct snag__report_input *snag__session_report(struct snag__session *s,
                                                      const struct snag_program *program,
                                                      const struct snag_verdict *v);

#endif
