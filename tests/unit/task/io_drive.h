/* io_drive.h: how the tests of io_body.c run programs of io_cases.h. */
#ifndef TESTS_TASK_IO_DRIVE_H
#define TESTS_TASK_IO_DRIVE_H

#include "io_cases.h"
#define OPS_IMPL io_impl
#include "ops_drive.h"

#include "snag/fault.h"

const struct snag_spec io_spec = {
    .name = "io",
    .ops = {WITH(READS, "reads", 0, 99), WITH(ONCE, "once", 0, 99),
            WITH(ONE_BYTE, "one_byte", 0, 99), WITH(IN_COMMON, "in_common", 0, 99)},
};

enum { READ_FAULTS = SNAG_FAULT_SET(SNAG_FAULT_IO_ERROR) | SNAG_FAULT_SET(SNAG_FAULT_SHORT_READ) };

#endif
