/* async_more.h: semaphore, notify, barrier and once cell, the same from tasks and from vthreads.
 *
 * For async_test.c and async_threads_test.c, which define WORKERS and SUSPENDED (how keys name one
 * who waits) first.
 */
#ifndef TESTS_TASK_ASYNC_MORE_H
#define TESTS_TASK_ASYNC_MORE_H

#include "async_drive.h"

/* ---- semaphore, notify, barrier, once cell ---- */

static int64_t sum_of(unsigned clients) {
    int64_t sum = 0;
    for (unsigned i = 0; i < clients; i++)
        sum += result_of(i);
    return sum;
}

TEST(two_permits_let_two_in) {
    unsigned both = 0;
    MAKE(WORKERS, ASYNC_PERMIT, ASYNC_PERMIT, ASYNC_PERMIT, ASYNC_PERMIT);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        for (unsigned i = 0; i < 4; i++) {
            CHECK(result_of(i) <= 2);
            both += result_of(i) == 2;
        }
    }
    CHECK(both > 100);
}

TEST(one_notification_is_kept_for_one) {
    MAKE(WORKERS, NOTIFIED, NOTIFY_ONE);
    CHECK_EQ_INT(found("", 500), 0);
    MAKE(WORKERS, NOTIFIED, NOTIFIED, NOTIFY_ONE);
    CHECK_EQ_INT(found("hang: notified" SUSPENDED, 500), 500);
}

TEST(all_who_wait_are_notified_and_nobody_else) {
    unsigned hung = 0, well = 0;
    MAKE(WORKERS, NOTIFIED, NOTIFIED, NOTIFY_ALL);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        (void)run_seed(seed);
        hung += verdict.end == SNAG_END_STUCK;
        well += verdict.end == SNAG_END_DONE;
        CHECK_EQ_U64(verdict.findings_count, verdict.end == SNAG_END_STUCK);
        CHECK(verdict.end == SNAG_END_STUCK ? result_of(2) < 2 : result_of(2) == 2);
    }
    CHECK(hung > 50 && well > 50 && hung + well == 1000);
}

TEST(a_barrier_lets_all_go_on_with_the_last) {
    MAKE(WORKERS, MEETS, MEETS, MEETS, MEETS);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        CHECK_EQ_INT(sum_of(4), 2);
    }
    MAKE(WORKERS, MEETS, MEETS, MEETS);
    CHECK_EQ_INT(found("hang: async_run_more" SUSPENDED, 200), 200);
}

TEST(a_value_is_made_once) {
    MAKE(WORKERS, ASKS_ONCE, ASKS_ONCE, ASKS_ONCE, ASKS_ONCE);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        CHECK_EQ_INT(sum_of(4), 6); /* to who made nothing first, nothing; then made once more */
    }
}

#endif
