/* select_drive.h: how the tests of select_body.c run programs of select_cases.h. */
#ifndef TESTS_TASK_SELECT_DRIVE_H
#define TESTS_TASK_SELECT_DRIVE_H

#include "select_cases.h"
#define OPS_IMPL select_impl
#include "ops_drive.h"

const struct snag_spec select_spec = {
    .name = "select",
    .ops = {PLAIN(SENDS_A, "sends_a"),
            PLAIN(SENDS_B, "sends_b"),
            PLAIN(CONSUMES, "consumes"),
            PLAIN(BOTH_FAIR, "both_fair"),
            PLAIN(BOTH_BIASED, "both_biased"),
            PLAIN(TIMES, "times"),
            PLAIN(PAST, "past"),
            PLAIN(NOTIFIED, "notified"),
            PLAIN(NOTIFIES, "notifies"),
            PLAIN(KEPT, "kept"),
            PLAIN(DROPPED, "dropped"),
            PLAIN(ANSWERED, "answered"),
            PLAIN(PERMITS, "permits"),
            PLAIN(LISTENS, "listens"),
            PLAIN(WATCHES, "watches"),
            PLAIN(ENDS, "ends"),
            PLAIN(ENDED, "ended"),
            PLAIN(DROPPED_END, "dropped_end"),
            PLAIN(HANGS, "hangs"),
            PLAIN(HANGS_ON, "hangs_on")},
};

#endif
