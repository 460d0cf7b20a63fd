/* lock_order_tasks_cases.h: the operations that lock_order_tasks_test.c and its code under test
 * agree on. */
#ifndef TESTS_ORACLE_LOCK_ORDER_TASKS_CASES_H
#define TESTS_ORACLE_LOCK_ORDER_TASKS_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    A_B,       /* blocking mutexes, one after the other */
    B_A,       /* and in the opposite order */
    ONE_TWO,   /* async mutexes */
    TWO_ONE,   /* and in the opposite order */
    ONE_AWAIT, /* the same, with an await between */
    TWO_AWAIT,
    MIGRATES, /* keeps an async mutex across an await, then takes a blocking one */
    A_ONE,    /* the blocking one, then the async one */
    LOCK_NOTHING,
    FAMILY, /* n: what its child, or its job, does, and when itself b then a */
    ORDER_OPS
};

/* Of FAMILY. */
enum { MEANWHILE, AFTER_JOIN, BEFORE_SPAWN, JOB_MEANWHILE, JOB_AFTER_JOIN, FAMILIES };

extern const struct snag_spec order_spec;
extern struct snag_impl order_impl;

#endif
