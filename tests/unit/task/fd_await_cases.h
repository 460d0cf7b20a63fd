/* fd_await_cases.h: the operations that fd_await_test.c and its code under test agree on. */
#ifndef TESTS_TASK_FD_AWAIT_CASES_H
#define TESTS_TASK_FD_AWAIT_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

#define MS UINT64_C(1000000)

enum {
    GETS,       /* takes a byte from the pipe; result: it */
    AWAITS,     /* awaits one first, and then takes it */
    PUTS,       /* puts a byte */
    UNTIL,      /* awaits one for at most n ms; result: what it is ready for */
    DROPS_WAIT, /* a child awaits a byte; it is aborted and joined; result: how it ended */
    UNDER_LOCK, /* awaits a byte with a blocking mutex in hand, which PUTS_LOCKED wants */
    PUTS_LOCKED,
    LEAVES_OPEN, /* makes an eventfd, and does not close it */
    TALKS,       /* sends a byte to a child through a pair, and awaits its answer */
    FD_AWAIT_OPS
};

extern const struct snag_spec fd_await_spec;
extern struct snag_impl fd_await_impl;

#endif
