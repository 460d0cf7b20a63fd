/* cancel_cases.h: the operations that cancel_test.c and its code under test agree on. */
#ifndef TESTS_TASK_CANCEL_CASES_H
#define TESTS_TASK_CANCEL_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    COUNTS, /* awaits nothing; result: how often */
    STEPS,  /* three turns, and observes itself after each */
    HOLDS,  /* an async lock across a request */
    CLEANS, /* the same, and gives it up when it is dropped */
    WAITS,  /* for what never comes */
    RETURNS_HOLDING,
    CANCEL_OPS
};

extern const struct snag_spec cancel_spec;
extern struct snag_impl cancel_impl;

#endif
