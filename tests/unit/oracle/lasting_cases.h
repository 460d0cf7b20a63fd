/* lasting_cases.h: the operations that lasting_test.c, held_test.c, blocked_test.c and their code
 * under test agree on. `n` is a time in virtual ms.
 */
#ifndef TESTS_ORACLE_LASTING_CASES_H
#define TESTS_ORACLE_LASTING_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    REQUEST,         /* awaits an I/O */
    NAP,             /* blocks its worker for n */
    TWO_NAPS,        /* twice, one after the other */
    COND,            /* waits for a condition, at most n */
    JOIN,            /* joins a thread that naps for n */
    BEHIND_THREAD,   /* wants a lock with which a thread naps for n */
    BEHIND_BUSY,     /* wants a lock that a thread holds for a moment, beside one that naps for n */
    SUSPENDS,        /* awaits for n, holding a lock */
    WANTS,           /* takes that lock */
    NAP_HOLDING,     /* naps for n, holding a lock */
    NAP_BETWEEN,     /* naps for n, having held it before */
    NAP_ASYNC,       /* naps for n, holding an async mutex */
    REQUEST_IN_POOL, /* a thread of the blocking pool does an I/O, holding a lock */
    NAP_IN_POOL,     /* naps for n there, holding nothing */
    COND_HOLDING,    /* waits for a condition, at most n, holding another lock than its mutex */
    NAP_ONCE,        /* naps for n in a routine that is run once */
    HOLD_ASYNC,      /* has an async mutex across a request */
    ASYNC_IN_THREAD, /* joins a thread that takes it */
    ASYNC_IN_POOL,   /* awaits a job that does */
    READ_GUARD,      /* breaks R7: awaits for n with a read lock that is a guard */
    READ_GIVEN_BACK, /* awaits for n, having given it back */
    WRITE,           /* takes that lock to write */
    TWICE,           /* takes a guard, and asks again */
    PERMIT,          /* breaks R7: awaits for n with a permit that is a guard */
    PERMIT_UNMARKED, /* the same, of which nobody says so */
    PERMIT_OVER,     /* awaits for n, having given it back */
    WANTS_PERMIT,    /* takes it, and gives it back */
    ASYNC_PERMIT,    /* as PERMIT, of an async semaphore */
    ASYNC_GUARD,     /* awaits for n with an async mutex that is a guard */
    NOT_HELD,        /* ends a guard that it does not have */
    READ_HOLDING,    /* reads from a pipe what a thread writes after n, holding a lock */
    READ_PLAIN,      /* reads from it, holding nothing */
    LASTING_OPS
};

/* Those from READ_GUARD to NOT_HELD. */
void lasting_run_guards(uint16_t op, int64_t n);

extern const struct snag_spec lasting_spec;
extern struct snag_impl lasting_impl;

#endif
