/* life_tsan_test.c: no race is seen where one task sleeps, ends or drops another.
 *
 * link: rt_tsan
 * bodies: life
 */
#include "life_drive.h"

TEST(time_orders_as_it_should) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, SLEEPS, TICKS, JOINS_LATE, BUSY, SEES, TIMES_IN);
        CHECK_EQ_INT(found("", 500), 0);
    }
}

TEST(a_dropped_task_happens_before_its_joiner) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPS, EXITS);
        CHECK_EQ_INT(found("", 500), 0);
        MAKE(workers, DROPS_IN, DROPS_NEW, CLEAN_OWNER);
        CHECK_EQ_INT(found("", 500), 0);
    }
}

TEST(what_lies_on_the_stack_of_a_dropped_task_is_gone) {
    MAKE(2, DROPS_LINKED);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), (int64_t)UINT64_C(0xa5a5a5a5a5a5a5a5));
    MAKE(2, CLEAN_LINKED);
    CHECK_EQ_INT(found("", 500), 0);
}

/* Thousands of stacks that were left in the middle do no harm to those who get them next. */
TEST(what_a_dropped_task_leaves_on_its_stack) {
    MAKE(2, DROPS, TIMES_IN);
    CHECK_EQ_INT(found("", 20000), 0);
}
