/* callback_drive.h: how callback_test.c and callback_tsan_test.c run programs of callback_cases.h.
 */
#ifndef TESTS_TASK_CALLBACK_DRIVE_H
#define TESTS_TASK_CALLBACK_DRIVE_H

#include "callback_cases.h"
#define OPS_IMPL callback_impl
#include "ops_drive.h"

const struct snag_spec callback_spec = {
    .name = "callback",
    .ops = {PLAIN(ASKS, "asks"), PLAIN(ASKS_UNTOLD, "asks_untold"),
            PLAIN(ASKS_HOLDING, "asks_holding"), PLAIN(TAKES, "takes"), PLAIN(LOOPS, "loops"),
            PLAIN(LOOPS_HOLDING, "loops_holding"), PLAIN(LOOPS_FD, "loops_fd"),
            PLAIN(LOOPS_FD_HOLDING, "loops_fd_holding"), PLAIN(CALLBACK_WAITS, "callback_waits"),
            PLAIN(CO_WAITS, "co_waits"), PLAIN(CO_HOLDING, "co_holding"),
            PLAIN(CO_DROPPED, "co_dropped")},
};

#endif
