/* program_cases.h: what program_test.c and its code under test share beyond cases.h.
 *
 * A small state manager: two slots, a box that a reader waits at, and tickets (handles). The test
 * sets `bugs`, outside the markers; none is the healthy implementation.
 */
#ifndef TESTS_EXEC_PROGRAM_CASES_H
#define TESTS_EXEC_PROGRAM_CASES_H

#include "cases.h"
#include "snag/spec.h"

enum { PUT, GET, OPEN, USE, CLOSE, VISIT, RECV, SEND, OPS };

enum {
    BUG_STALE_GET = 1,      /* what it returns was read before it waited */
    BUG_LOST_WAKEUP = 2,    /* a sender signals only if it saw nobody's item */
    BUG_LEAK = 4,           /* a ticket is forgotten */
    BUG_FORGETS_UNLOCK = 8, /* put returns with the lock */
    BUG_BAD_SUM = 16,       /* the invariant is broken at the end */
    BUG_TORN = 32,          /* the invariant is broken in between, also for who holds no lock */
    BUG_STUCK_LEAVE = 64,   /* a client never comes back from leave */
    BUG_NO_TICKETS = 128,   /* open gives none: what uses one is left out */
    BUG_NO_VISIT = 256,     /* visit does not run its program */
    BUG_VOID = 512,         /* create has no memory */
    WAIT_IN_VISIT = 1024    /* no bug: put gives up the lock that visit holds, and takes it back */
};

extern unsigned bugs;
extern const struct snag_spec program_spec;
extern struct snag_impl program_impl; /* put back after each execution */

#endif
