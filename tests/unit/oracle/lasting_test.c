/* lasting_test.c: workers blocked for long while tasks are ready, locks held for long by who waits.
 *
 * link: rt_fast
 */
#include "lasting_drive.h"

#include "snag/fault.h"

enum { SEEDS = 300 };

/* ---- workers ---- */

TEST(a_worker_that_sleeps_is_told_with_who_is_ready) {
    TASKS(1, 40, NAP, REQUEST);
    const struct snag_verdict *v = run_default();
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_INT(v->findings_count, 1);
    const struct snag_finding *f = the(SNAG_BLOCKING_IN_ASYNC);
    CHECK(f != NULL);
    CHECK_EQ_STR(f->key, "blocking-in-async: nap");
    CHECK_EQ_STR(f->rule, "R2");
    CHECK_EQ_INT(f->grade, SNAG_GRADE_FINDING);
    CHECK_EQ_INT(f->parties_count, 2);
    CHECK_EQ_INT(f->parties[0].task, 1);
    CHECK_EQ_INT(f->parties[0].lasted_ms, 40);
    CHECK_EQ_INT(f->parties[1].task, 2);
    CHECK(f->parties[1].ready);
}

/* Nobody has noticed that the request is answered: who would, is blocked. */
TEST(a_task_is_ready_when_its_time_has_come) {
    TASKS(1, 40, REQUEST, NAP);
    (void)run_default();
    const struct snag_finding *f = the(SNAG_BLOCKING_IN_ASYNC);
    CHECK(f != NULL);
    CHECK_EQ_INT(f->parties[0].task, 2);
    CHECK_EQ_INT(f->parties[0].lasted_ms, 39); /* it took one */
    CHECK_EQ_INT(f->parties[1].task, 1);
}

TEST(whatever_blocks_it) {
    static const uint16_t how[] = {NAP, COND, JOIN, READ_PLAIN};
    static const char *const keys[] = {"blocking-in-async: nap", "blocking-in-async: cond",
                                       "blocking-in-async: join", "blocking-in-async: read_pipe"};
    for (int i = 0; i < 4; i++) {
        TASKS(1, 40, how[i], REQUEST);
        CHECK(found(keys[i], SEEDS) > SEEDS / 4);
    }
}

TEST(up_to_the_bound_nothing_is_told) {
    static const uint16_t how[] = {NAP, TWO_NAPS, COND, JOIN};
    for (int i = 0; i < 4; i++) {
        TASKS(1, 9, how[i], REQUEST);
        CHECK_EQ_INT(found("", SEEDS), 0);
    }
    TASKS(1, 10, NAP, REQUEST);
    CHECK(found("blocking-in-async: nap", SEEDS) > 0);
}

TEST(nor_where_nobody_is_ready) {
    TASKS(1, 40, NAP);
    CHECK_EQ_INT(found("", SEEDS), 0);
    TASKS(1, 40, NAP_IN_POOL, REQUEST);
    CHECK_EQ_INT(found("", SEEDS), 0);
}

TEST(nor_where_another_worker_is_free) {
    TASKS(2, 40, NAP, REQUEST, REQUEST);
    CHECK_EQ_INT(found("", SEEDS), 0);
    TASKS(2, 40, NAP, NAP, REQUEST);
    CHECK(found("blocking-in-async: nap", SEEDS) > SEEDS / 4);
}

TEST(behind_a_thread_that_sleeps_with_the_lock) {
    TASKS(1, 40, BEHIND_THREAD, REQUEST, REQUEST);
    CHECK(shown(SNAG_BLOCKING_IN_ASYNC, SEEDS) > 0);
    const struct snag_finding *f = NULL;
    for (uint64_t seed = 0; f == NULL; seed++) {
        (void)run_seed(seed);
        f = the(SNAG_BLOCKING_IN_ASYNC);
    }
    CHECK_EQ_STR(f->key, "blocking-in-async: locks");
    CHECK_EQ_INT(f->parties_count, 3);
    CHECK_EQ_INT(f->parties[1].task, 0);
    CHECK_EQ_U64(f->parties[1].holds, f->parties[0].object);
    CHECK(f->parties[2].ready);
}

/* The thread could go on and was not let to, while the time of another one came: the schedule's
 * doing. */
TEST(what_the_schedule_makes_late_is_not_blamed) {
    TASKS(1, 40, BEHIND_BUSY, REQUEST, REQUEST);
    for (uint64_t seed = 0; seed < 3000; seed++)
        CHECK_EQ_STR(worst(run_faults(seed, SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT))), "");
}

/* That is another rule's, and told as such. */
TEST(nor_who_waits_for_a_lock_of_a_task) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        TASKS(workers, 40, SUSPENDS, WANTS, WANTS);
        CHECK(shown(SNAG_SUSPENDED_OWNER, SEEDS) > 0);
        CHECK_EQ_INT(shown(SNAG_BLOCKING_IN_ASYNC, SEEDS), 0);
    }
    TASKS(2, 40, NAP_HOLDING, WANTS, REQUEST);
    unsigned n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        (void)run_seed(seed);
        const struct snag_finding *f = the(SNAG_BLOCKING_IN_ASYNC);
        CHECK(f == NULL || strcmp(f->key, "blocking-in-async: nap") == 0);
        n += f != NULL;
    }
    CHECK(n > 0);
}

/* ---- locks ---- */

TEST(a_lock_kept_while_waiting_for_something_else) {
    TASKS(1, 40, COND_HOLDING);
    (void)run_default();
    const struct snag_finding *f = the(SNAG_LOCK_HELD_LONG);
    CHECK(f != NULL);
    CHECK_EQ_STR(f->key, "lock-held-long: cond holding cond_holding's lock");
    CHECK_EQ_INT(f->grade, SNAG_GRADE_HINT);
    CHECK_EQ_INT(f->parties[0].lasted_ms, 40);
    TASKS(1, 9, COND_HOLDING);
    CHECK_EQ_INT(found("", SEEDS), 0);
    TASKS(1, 40, COND); /* its own mutex is given up */
    CHECK_EQ_INT(found("", SEEDS), 0);
}

TEST(who_waits_for_a_lock_does_not_keep_another) {
    static const uint16_t ops[] = {NAP_HOLDING, COND_HOLDING};
    static const int64_t ms[] = {40, 9};
    make(2, ops, 2, ms);
    CHECK(shown(SNAG_LOCK_AROUND_IO, SEEDS) > 0);
    CHECK_EQ_INT(shown(SNAG_LOCK_HELD_LONG, SEEDS), 0);
}
