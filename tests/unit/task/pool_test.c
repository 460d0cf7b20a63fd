/* pool_test.c: blocking code of tasks, on a pool of threads.
 *
 * link: rt_fast
 */
#include "pool_drive.h"

#include "snag/task.h"

TEST(jobs_run_and_are_joined) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, RUNS, RUNS);
        CHECK_EQ_INT(found("", 1000), 0);
        for (int i = 0; i < 6; i++)
            CHECK_EQ_INT(case_out[i], SNAG_TASK_DONE);
        CHECK(result_of(0) >= 3 && result_of(1) >= 3);
        CHECK(result_of(0) == 6 || result_of(1) == 6);
    }
}

TEST(a_job_that_blocks_leaves_the_workers_free) {
    MAKE(1, BESIDE, BESIDE, SIGNALS, SIGNALS);
    CHECK_EQ_INT(found("", 2000), 0);
    CHECK_EQ_INT(case_outs, 2);
}

TEST(no_more_threads_than_the_bound) {
    static const uint16_t op = BOUND;
    for (int64_t n = 1; n <= 9; n += 2) {
        unsigned full = 0;
        make(2, &op, 1, &n);
        for (uint64_t seed = 0; seed < 200; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            CHECK(case_out[0] <= n);
            CHECK(snag__exec_vthreads() <= 3 + n);
            full += case_out[0] == (n < 5 ? n : 5);
        }
        CHECK(full > 20);
    }
}

TEST(an_await_in_a_job_blocks_its_thread) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, AWAITS, AWAITS);
        CHECK_EQ_INT(found("", 1000), 0);
        CHECK_EQ_INT(case_outs, 2);
    }
}

TEST(a_job_is_aborted_only_before_it_begins) {
    unsigned ran = 0;
    MAKE(2, WITHDRAWN);
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(case_out[1], SNAG_TASK_DONE);
        CHECK_EQ_INT(case_out[2], case_out[0] == SNAG_TASK_DONE ? 2 : 1);
        ran += case_out[0] == SNAG_TASK_DONE;
    }
    CHECK(ran > 0 && ran < 480);
    MAKE(2, WITHDRAWN, RUNS, WITHDRAWN);
    CHECK_EQ_INT(found("", 500), 0);
}

TEST(a_job_may_be_late) {
    unsigned late = 0;
    MAKE(1, LATE);
    for (uint64_t seed = 0; seed < 300; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        late += case_out[0] == SNAG_TASK_LATE;
        CHECK_EQ_INT(case_out[1], SNAG_TASK_DONE);
    }
    CHECK(late > 100);
}

TEST(a_pool_that_waits_for_itself_hangs) {
    static const char key[] = "hang: outer / run suspended / a ready task without a worker";
    MAKE(2, NESTED);
    CHECK_EQ_INT(found(key, 100), 100);
    CHECK_EQ_STR(verdict.findings[0].rule, "");
}

TEST(a_job_that_keeps_a_lock_is_told) {
    MAKE(1, KEEPS);
    CHECK_EQ_INT(found("misuse: keeps: blocking code returned holding a lock", 50), 50);
}

TEST(executions_with_jobs_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, RUNS, WITHDRAWN, AWAITS, BESIDE, SIGNALS);
        for (uint64_t seed = 0; seed < 500; seed++) {
            struct snag_verdict first = *run_seed(seed);
            CHECK(snag__exec_schedule(&s));
            struct snag__request r = {.program = &program, .schedule = &s};
            const struct snag_verdict *v = drive(&r);
            CHECK(!snag__exec_divergence()->diverged);
            CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
            CHECK_EQ_U64(v->digest, first.digest);
        }
    }
    snag__schedule_free(&s);
}
