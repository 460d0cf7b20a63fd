/* campaign.h: a search (explore, fuzz) carried through although the code under test takes down the
 * processes that run it.
 *
 * The rule: each process begins after the execution that ended the one before it, and a process
 * that ends before its first execution is our trouble, never a finding.
 */
#ifndef SNAG_FRONT_CAMPAIGN_H
#define SNAG_FRONT_CAMPAIGN_H

#include "base/job.h"
#include "front/front.h"
#include "report/summary.h"

enum { SNAG__SCHEDULES_BYTES = SNAG__TURNS_MAX * 56 };

struct snag__campaign {
    struct snag__chosen chosen;
    const char *command;
    const struct snag__options *options;
    char **rest; /* words after the options */
    int rest_count;
    struct snag__job job;   /* all zero: it has the search for itself */
    const char *out_of_all; /* of a job: --out of them all; else NULL */
    const char *ledger;     /* file */
    int coverage_fd;        /* of snag__coverage_new */
    bool more_follows;      /* say nothing at the end */
    /* For the summary of several flavours: SNAG_SCHEDULES; "": of this campaign alone. */
    char schedules[SNAG__SCHEDULES_BYTES];
    /* Zero at first; kept from one turn to the next. */
    uint64_t executions;
    uint64_t restarts;
    bool interrupted;
};

/* Returns the exit status. */
int snag__campaign_run(struct snag__campaign *c);

/* Says what was found so far, by a last process that runs nothing else. Returns the exit status. */
int snag__campaign_summarise(const struct snag__campaign *c);

/* A flavour ran so many schedules, for the summary. */
void snag__campaign_ran(struct snag__campaign *c, const char *flavour, uint64_t executions);
/* --on-finding=abort, and something is in that ledger. */
bool snag__campaign_found_enough(const struct snag__options *o, const char *ledger);

/* A file for the findings of a campaign, empty; false: said why. It is to be unlinked. */
bool snag__ledger_new(char *path, size_t room);
/* Memory in which the processes of a campaign count what they cover, as a descriptor to be closed.
 * -1: none is to be had; a campaign of several processes then does not know what it covered. */
int snag__coverage_new(void);

#endif
