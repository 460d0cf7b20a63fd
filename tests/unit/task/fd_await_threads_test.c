/* fd_await_threads_test.c: plain vthreads that await descriptors: they are blocked.
 *
 * link: rt_fast
 * bodies: fd_await
 */
#define OPS_MODE SNAG_THREADS
#include "fd_await_drive.h"

#include <poll.h>

TEST(what_is_put_is_taken) {
    MAKE(1, AWAITS, PUTS, GETS, PUTS);
    CHECK_EQ_INT(found("", 500), 0);
}

TEST(waiting_is_right_where_there_is_nothing) {
    MAKE(1, AWAITS, PUTS, GETS);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        CHECK_EQ_STR(worst(v), "");
    }
}

TEST(it_is_late) {
    static const uint16_t ops[] = {UNTIL, PUTS};
    static const int64_t ms[] = {5, 0};
    make(1, ops, 1, ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), 0);
    make(1, ops, 2, ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), POLLIN);
}
