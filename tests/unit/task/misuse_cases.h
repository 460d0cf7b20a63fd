/* misuse_cases.h: the operations that misuse_test.c and its code under test agree on. */
#ifndef TESTS_TASK_MISUSE_CASES_H
#define TESTS_TASK_MISUSE_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

/* Each is wrong if its argument is 0, and right if it is 1. */
enum {
    INTERVAL,    /* of no length */
    SELECTS,     /* from no sources */
    SELECTS_ALL, /* from more than there may be */
    WAKES,       /* nobody: a number that no task and no thread has */
    READS,       /* no bytes */
    POPS,        /* not the newest cleanup */
    POOL,        /* of no threads */
    SPAWNS,      /* outside of tasks */
    SPAWNS_JOB,  /* the same */
    TIMES_OUT,   /* the same */
    EXITS,       /* the same */
    MISUSE_OPS
};

extern const struct snag_spec misuse_spec;
extern struct snag_impl misuse_impl;

#endif
