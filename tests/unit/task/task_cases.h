/* task_cases.h: the operations that task_test.c and its code under test agree on. */
#ifndef TESTS_TASK_TASK_CASES_H
#define TESTS_TASK_TASK_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    LOCKED,        /* lock, count, unlock: no await inside */
    HOLD_IO,       /* breaks R1: awaits between lock and unlock */
    IO,            /* result: the answer */
    FAMILY,        /* spawns three children and joins them; result: their sum */
    YIELDS,        /* observes itself between yields */
    RELOCK,        /* lock, await, lock again */
    RECURSIVE,     /* lock a recursive mutex, await, unlock */
    WAIT_MIGRATED, /* lock, await, wait for a condition until a time in the past, unlock */
    LOCAL,         /* counts in a thread-local, awaits; result: the count before */
    CROWD,         /* spawns many and joins them in reverse; result: how many ran */
    SELF_JOIN,     /* a child joins its parent, who joins the child */
    KEEPS,         /* returns with the lock, after an await */
    HAZARDS,       /* awaits at nine places with a lock, then takes it again */
    LATE,          /* observes when three requests come back */
    FIRST_A,       /* locks a, then b */
    FIRST_B,       /* locks b, then a */
    SPIN_ON,       /* never ends, and keeps its worker */
    SPIN,          /* yields its worker, not its turn, until ANSWERED was there */
    SPIN_COUNTING, /* the same, and counts */
    YIELD_ON,      /* never ends, but lets others have its worker */
    HOLD_ON,       /* breaks R1 for ever */
    LOCK_ON,       /* locks and unlocks for ever */
    POLL,          /* yields until ANSWERED was there */
    ANSWERED,      /* a request; then lets POLL go */
    WAITS,         /* breaks R2: waits for a condition, and so does its worker */
    WAKES,         /* wakes WAITS */
    READ_IO,       /* breaks R1 with a lock held for reading */
    WRITES,        /* takes it for writing */
    TASK_OPS
};

extern const struct snag_spec task_spec;
extern struct snag_impl task_impl;

#endif
