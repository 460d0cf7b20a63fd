/* life_asan_test.c: stacks that dropped tasks leave in the middle are as good as new for the next.
 *
 * link: rt_asan
 * bodies: life
 */
#include "life_drive.h"

TEST(what_a_dropped_task_leaves_on_its_stack) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPS, TIMES_IN, EXITS);
        CHECK_EQ_INT(found("", 1000), 0);
        MAKE(workers, DROPS_IN, DROPS_NEW, CLEAN_OWNER);
        CHECK_EQ_INT(found("", 1000), 0);
        MAKE(workers, DROPS_RECV);
        CHECK_EQ_INT(found("", 1000), 0);
    }
    MAKE(1, DROPS_ROOMS);
    CHECK_EQ_INT(found("", 100), 0);
}

TEST(what_lies_on_the_stack_of_a_dropped_task_is_gone) {
    MAKE(2, DROPS_LINKED);
    CHECK_EQ_INT(found("memory-error: reads_list beside memory of is_linked: "
                       "stack-use-after-return",
                       200),
                 200);
    MAKE(2, CLEAN_LINKED);
    CHECK_EQ_INT(found("", 200), 0);
    MAKE(2, PARKS_LINKED);
    CHECK_EQ_INT(found("", 200), 0);
}
