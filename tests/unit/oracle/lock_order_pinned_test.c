/* lock_order_pinned_test.c: cycles in the order of locks that tasks take which stay on their
 * workers.
 *
 * link: rt_fast
 * bodies: lock_order_tasks
 */
#include "lock_order_tasks_drive.h"

TEST(pinned_tasks_of_one_worker_run_one_after_the_other) {
    order_impl.pinned = true; /* for all executions of the process */
    MAKE(2, A_B, LOCK_NOTHING, B_A);
    struct tally t = runs("");
    CHECK_EQ_INT(t.passed, 400);
    CHECK_EQ_INT(t.seen, 0);
    MAKE(2, A_B, B_A);
    t = runs(BLOCKING);
    CHECK_EQ_INT(t.seen, t.passed);
}
