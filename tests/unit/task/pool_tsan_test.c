/* pool_tsan_test.c: no race is seen between a job, who gave it and who joins it.
 *
 * link: rt_tsan
 * bodies: pool
 */
#include "pool_drive.h"

TEST(jobs_are_ordered_with_those_who_join_them) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, RUNS, AWAITS, WITHDRAWN);
        CHECK_EQ_INT(found("", 1000), 0);
        MAKE(workers, BESIDE, SIGNALS, LATE);
        CHECK_EQ_INT(found("", 1000), 0);
    }
}

TEST(no_more_threads_than_the_bound) {
    MAKE(2, BOUND);
    CHECK_EQ_INT(found("", 500), 0);
}
