/* pool_cases.h: the operations that pool_test.c and its code under test agree on. */
#ifndef TESTS_TASK_POOL_CASES_H
#define TESTS_TASK_POOL_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    RUNS,      /* three jobs that lock, sleep and count; result: how many it saw done */
    BESIDE,    /* a job waits for a condition that SIGNALS brings about: no worker is blocked */
    SIGNALS,   /* brings it about */
    BOUND,     /* n threads at most, five jobs; observes how many ran at a time, at most */
    AWAITS,    /* a job sleeps, locks the async mutex, spawns a task and joins it */
    WITHDRAWN, /* one thread, two jobs, the second is aborted; observes both ends */
    LATE,      /* joins a job that takes long only until 1 ms from now, then for good */
    NESTED,    /* one thread: a job that awaits a second one, which gets none */
    KEEPS,     /* a job returns with a lock */
    POOL_OPS
};

extern const struct snag_spec pool_spec;
extern struct snag_impl pool_impl;

#endif
