/* task_drive.h: how task_test.c and pinned_test.c run programs of task_cases.h. */
#ifndef TESTS_TASK_TASK_DRIVE_H
#define TESTS_TASK_TASK_DRIVE_H

#include "task_cases.h"
#define OPS_IMPL task_impl
#include "ops_drive.h"

const struct snag_spec task_spec = {
    .name = "tasks",
    .ops = {PLAIN(LOCKED, "locked"),
            PLAIN(HOLD_IO, "hold_io"),
            WITH(IO, "io", 0, 99),
            PLAIN(FAMILY, "family"),
            WITH(YIELDS, "yields", 0, 9),
            PLAIN(RELOCK, "relock"),
            PLAIN(RECURSIVE, "recursive"),
            PLAIN(WAIT_MIGRATED, "wait_migrated"),
            PLAIN(LOCAL, "local"),
            WITH(CROWD, "crowd", 0, 2000),
            PLAIN(SELF_JOIN, "self_join"),
            PLAIN(KEEPS, "keeps"),
            PLAIN(HAZARDS, "hazards"),
            PLAIN(LATE, "late"),
            PLAIN(FIRST_A, "first_a"),
            PLAIN(FIRST_B, "first_b"),
            PLAIN(SPIN_ON, "spin_on"),
            PLAIN(SPIN, "spin"),
            PLAIN(SPIN_COUNTING, "spin_counting"),
            PLAIN(YIELD_ON, "yield_on"),
            PLAIN(HOLD_ON, "hold_on"),
            PLAIN(LOCK_ON, "lock_on"),
            PLAIN(POLL, "poll"),
            PLAIN(ANSWERED, "answered"),
            PLAIN(WAITS, "waits"),
            PLAIN(WAKES, "wakes"),
            PLAIN(READ_IO, "read_io"),
            PLAIN(WRITES, "writes")},
};

#endif
