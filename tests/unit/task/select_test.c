/* select_test.c: awaiting the first of several things, from tasks.
 *
 * link: rt_fast
 */
#include "select_drive.h"

#include "snag/fault.h"
#include "snag/task.h"

#define FAULTS (SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT) | SNAG_FAULT_SET(SNAG_FAULT_SPURIOUS))

/* How often `client` got which, all executions being silent. */
static void count_results(unsigned client, unsigned *counts, unsigned seeds) {
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = seed % 2 != 0 ? run_faults(seed, FAULTS) : run_seed(seed);
        if (!EXPECT_EQ_INT(v->end, SNAG_END_DONE) || !EXPECT_EQ_STR(worst(v), ""))
            break;
        counts[result_of(client)]++;
    }
}

TEST(every_message_is_got_once) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, SENDS_A, SENDS_B, CONSUMES);
        for (uint64_t seed = 0; seed < 1000; seed++) {
            CHECK_EQ_STR(worst(run_faults(seed, FAULTS)), "");
            CHECK_EQ_INT(result_of(2), 33);
        }
        MAKE(workers, CONSUMES, SENDS_A, CONSUMES, SENDS_B, CONSUMES);
        for (uint64_t seed = 0; seed < 1500; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            CHECK_EQ_INT(result_of(0) + result_of(2) + result_of(4), 33);
        }
    }
}

TEST(a_fair_one_takes_any_and_a_biased_one_the_first) {
    unsigned fair[2] = {0, 0}, biased[2] = {0, 0};
    MAKE(1, BOTH_FAIR);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), 0);
    count_results(0, fair, 500);
    CHECK(fair[0] > 100 && fair[1] > 100);
    MAKE(1, BOTH_BIASED);
    count_results(0, biased, 200);
    CHECK_EQ_U64(biased[1], 0);
}

TEST(the_earliest_time_ends_it) {
    unsigned which[3] = {0, 0, 0};
    MAKE(2, TIMES);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), 2);
    CHECK_EQ_INT(case_out[0], 3);
    MAKE(2, TIMES, TIMES);
    count_results(0, which, 500);
    CHECK_EQ_U64(which[0] + which[1], 0);
    MAKE(1, PAST);
    count_results(0, which, 300);
    CHECK(which[0] > 50 && which[1] > 50);
}

TEST(a_notification_or_a_message) {
    unsigned which[2] = {0, 0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, NOTIFIED, NOTIFIES, SENDS_A);
        count_results(0, which, 500);
        MAKE(workers, NOTIFIED, NOTIFIES);
        count_results(0, which, 500);
    }
    CHECK(which[0] > 1500 && which[1] > 100);
    MAKE(2, KEPT);
    count_results(0, which, 300);
}

TEST(an_answer_is_there_when_it_has_come) {
    unsigned results[3] = {0, 0, 0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, ANSWERED);
        count_results(0, results, 500);
        MAKE(workers, ANSWERED, LISTENS, ANSWERED);
        count_results(0, results, 500);
    }
    CHECK(results[0] > 500 && results[1] > 20); /* answered, late */
    CHECK_EQ_U64(results[2], 0);
}

TEST(a_permit_is_got_once) {
    unsigned results[3] = {0, 0, 0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, PERMITS, PERMITS, SENDS_A, PERMITS);
        count_results(0, results, 1000);
    }
    CHECK(results[2] > 500); /* twice a permit */
}

TEST(a_subscriber_hears_all) {
    unsigned results[4] = {0, 0, 0, 0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, LISTENS, LISTENS);
        count_results(0, results, 1000);
    }
    CHECK_EQ_U64(results[3], 3000);
}

TEST(whoever_watches_sees_the_last_value) {
    unsigned results[11] = {0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, WATCHES, WATCHES);
        count_results(0, results, 1000);
    }
    CHECK_EQ_U64(results[10], 3000);
}

TEST(the_end_of_a_task_or_a_message) {
    unsigned which[2] = {0, 0}, how[3] = {0, 0, 0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, ENDS);
        count_results(0, which, 2000);
        MAKE(workers, ENDED, DROPPED_END, ENDED);
        count_results(0, how, 500);
    }
    CHECK(which[0] > 500 && which[1] > 100);
    CHECK_EQ_U64(how[SNAG_TASK_DONE], 1500);
    for (uint64_t seed = 0; seed < 200; seed++) {
        MAKE(2, ENDS);
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK(case_outs == 0 || case_out[0] == SNAG_TASK_DONE);
    }
    MAKE(2, HANGS_ON);
    CHECK_EQ_INT(found("hang: consumes suspended / hangs_on suspended", 100), 100);
}

TEST(a_dropped_one_loses_nothing) {
    unsigned results[3] = {0, 0, 0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPPED);
        count_results(0, results, 1000);
    }
    CHECK_EQ_U64(results[1], 3000);
}

TEST(who_selects_what_never_comes_is_named) {
    MAKE(2, HANGS);
    CHECK_EQ_INT(found("hang: consumes suspended", 100), 100);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].object), "channel");
}

TEST(executions_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    unsigned selects = 0;
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, SENDS_A, SENDS_B, CONSUMES, CONSUMES);
        for (uint64_t seed = 0; seed < 500; seed++) {
            struct snag_verdict first = *run_seed(seed);
            CHECK(snag__exec_schedule(&s));
            for (uint32_t i = 0; i < s.count; i++)
                selects += s.list[i].kind == SNAG_CHOOSE_SELECT;
            struct snag__request r = {.program = &program, .schedule = &s};
            const struct snag_verdict *v = drive(&r);
            CHECK(!snag__exec_divergence()->diverged);
            CHECK_EQ_U64(v->digest, first.digest);
        }
    }
    CHECK(selects > 500);
    snag__schedule_free(&s);
}
