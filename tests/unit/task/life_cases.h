/* life_cases.h: the operations that life_test.c and its code under test agree on. */
#ifndef TESTS_TASK_LIFE_CASES_H
#define TESTS_TASK_LIFE_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

#define MS UINT64_C(1000000)

enum { LINKED = 7 /* the value of a node */ };

enum {
    SLEEPS,      /* sleeps n ms, observes n; result: how long it took, in ms */
    TICKS,       /* every 2 ms, with 5 ms of sleep after the first; observes each count */
    JOINS_LATE,  /* joins a child that sleeps 10 ms: until 3 ms, then for good */
    PARKS_UNTIL, /* parks at most n ms; result: an enum snag_park_end */
    WAKES,       /* after 5 ms, wakes PARKS_UNTIL, if it has come */
    BUSY,        /* yields five times, then sets a flag */
    SEES,        /* sleeps 1 ms; result: the flag */
    TURN_ABOUT,  /* yields until STOPS has stopped it */
    STOPS,       /* sleeps 1 ms, stops it */
    TIMES_OUT,   /* a timeout of 1 ms for what sleeps n ms; result: whether it returned */
    TIMES_IN,    /* the same, which is aborted itself, within a timeout of 2 ms */
    DROPS,       /* aborts a child that sleeps for ever, joins it; observes the end, and cleanups */
    DROPS_NEW,   /* aborts a child at once: it may never start */
    DROPS_ENDED, /* aborts a child that has ended */
    DROPS_IN,    /* aborts a child that waits for the async mutex, which it holds itself */
    DROPS_RECV,  /* aborts a child that receives, while a message is sent; result: it is not lost */
    DROPS_OWNER, /* a child with the async mutex is dropped; then locks it */
    CLEAN_OWNER, /* the same, and the child's cleanup unlocks it */
    DROPS_LOCK,  /* a child with a blocking mutex is dropped; then locks it */
    EXITS,       /* a child ends itself in a function that it called */
    DROPS_LINKED, /* a child is dropped whose node stays in a list; result: what is there, or 0 */
    CLEAN_LINKED, /* the same, and the child's cleanup takes it off */
    PARKS_LINKED, /* the same, and the child takes it off where its park ends by the abort */
    DROPS_ROOMS,  /* a child is dropped within functions that have arrays of variable length */
    FOR_EVER,     /* joins a child that parks for ever */
    LIFE_OPS
};

extern const struct snag_spec life_spec;
extern struct snag_impl life_impl;

#endif
