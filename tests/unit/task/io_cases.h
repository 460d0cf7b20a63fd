/* io_cases.h: the operations that io_test.c and its code under test agree on. */
#ifndef TESTS_TASK_IO_CASES_H
#define TESTS_TASK_IO_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum { FULL = 8 }; /* bytes that an operation wants */

enum {
    READS,     /* reads FULL bytes, on and on; result: how many are as they should be */
    ONCE,      /* asks once; observes status and count */
    ONE_BYTE,  /* asks for one byte; result: how many it got */
    IN_COMMON, /* reads into a buffer that all of them share */
    IO_OPS
};

extern const struct snag_spec io_spec;
extern struct snag_impl io_impl;

#endif
