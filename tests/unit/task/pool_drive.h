/* pool_drive.h: how the tests of pool_body.c run programs of pool_cases.h. */
#ifndef TESTS_TASK_POOL_DRIVE_H
#define TESTS_TASK_POOL_DRIVE_H

#include "pool_cases.h"
#define OPS_IMPL pool_impl
#include "ops_drive.h"

const struct snag_spec pool_spec = {
    .name = "pool",
    .ops = {PLAIN(RUNS, "runs"), PLAIN(BESIDE, "beside"), PLAIN(SIGNALS, "signals"),
            WITH(BOUND, "bound", 1, 9), PLAIN(AWAITS, "awaits"), PLAIN(WITHDRAWN, "withdrawn"),
            PLAIN(LATE, "late"), PLAIN(NESTED, "nested"), PLAIN(KEEPS, "keeps")},
};

#endif
