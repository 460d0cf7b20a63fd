/* callback_test.c: tasks of snag's own among coroutines and event loops of other libraries: woken
 * by their callbacks, and carrying them.
 *
 * link: rt_fast
 */
#include "callback_drive.h"

TEST(a_callback_wakes_a_task) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, ASKS, ASKS, ASKS);
        CHECK_EQ_INT(found("", 1000), 0);
        for (unsigned i = 0; i < 3; i++)
            CHECK_EQ_INT(result_of(i), 42);
    }
}

TEST(one_that_does_not_loses_a_wakeup) {
    MAKE(2, ASKS_UNTOLD, TAKES);
    unsigned n = found("lost-wakeup: asks_untold suspended", 300);
    CHECK(n > 20);
    MAKE(2, ASKS, ASKS_UNTOLD);
    n = found("lost-wakeup: asks_untold suspended", 300);
    CHECK(n > 20);
}

/* How many of the seeds show `kind`, all of whose keys must be `key`. */
static unsigned shows(enum snag_finding_kind kind, const char *key, unsigned seeds) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        for (uint32_t i = 0; i < v->findings_count; i++) {
            n += v->findings[i].kind == kind;
            const char *text = strchr(v->findings[i].key, ':');
            if (!EXPECT_EQ_STR(text, key))
                return n;
        }
    }
    return n;
}

TEST(to_wait_for_a_callback_is_to_be_suspended) {
    static const char key[] = ": asks suspended holding asks_holding's lock";
    MAKE(1, ASKS_HOLDING, TAKES);
    CHECK(shows(SNAG_SUSPENDED_OWNER, key, 300) > 20);
    CHECK(shows(SNAG_SUSPEND_HOLDING_LOCK, key, 300) > 100);
}

TEST(a_loop_may_run_in_a_task) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, LOOPS, TAKES, LOOPS, ASKS);
        CHECK_EQ_INT(found("", 1000), 0);
        MAKE(workers, CALLBACK_WAITS, TAKES, CALLBACK_WAITS);
        CHECK_EQ_INT(found("", 1000), 0);
    }
}

TEST(also_one_that_awaits_descriptors) {
    static const char key[] = ": on_readable suspended holding on_readable's lock";
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, LOOPS_FD, TAKES, LOOPS_FD);
        CHECK_EQ_INT(found("", 500), 0);
        MAKE(workers, LOOPS_FD_HOLDING, TAKES);
        CHECK_EQ_INT(shows(SNAG_SUSPENDED_OWNER, key, 200), 200);
    }
}

TEST(its_requests_are_tasks_below_it) {
    char path[SNAG__ACTOR_TEXT];
    MAKE(1, LOOPS);
    CHECK_EQ_INT(run_default()->end, SNAG_END_DONE);
    CHECK_EQ_INT(snag__exec_tasks(), 3);
    CHECK_EQ_STR(snag__actor_print(&snag__exec_task(1)->actor, path), "t1.1");
    CHECK_EQ_STR(snag__actor_print(&snag__exec_task(2)->actor, path), "t1.2");
}

TEST(a_lock_may_be_held_by_a_request_of_such_a_loop) {
    static const char key[] = ": on_first suspended holding on_first's lock";
    MAKE(1, LOOPS_HOLDING);
    CHECK_EQ_INT(shows(SNAG_SUSPENDED_OWNER, key, 100), 100);
    CHECK_EQ_INT(shows(SNAG_SUSPEND_HOLDING_LOCK, key, 100), 100);
}

TEST(a_coroutine_may_take_its_task_along) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, CO_WAITS, CO_WAITS, TAKES, CO_WAITS);
        CHECK_EQ_INT(found("", 1000), 0);
        MAKE(workers, CO_WAITS, CO_DROPPED, CO_WAITS);
        for (uint64_t seed = 0; seed < 500; seed++)
            CHECK_EQ_INT(run_seed(seed)->end, SNAG_END_DONE);
    }
}

/* After the await, on whichever worker, it is still the coroutine that acts. */
TEST(and_acts_for_itself_afterwards) {
    MAKE(2, CO_WAITS, CO_WAITS);
    for (uint64_t seed = 0; seed < 100; seed++) {
        (void)run_seed(seed);
        uint32_t count, locks = 0;
        const struct snag_event *events = snag__exec_events(&count);
        for (uint32_t i = 0; i < count; i++) {
            if (events[i].kind == SNAG_EV_LOCK && events[i].task != 0) {
                CHECK(events[i].task > 2);
                locks++;
            }
        }
        CHECK_EQ_INT(locks, 2);
    }
}

TEST(its_lock_is_its_own_while_the_task_is_suspended) {
    static const char key[] = ": awaits_inside suspended holding awaits_inside's lock";
    MAKE(1, CO_HOLDING, TAKES);
    CHECK(shows(SNAG_SUSPENDED_OWNER, key, 300) > 20);
    CHECK(verdict.end == SNAG_END_DONE || verdict.end == SNAG_END_STUCK);
    MAKE(2, CO_HOLDING, CO_HOLDING, TAKES);
    CHECK(shows(SNAG_SUSPENDED_OWNER, key, 300) > 20);
}
