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

/* Thousands of stacks that were left in the middle do no harm to those who get them next. */
TEST(what_a_dropped_task_leaves_on_its_stack) {
    MAKE(2, DROPS, TIMES_IN);
    CHECK_EQ_INT(found("", 20000), 0);
}
