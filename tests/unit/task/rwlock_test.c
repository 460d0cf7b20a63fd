/* rwlock_test.c: the async rwlock, from tasks. From plain vthreads: rwlock_threads_test.c.
 *
 * link: rt_fast
 */
#define WORKERS 2
#define SUSPENDED " suspended"
#include "rwlock_drive.h"

TEST(who_came_first_is_served_first) {
    struct snag__request r = {.program = &program};
    MAKE(1, TURNS, TURNS, TURNS, TURNS);
    CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 12);
    for (int i = 0; i < 12; i++)
        CHECK_EQ_INT(case_out[i], i % 4); /* no reader passes the writer who waits */
}

TEST(also_across_an_await_and_on_any_worker) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, READS, WRITES, TURNS, TURNS, READS);
        CHECK_EQ_INT(found("", 1000), 0);
    }
}

TEST(who_waited_behind_one_that_is_dropped_goes_on) {
    unsigned aborted = 0;
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPPED, READS);
        for (uint64_t seed = 0; seed < 1000; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
            aborted += result_of(0) == 1;
        }
    }
    CHECK(aborted > 1000);
}

TEST(executions_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    MAKE(2, READS, WRITES, READS, TURNS);
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct snag_verdict first = *run_seed(seed);
        CHECK(snag__exec_schedule(&s));
        struct snag__request r = {.program = &program, .schedule = &s};
        CHECK_EQ_U64(drive(&r)->digest, first.digest);
    }
    snag__schedule_free(&s);
}
