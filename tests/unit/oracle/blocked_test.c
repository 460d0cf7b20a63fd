/* blocked_test.c: workers blocked by code that waits for an async lock, which a task has.
 *
 * link: rt_fast
 * bodies: lasting
 */
#include "lasting_drive.h"

enum { SEEDS = 500 };

static const char key[] = "suspended-owner: takes_async";

TEST(a_worker_that_joins_who_wants_the_lock_of_a_task) {
    TASKS(1, 0, HOLD_ASYNC, ASYNC_IN_THREAD);
    const struct snag_verdict *v = run_default();
    CHECK_EQ_INT(v->end, SNAG_END_STUCK);
    CHECK_EQ_INT(v->findings_count, 1);
    const struct snag_finding *f = the(SNAG_SUSPENDED_OWNER);
    CHECK(f != NULL);
    CHECK_EQ_STR(f->rule, "R2");
    CHECK_EQ_INT(f->parties_count, 3);
    CHECK_EQ_INT(f->parties[0].task, 0);
    CHECK_EQ_INT(f->parties[1].task, 1);
    CHECK(f->parties[1].suspended);
    CHECK_EQ_U64(f->parties[1].holds, f->parties[0].object);
    CHECK_EQ_INT(f->parties[2].task, 2);
}

/* Whoever has it, or is to have it next. */
TEST(by_one_name) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        TASKS(workers, 0, HOLD_ASYNC, HOLD_ASYNC, ASYNC_IN_THREAD, ASYNC_IN_THREAD,
              ASYNC_IN_THREAD);
        CHECK(found(key, SEEDS) > SEEDS / 50);
    }
}

TEST(not_while_a_worker_is_left) {
    TASKS(3, 0, HOLD_ASYNC, HOLD_ASYNC, ASYNC_IN_THREAD, ASYNC_IN_THREAD);
    CHECK_EQ_INT(found("", SEEDS), 0);
    TASKS(1, 0, HOLD_ASYNC, HOLD_ASYNC, ASYNC_IN_POOL, ASYNC_IN_POOL);
    CHECK_EQ_INT(found("", SEEDS), 0);
}
