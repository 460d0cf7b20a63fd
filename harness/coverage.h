/* coverage.h: what a campaign covered so far, in memory that outlives the process that covers it.
 *
 * Sums, distinct programs and traces, overlapped operations, and how the discovery of new things
 * went. It decides nothing and lays nothing out (src/report/summary.h does). A campaign that takes
 * several processes, one after another, flavours by turns, or jobs at the same time, has one such
 * memory: the front makes it and hands its descriptor on as SNAG_COVERAGE_FD (harness/recover.h).
 * The rule: plain data, no pointers, all zero at first; counted when an execution has ended, so
 * that one that takes its process with it is in none of the figures.
 *
 * Unseen. What the next schedule would show that none showed before has, by the estimate of Good
 * and Turing (Good: The Population Frequencies of Species and the Estimation of Population
 * Parameters, Biometrika 1953), the probability: things seen in exactly one schedule, divided by
 * schedules. That it serves testing, with things met in sampling units of several, is Böhme's
 * (STADS: Software Testing as Species Discovery, TOSEM 2018). Things are traces, and pairs of
 * events (exec/feedback.h). A search that learns (fuzz) is not a sample of one population; the
 * estimate is then too low while it learns, as Böhme says.
 */
#ifndef SNAG_HARNESS_COVERAGE_H
#define SNAG_HARNESS_COVERAGE_H

#include <stdbool.h>

#include "base/distinct.h"
#include "base/job.h"
#include "exec/exec.h"
#include "oracle/needless.h"
#include "portfolio.h"
#include "report/summary.h"
#include "sched/plain.h"
#include "tally.h"

enum {
    SNAG__COVERAGE_MAGIC = 0x636e7366,
    SNAG__CURVE_MAX = 64, /* points of a curve */
    /* Pairs are read from the logs of so many schedules, then of one in so many: reading costs a
     * tenth of an execution. No power of two: a batch's first schedule is the default one. */
    SNAG__PAIRS_EACH = 4096,
    SNAG__PAIRS_STRIDE = 31
};

/* How many cells were used after `step`, 2 `step`, … schedules. When full, every other is dropped
 * and the step doubles, so that 1/8 of a run of any length lies between two of its points. */
struct snag__curve {
    uint64_t step, count;
    uint64_t traces[SNAG__CURVE_MAX], pairs[SNAG__CURVE_MAX];
};

/* What one flavour covered in one job: at any time one process at most counts there. */
struct snag__share {
    char flavour[32];                                /* "": nobody's yet */
    uint64_t programs_count, tasks_count, ops_count; /* of the programs given to it */
    uint64_t begun;                                  /* executions, also those that ended it all */
    uint64_t counted;                                /* that came to their ends: of all below */
    uint64_t due; /* the next that is more than counted: its pairs are read, or the curve gets on */
    uint64_t points, switches;         /* sums over them */
    uint64_t limits[SNAG_LIMIT_KINDS]; /* executions that hit each, or none */
    uint64_t unknown;                  /* histories that were not decided */
    uint64_t pursuits;                 /* executions beside these (pursuit.h) */
    uint64_t sampled;                  /* executions whose pairs were read */
    struct snag__portfolio portfolio;
    uint32_t by;   /* whose execution was begun last */
    uint64_t died; /* executions begun when one died whose finding has been credited; 0: none */
    bool held;     /* of the last execution `trace` is not yet in `traces`, nor any in portfolio */
    bool looked;   /* its pairs were read; `new_pairs` of them no execution had shown before */
    uint32_t held_by;
    uint64_t trace, new_pairs;
    uint32_t overlaps[SNAG_OPS_MAX]; /* rows of snag__body_overlaps */
    struct snag__curve curve;
    struct snag__distinct programs, traces, pairs;
    struct snag__needless locks;
    struct snag__tally seen; /* findings */
    uint64_t learned_at;     /* execution that last taught one of the following, of a scenario */
    uint32_t sites_count;    /* call sites known to race (sched/plain.h) */
    uint32_t sites[SNAG__SITES_MAX];
};

/* Those of a job are side by side: only its own processes, of which one lives at a time, begin
 * one. */
enum { SNAG__SHARES_MAX = SNAG__JOBS_MAX * SNAG__TURNS_MAX };

struct snag__coverage {
    uint32_t magic;
    uint64_t bytes; /* sizeof(struct snag__coverage) */
    /* Which shares are somebody's: a byte each, for jobs begin at the same time. To look at the
     * others would take memory for them. */
    bool used[SNAG__SHARES_MAX];
    struct snag__share shares[SNAG__SHARES_MAX];
};

/* Maps SNAG_COVERAGE_FD, else memory of this process's own (*shared: which). NULL: no memory. */
struct snag__coverage *snag__coverage_open(bool *shared);
void snag__coverage_close(struct snag__coverage *c);
/* This flavour's of this job; NULL: it has others, and no room. */
struct snag__share *snag__coverage_share(struct snag__coverage *c, const char *flavour,
                                         struct snag__job job);

/* An execution of the program `id`, by s->by, has ended with *v; its log is exec's. */
void snag__coverage_saw(struct snag__share *s, uint64_t id, const struct snag_verdict *v);

/* Adds what is held back. Before anything of the traces, or of yields, is read. */
void snag__coverage_settle(struct snag__coverage *c);

/* Which call sites race, as those before this process have learned; and what this one has. True:
 * something new. */
void snag__coverage_recall(const struct snag__share *s);
bool snag__coverage_learned(struct snag__share *s);

/* How often a finding of that key was seen, by all; 0: nobody knows. */
uint64_t snag__coverage_times(const struct snag__coverage *c, const char *key);
/* What the shares of that flavour (NULL: all) together come to. A curve there is if there is but
 * one; of what was seen how often, there is no sum. */
void snag__coverage_sum(const struct snag__coverage *c, const char *flavour,
                        struct snag__share *sum);
/* Locks that other jobs saw in that flavour go to those of this process (needless.h). */
void snag__coverage_locks(const struct snag__coverage *c, const struct snag__share *own);
/* How its search went; without a curve only how far it came. False: too short to say. */
bool snag__coverage_discovery(const struct snag__share *s, struct snag__discovery *out);

#endif
