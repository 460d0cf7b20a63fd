/* async_threads_test.c: wakers and async mutexes, from plain vthreads, which they block.
 *
 * link: rt_fast
 * bodies: async
 */
#define ASYNC_MODE SNAG_THREADS
#define WORKERS 1
#define SUSPENDED ""
#include "async_drive.h"
#include "async_more.h"

TEST(whoever_parks_waits_for_a_wakeup) {
    MAKE(1, PARKS, WAKES);
    unsigned n = found("hang: parks", 1000);
    CHECK(n > 50 && n < 950); /* the waker came first, and saw nobody */
    MAKE(1, PARKS);
    CHECK_EQ_INT(run_seed(1)->end, SNAG_END_STUCK);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].object), "event");
}

TEST(one_wakeup_is_kept) {
    MAKE(1, KEPT, KEPT);
    CHECK_EQ_INT(found("", 100), 0);
    MAKE(1, KEPT_TWICE);
    CHECK_EQ_INT(found("lost-wakeup: kept", 100), 100);
}

TEST(a_park_may_return_without_a_wakeup) {
    struct snag__request r = drive_request("random", 0);
    unsigned returned = 0;
    r.program = &program;
    r.faults = SNAG_FAULT_SET(SNAG_FAULT_SPURIOUS);
    MAKE(1, KEPT_TWICE);
    for (r.seed = 0; r.seed < 200; r.seed++)
        returned += drive(&r)->end == SNAG_END_DONE;
    CHECK(returned > 10 && returned < 190);
}

TEST(one_at_a_time_also_across_an_await) {
    MAKE(1, HOLD_IO, LOCKED, HOLD_IO, LOCKED, TRIES, TURNS, LOCKED);
    CHECK_EQ_INT(found("", 2000), 0);
}

TEST(a_wakeup_that_nobody_sends_is_a_lost_one) {
    MAKE(1, UNTOLD, TELLS_NOBODY);
    unsigned n = found("lost-wakeup: untold", 300);
    CHECK(n > 20 && n < 300);
}

TEST(taken_twice_is_a_self_deadlock) {
    MAKE(1, RELOCK, LOCKED);
    CHECK_EQ_INT(found("self-deadlock: relock holding relock's lock", 200), 200);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].holds), "async mutex");
}

TEST(opposite_orders_are_a_deadlock) {
    MAKE(1, FIRST_A, FIRST_B, LOCKED);
    unsigned n =
        found("deadlock: first_a holding first_a's lock / first_b holding first_b's lock", 500);
    CHECK(n > 20 && n < 480);
}
