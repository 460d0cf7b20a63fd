/* callback_tsan_test.c: no race is seen where tasks carry coroutines from worker to worker, or are
 * woken by callbacks.
 *
 * link: rt_tsan
 * bodies: callback
 */
#include "callback_drive.h"

TEST(what_is_carried_along_is_in_order) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, CO_WAITS, CO_WAITS, ASKS, LOOPS);
        CHECK_EQ_INT(found("", 500), 0);
        MAKE(workers, LOOPS_FD, TAKES, LOOPS_FD);
        CHECK_EQ_INT(found("", 500), 0);
        MAKE(workers, CALLBACK_WAITS, ASKS, CO_WAITS);
        CHECK_EQ_INT(found("", 500), 0);
    }
}

TEST(what_is_dropped_with_a_task_is_forgotten) {
    MAKE(2, CO_DROPPED, CO_WAITS);
    for (uint64_t seed = 0; seed < 10000; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK(!has(v, SNAG_RACE));
    }
}
