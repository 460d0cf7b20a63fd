/* lock_order_tasks_test.c: cycles in the order of locks that async tasks take.
 *
 * link: rt_fast
 */
#include "lock_order_tasks_drive.h"

TEST(blocking_locks_on_several_workers) {
    MAKE(2, A_B, B_A);
    struct tally t = runs(BLOCKING);
    CHECK(t.passed < 400 && t.passed > 100);
    CHECK_EQ_INT(t.seen, t.passed);
}

/* It has to leave its worker between the two for the other one to come in. */
TEST(one_worker_runs_one_after_the_other) {
    MAKE(1, A_B, B_A);
    struct tally t = runs("");
    CHECK_EQ_INT(t.passed, 400);
    CHECK_EQ_INT(t.seen, 0);
    MAKE(1, ONE_TWO, TWO_ONE);
    t = runs("");
    CHECK_EQ_INT(t.passed, 400);
    CHECK_EQ_INT(t.seen, 0);
}

TEST(async_locks_across_an_await) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, ONE_AWAIT, TWO_AWAIT);
        struct tally t = runs(": one_then_two suspended holding one_then_two's lock / "
                              "two_then_one suspended holding two_then_one's lock");
        CHECK(t.passed > 20 && t.passed < 400);
        CHECK_EQ_INT(t.seen, t.passed);
    }
}

TEST(a_lock_that_was_taken_on_another_worker) {
    MAKE(2, MIGRATES, A_ONE);
    struct tally t = runs(": a_then_one suspended holding a_then_one's lock / "
                          "one_then_a holding one_then_a's lock");
    CHECK(t.passed > 20);
    CHECK_EQ_INT(t.seen, t.passed);
}

TEST(order_by_spawning_and_joining) {
    static const uint16_t op = FAMILY;
    for (int64_t how = 0; how < FAMILIES; how++) {
        make(2, &op, 1, &how);
        struct tally t = runs(BLOCKING);
        bool cycle = how == MEANWHILE || how == JOB_MEANWHILE;
        if (!EXPECT_EQ_INT(t.seen, cycle ? t.passed : 0))
            printf("  %d\n", (int)how);
        CHECK(cycle ? t.passed > 100 : t.passed == 400);
    }
}
