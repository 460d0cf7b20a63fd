/* life_threads_test.c: plain vthreads that sleep and wait until a time: they are blocked.
 *
 * link: rt_fast
 * bodies: life
 */
#define OPS_MODE SNAG_THREADS
#include "life_drive.h"

#include "snag/async.h"

TEST(sleeps_end_in_the_order_of_their_times) {
    static const uint16_t ops[] = {SLEEPS, SLEEPS, SLEEPS, SLEEPS};
    static const int64_t ms[] = {30, 10, 0, 20};
    make(1, ops, 4, ms);
    CHECK_EQ_INT(run_default()->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 4);
    for (int64_t i = 0; i < 4; i++)
        CHECK_EQ_INT(case_out[i], 10 * i);
    CHECK_EQ_INT(found("", 500), 0);
    for (unsigned i = 0; i < 4; i++)
        CHECK(result_of(i) >= ms[i]);
}

TEST(an_interval_says_what_it_missed) {
    MAKE(1, TICKS);
    CHECK_EQ_INT(run_default()->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_out[0], 1);
    CHECK_EQ_INT(case_out[1], 2);
    CHECK_EQ_INT(case_out[2], 1);
    MAKE(1, TICKS, BUSY, SEES, TICKS);
    CHECK_EQ_INT(found("", 500), 0);
}

TEST(a_park_ends_by_a_wakeup_or_in_time) {
    static const uint16_t ops[] = {PARKS_UNTIL, WAKES};
    static const int64_t ms[] = {9, 0};
    unsigned woken = 0;
    make(1, ops, 1, ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), SNAG_PARK_LATE);
    make(1, ops, 2, ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), SNAG_PARK_WOKEN);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        woken += result_of(0) == SNAG_PARK_WOKEN;
    }
    CHECK(woken > 100 && woken < 990);
}
