/* async_drive.h: how async_test.c and async_threads_test.c run programs of async_cases.h.
 *
 * Each defines ASYNC_MODE first: the mode is one for all executions of a process, like every global
 * of the code under test.
 */
#ifndef TESTS_TASK_ASYNC_DRIVE_H
#define TESTS_TASK_ASYNC_DRIVE_H

#include "async_cases.h"
#define OPS_IMPL async_impl
#define OPS_MODE ASYNC_MODE
#include "ops_drive.h"

#include "snag/async.h"
#include "snag/fault.h"

const struct snag_spec async_spec = {
    .name = "async",
    .ops = {PLAIN(PARKS, "parks"),
            PLAIN(WAKES, "wakes"),
            PLAIN(KEPT, "kept"),
            PLAIN(KEPT_TWICE, "kept_twice"),
            PLAIN(LOCKED, "locked"),
            PLAIN(HOLD_IO, "hold_io"),
            PLAIN(TURNS, "turns"),
            PLAIN(TRIES, "tries"),
            PLAIN(RELOCK, "relock"),
            PLAIN(FIRST_A, "first_a"),
            PLAIN(FIRST_B, "first_b"),
            PLAIN(KEEPS, "keeps"),
            PLAIN(FOREIGN, "foreign"),
            PLAIN(DESTROYED, "destroyed"),
            PLAIN(HOLDS_PARKS, "holds_parks"),
            PLAIN(BLOCKING, "blocking"),
            PLAIN(TAKES_BOTH, "takes_both"),
            PLAIN(UNTOLD, "untold"),
            PLAIN(TELLS_NOBODY, "tells_nobody"),
            PLAIN(ASYNC_PERMIT, "permit"),
            PLAIN(NOTIFIED, "notified"),
            PLAIN(NOTIFY_ONE, "notify_one"),
            PLAIN(NOTIFY_ALL, "notify_all"),
            PLAIN(MEETS, "meets"),
            PLAIN(ASKS_ONCE, "asks_once"),
            PLAIN(ASKS_LATE, "asks_late")},
};

#endif
