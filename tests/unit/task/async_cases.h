/* async_cases.h: the operations that async_test.c and its code under test agree on. */
#ifndef TESTS_TASK_ASYNC_CASES_H
#define TESTS_TASK_ASYNC_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    PARKS,        /* parks until WAKES wakes it */
    WAKES,        /* wakes PARKS, if it has come */
    KEPT,         /* wakes itself twice, parks once */
    KEPT_TWICE,   /* the same, and parks twice */
    LOCKED,       /* lock, count, unlock; result: the count */
    HOLD_IO,      /* lock, request, unlock */
    TURNS,        /* three times: lock, observes itself, request, unlock */
    TRIES,        /* locks if that goes at once; result: whether it did */
    RELOCK,       /* lock, lock */
    FIRST_A,      /* locks a, then b */
    FIRST_B,      /* locks b, then a */
    KEEPS,        /* returns with the lock */
    FOREIGN,      /* unlocks what it has not locked */
    DESTROYED,    /* locks what it has destroyed */
    HOLDS_PARKS,  /* lock, then UNTOLD */
    BLOCKING,     /* breaks R1: awaits the async lock with a blocking one in hand */
    TAKES_BOTH,   /* takes the async lock, then the blocking one */
    UNTOLD,       /* waits for TELLS_NOBODY */
    TELLS_NOBODY, /* lets UNTOLD go on, and does not wake it */
    ASYNC_PERMIT, /* has one of two permits across a request; result: how many had one */
    NOTIFIED,     /* awaits a notification */
    NOTIFY_ONE,   /* sends one */
    NOTIFY_ALL,   /* sends one to all who wait; result: how many */
    MEETS,        /* waits at a barrier of two; result: whether it came last */
    ASKS_ONCE,    /* result: the value, made by a request; what is made first is NULL */
    ASKS_LATE,    /* the same, and is aborted at once; result: 0, or the value */
    ASYNC_OPS
};

/* Those from ASYNC_PERMIT on. */
void async_run_more(uint16_t op, struct snag_result *result);

extern const struct snag_spec async_spec;
extern struct snag_impl async_impl;

#endif
