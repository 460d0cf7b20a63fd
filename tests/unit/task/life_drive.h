/* life_drive.h: how the tests of life_body.c run programs of life_cases.h. */
#ifndef TESTS_TASK_LIFE_DRIVE_H
#define TESTS_TASK_LIFE_DRIVE_H

#include "life_cases.h"
#define OPS_IMPL life_impl
#include "ops_drive.h"

const struct snag_spec life_spec = {
    .name = "life",
    .ops = {WITH(SLEEPS, "sleeps", 0, 99),
            PLAIN(TICKS, "ticks"),
            PLAIN(JOINS_LATE, "joins_late"),
            WITH(PARKS_UNTIL, "parks_until", 0, 99),
            PLAIN(WAKES, "wakes"),
            PLAIN(BUSY, "busy"),
            PLAIN(SEES, "sees"),
            PLAIN(TURN_ABOUT, "turn_about"),
            PLAIN(STOPS, "stops"),
            WITH(TIMES_OUT, "times_out", 0, 99),
            PLAIN(TIMES_IN, "times_in"),
            PLAIN(DROPS, "drops"),
            PLAIN(DROPS_NEW, "drops_new"),
            PLAIN(DROPS_ENDED, "drops_ended"),
            PLAIN(DROPS_IN, "drops_in"),
            PLAIN(DROPS_RECV, "drops_recv"),
            PLAIN(DROPS_OWNER, "drops_owner"),
            PLAIN(CLEAN_OWNER, "clean_owner"),
            PLAIN(DROPS_LOCK, "drops_lock"),
            PLAIN(EXITS, "exits"),
            PLAIN(DROPS_LINKED, "drops_linked"),
            PLAIN(CLEAN_LINKED, "clean_linked"),
            PLAIN(PARKS_LINKED, "parks_linked"),
            PLAIN(DROPS_ROOMS, "drops_rooms"),
            PLAIN(FOR_EVER, "for_ever")},
};

#endif
