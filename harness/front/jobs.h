/* jobs.h: a search shared by several processes at the same time.
 *
 * Which executions of one sequence are whose is in src/base/job.h; what becomes of their findings
 * in gather.h. Each job is a campaign of its own (campaign.h), with a watchdog of its own, in a
 * process of its own. The rule: no job learns from another while it runs, so that what they find
 * depends on how many they are and on how much each runs, and never on which is faster.
 */
#ifndef SNAG_FRONT_JOBS_H
#define SNAG_FRONT_JOBS_H

#include "front/campaign.h"

/* Of --jobs. */
uint32_t snag__jobs_wanted(const struct snag__options *o);

/* What they do. */
struct snag__work {
    /* In a job's process: `mine` is its campaign. Returns the exit status. */
    int (*run)(struct snag__campaign *mine, const void *what);
    const void *what;
    /* How many, if they share one sequence of schedules; 0: each has its own, and numbers it. */
    uint64_t schedules;
    const char *const *flavours; /* in the order of their turns */
    size_t flavours_count;
};

/* Carries the campaign `whole` through with so many jobs, from 2 to SNAG__JOBS_MAX, and says what
 * they found. Returns the exit status. */
int snag__jobs_run(struct snag__campaign *whole, uint32_t count, const struct snag__work *work);

#endif
