/* lasting_ops_cases.h: the operations that lasting_ops_test.c and its code under test agree on.
 */
#ifndef TESTS_ORACLE_LASTING_OPS_CASES_H
#define TESTS_ORACLE_LASTING_OPS_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    TOLD_HOLDING,  /* waits for TELL on a condition, holding another lock than its mutex */
    TOLD_BETWEEN,  /* the same, having given that lock up */
    TELL,          /* wakes them */
    PASS,          /* takes a lock of its own kind for a moment */
    BUSY_HOLDING,  /* does so many times, holding another */
    TIMED_HOLDING, /* waits on a condition for 9 virtual ms, holding another lock than its mutex */
    SUSPENDS,      /* awaits for 1 ms, holding a lock */
    READ_HOLDING,  /* reads from a pipe, holding a lock */
    WRITE,         /* what it reads */
    TELL_LATE,     /* wakes who waits for TELL after 40 ms */
    WANTS_HOLDING, /* wants the lock that TOLD_HOLDING has, holding another */
    AFTER_BEGUN,   /* TOLD_HOLDING, once six of BEGUN have begun */
    BEGUN,         /* ends once AFTER_BEGUN has its lock */
    LASTING_OPS_OPS
};

enum { BEGUN_TIMES = 6 };

extern const struct snag_spec lasting_ops_spec;
extern struct snag_impl lasting_ops_impl;

#endif
