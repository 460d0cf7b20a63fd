/* progress.h: the line that says how a long campaign is doing, on standard error.
 *
 * On a terminal it is one line, written over and over; elsewhere a plain line every five seconds
 * (live.h). The rule: the clock is not asked at each execution, but some dozen times a second, and
 * nothing that is shown feeds back into the search.
 */
#ifndef SNAG_HARNESS_PROGRESS_H
#define SNAG_HARNESS_PROGRESS_H

#include "campaign.h"

/* All zero: silent. */
struct snag__progress {
    const struct snag__campaign *campaign; /* NULL: silent */
    const char *inputs;                    /* folder whose files are counted; NULL: none */
    uint64_t executions_max;               /* 0: no such end */
    uint64_t check;                        /* at that many executions the clock is looked at */
    uint64_t step;                         /* executions between two looks */
    uint64_t looked_ns, line_ns;
    uint64_t line_executions; /* at the last line */
};

/* Silent with --json. */
void snag__progress_begin(struct snag__progress *p, const struct snag__campaign *c,
                          const char *inputs, uint64_t executions_max);
/* Looks at the clock, and shows the line if it is time. */
void snag__progress_look(struct snag__progress *p);
/* After some executions. */
static inline void snag__progress_tick(struct snag__progress *p) {
    if (p->campaign != NULL && snag__unlikely(p->campaign->executions >= p->check))
        snag__progress_look(p);
}

#endif
