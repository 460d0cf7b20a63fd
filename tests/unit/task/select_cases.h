/* select_cases.h: the operations that select_test.c and its code under test agree on. */
#ifndef TESTS_TASK_SELECT_CASES_H
#define TESTS_TASK_SELECT_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    SENDS_A,     /* sends 1 and 2 into a, closes it */
    SENDS_B,     /* sends 10 and 20 into b, closes it */
    CONSUMES,    /* selects until both are closed; result: the sum */
    BOTH_FAIR,   /* there is a message in both; result: which it got */
    BOTH_BIASED, /* the same, biased */
    TIMES,       /* selects over a and two times; result: which */
    PAST,        /* selects over a, which has a message, and a time that is past */
    NOTIFIED,    /* selects over a notification and a; result: which */
    NOTIFIES,    /* brings the notification about */
    KEPT,        /* what the select did not use is still there */
    DROPPED,     /* a child that selects is aborted; result: what was sent is there, or was got */
    ANSWERED,    /* a child answers by a oneshot, or drops it; selects over that and 2 ms */
    PERMITS,     /* twice: selects over a permit and a, gives the permit back */
    LISTENS,     /* subscribes, has a child send three, receives all until it is closed */
    WATCHES,     /* has a child send three values, sees them until it is closed; result: the last */
    ENDS,        /* selects over the end of a child, which sends into a; result: which */
    ENDED,       /* the child has ended before; result: how it ended */
    DROPPED_END, /* a child that selects over another's end is aborted; and that one ends */
    HANGS,       /* selects over what never comes */
    HANGS_ON,    /* selects over the end of one who waits for what never comes */
    SELECT_OPS
};

extern const struct snag_spec select_spec;
extern struct snag_impl select_impl;

#endif
