/* job.h: one of several processes that share a search between them, and which executions are its
 * own.
 *
 * It starts none (harness/front/jobs.c does). The executions of one sequence have numbers, from 0,
 * and come in batches of one size, which the jobs take in turn, as cards are dealt; or each job has
 * a sequence of its own. The rule: each execution belongs to one job, whatever the others do, so
 * that all of them together run what one alone would have run of a sequence that they share.
 */
#ifndef SNAG_BASE_JOB_H
#define SNAG_BASE_JOB_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAG__JOBS_MAX = 64 };

struct snag__job {
    uint32_t index, count; /* count: at least 1; index: below it */
};

/* "2/4", or NULL, which is the only one. False: it is neither, and *job is the only one. */
bool snag__job_parse(const char *text, struct snag__job *job);

/* The first execution from `from` on, which begins a batch or is behind one's end, that is its own.
 */
uint64_t snag__job_next(struct snag__job job, uint64_t from, uint64_t batch);

/* Of jobs that count for themselves: which one of all executions its `nth` is, both from 1, if each
 * runs one in turn. */
uint64_t snag__job_number(struct snag__job job, uint64_t nth);

#endif
