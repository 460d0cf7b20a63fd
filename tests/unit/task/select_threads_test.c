/* select_threads_test.c: plain vthreads that await the first of several things: they are blocked.
 *
 * link: rt_fast
 * bodies: select
 */
#define OPS_MODE SNAG_THREADS
#include "select_drive.h"

TEST(every_message_is_got_once) {
    MAKE(1, CONSUMES, SENDS_A, CONSUMES, SENDS_B);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(result_of(0) + result_of(2), 33);
    }
}

TEST(the_earliest_time_ends_it) {
    MAKE(1, TIMES);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), 2);
    CHECK_EQ_INT(case_out[0], 3);
    MAKE(1, TIMES, TIMES, BOTH_FAIR);
    CHECK_EQ_INT(found("", 500), 0);
}

TEST(a_notification_or_a_message) {
    unsigned which[2] = {0, 0};
    MAKE(1, NOTIFIED, NOTIFIES, SENDS_A);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        which[result_of(0)]++;
    }
    CHECK(which[0] > 100 && which[1] > 100);
}

TEST(who_selects_what_never_comes_is_named) {
    MAKE(1, HANGS);
    CHECK_EQ_INT(found("hang: consumes", 100), 100);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].object), "channel");
}
