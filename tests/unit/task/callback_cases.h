/* callback_cases.h: the operations that callback_test.c and its code under test agree on. */
#ifndef TESTS_TASK_CALLBACK_CASES_H
#define TESTS_TASK_CALLBACK_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    ASKS,             /* a loop on a thread of its own; its callback wakes the task */
    ASKS_UNTOLD,      /* the same, and the callback does not wake it */
    ASKS_HOLDING,     /* the same as ASKS, with a blocking lock in hand */
    TAKES,            /* takes that lock */
    LOOPS,            /* runs a loop of its own, whose requests are declared tasks */
    LOOPS_HOLDING,    /* the same; the lock is held from one callback to the next */
    LOOPS_FD,         /* runs a loop that awaits an eventfd, to which another task writes */
    LOOPS_FD_HOLDING, /* the same; the lock is held from one callback to the next */
    CALLBACK_WAITS,   /* the same as LOOPS, with a callback that awaits, and its loop with it */
    CO_WAITS,         /* a coroutine with a stack of its own, which awaits, and its task with it */
    CO_HOLDING,       /* the same, with the lock in hand */
    CO_DROPPED,       /* the same as CO_WAITS; its task is aborted in there */
    CALLBACK_OPS
};

extern const struct snag_spec callback_spec;
extern struct snag_impl callback_impl;

#endif
