/* campaign.h: many executions of one target: what was found, kept once each, and what was covered.
 *
 * `explore` and `fuzz` drive it; it chooses no program and no schedule. The rule: a finding that
 * was counted is on disk (or its text on standard error), shrunk, and happened twice.
 */
#ifndef SNAG_HARNESS_CAMPAIGN_H
#define SNAG_HARNESS_CAMPAIGN_H

#include "base/assert.h"
#include "coverage.h"
#include "exec/recorder.h"
#include "finding/ledger.h"
#include "session.h"

struct snag__found {
    struct snag__ledger_entry entry;
    uint64_t times; /* seen by this process */
    bool hidden;    /* what it is, another finding says better: neither told nor kept */
    bool before;    /* seen by an earlier process of the same campaign: it is in the ledger */
    /* Of a hazard: programs in which this process tried to bring its harm about, and the last. */
    uint32_t pursued;
    uint64_t pursued_in;
};

struct snag__campaign {
    struct snag__session *session;
    struct snag__job job;   /* which of those that share the sequence this process is */
    uint64_t executions;    /* of the sequence, begun; the flight recorder's, too */
    uint64_t before;        /* of them, by the processes before this one */
    uint64_t first_finding; /* execution of this process that showed the first new one; 0: none */
    struct snag__coverage *coverage; /* of the whole campaign, owned */
    struct snag__share *share;       /* what this flavour covered of it */
    bool covers_all;           /* the processes before this one, if any, counted there as well */
    struct snag__found *found; /* owned */
    uint32_t found_count, found_capacity;
    bool trouble;        /* a finding could not be saved */
    bool all_strategies; /* not only the one of --strategy; set by whoever drives */
    const struct snag__summary_walk
        *walk;         /* what an exhaustive exploration can say; NULL: it is none */
    bool only_summary; /* nothing is to be run: see recover.h */
};

/* Reads what is known (corpus, ledger) and begins. Says what is wrong on standard error; 0 or an
 * exit status. */
int snag__campaign_open(struct snag__campaign *c, struct snag__session *s);
/* The executions that follow are of `program` (NULL: the scenario). */
void snag__campaign_program(struct snag__campaign *c, const struct snag_program *program,
                            uint64_t id);
/* One execution of the sequence is about to begin, `by` whom (portfolio.h). */
static inline void snag__campaign_begins(struct snag__campaign *c, uint32_t by) {
    c->share->by = by;
    c->share->begun++;
    snag__recorder->executions = ++c->executions;
}
/* It ended with *v (which is then no longer valid). */
void snag__campaign_saw(struct snag__campaign *c, const struct snag_program *program, uint64_t id,
                        struct snag_verdict *v);
/* Somebody pressed Ctrl-C, or its processor time is used up (ulimit -St). */
extern volatile bool snag__campaign_interrupted;
/* Does a finding end it? */
bool snag__campaign_aborts(const struct snag__campaign *c);
/* It was interrupted, a finding ends it, or nothing was to be run at all. */
static inline bool snag__campaign_over(const struct snag__campaign *c) {
    return snag__campaign_interrupted || c->only_summary ||
           (snag__unlikely(c->first_finding != 0) && snag__campaign_aborts(c));
}
/* For a campaign that goes on where an earlier one was stopped: a finding of its own, and how often
 * it was seen. */
struct snag__campaign_finding {
    struct snag__ledger_entry entry;
    uint64_t times;
    bool hidden;
};
/* All that were seen; returns how many. `to` NULL: only that. */
uint32_t snag__campaign_findings(const struct snag__campaign *c, struct snag__campaign_finding *to);
void snag__campaign_recall(struct snag__campaign *c, const struct snag__campaign_finding *f);
/* So many executions are behind it. */
void snag__campaign_goes_on(struct snag__campaign *c, uint64_t executions);
/* Ends it without a word; `snag__campaign_end` does this, too. */
void snag__campaign_close(struct snag__campaign *c);
/* The summary, unless another process follows. Returns the exit status of the whole. */
int snag__campaign_end(struct snag__campaign *c);

#endif
