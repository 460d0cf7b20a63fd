/* rwlock_cases.h: the operations that rwlock_test.c and its code under test agree on. */
#ifndef TESTS_TASK_RWLOCK_CASES_H
#define TESTS_TASK_RWLOCK_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    READS,         /* has it to read across a request; result: how many readers there were */
    WRITES,        /* has it to write across a request; result: how often it was written */
    TRIES_TO_READ, /* the same, if that goes at once; result: 0, or how many readers */
    TRIES_TO_WRITE,
    TURNS,       /* has it to read, or, if its task is odd, to write, and observes itself */
    READS_TWICE, /* reads, and within that asks to read once more */
    UPGRADES,    /* reads, and within that asks to write */
    RELOCKS,     /* writes, and within that asks to write */
    KEEPS,       /* returns with it, having read */
    FOREIGN,     /* gives up what it has not */
    DESTROYS,    /* destroys it while it has it */
    DESTROYED,   /* uses what it has destroyed */
    DROPPED, /* reads, drops a child that asks to write, and awaits one that came later to read */
    RWLOCK_OPS
};

extern const struct snag_spec rwlock_spec;
extern struct snag_impl rwlock_impl;

#endif
