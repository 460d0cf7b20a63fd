/* life_test.c: tasks that sleep, wait until a time, are aborted and dropped.
 *
 * link: rt_fast
 */
#include "life_drive.h"

#include "snag/async.h"
#include "snag/fault.h"
#include "snag/task.h"

#define TIMEOUTS SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT)

/* All seeds end well, with and without timers that go off early. */
static void expect_silent(unsigned seeds) {
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = seed % 3 == 0 ? run_faults(seed, TIMEOUTS) : run_seed(seed);
        if (!EXPECT_EQ_INT(v->end, SNAG_END_DONE) || !EXPECT_EQ_STR(worst(v), ""))
            break;
    }
}

/* ---- time ---- */

TEST(sleeps_end_in_the_order_of_their_times) {
    static const uint16_t ops[] = {SLEEPS, SLEEPS, SLEEPS, SLEEPS};
    static const int64_t ms[] = {30, 10, 0, 20};
    for (unsigned workers = 1; workers <= 3; workers++) {
        make(workers, ops, 4, ms);
        CHECK_EQ_INT(run_default()->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_outs, 4);
        for (int64_t i = 0; i < 4; i++)
            CHECK_EQ_INT(case_out[i], 10 * i);
        expect_silent(500);
        for (unsigned i = 0; i < 4; i++)
            CHECK(result_of(i) >= ms[i]);
    }
}

TEST(what_is_due_at_once_goes_in_any_order) {
    static const uint16_t ops[] = {SLEEPS, SLEEPS, SLEEPS};
    static const int64_t ms[] = {1, 1, 2};
    unsigned second_first = 0, later_first = 0;
    make(1, ops, 3, ms);
    for (uint64_t seed = 0; seed < 300; seed++) {
        CHECK_EQ_STR(worst(run_faults(seed, TIMEOUTS)), "");
        later_first += case_out[0] == 2;
        CHECK(snag__exec_tasks() == 3);
        const struct snag_history *h = snag__exec_history();
        second_first += h->ops[0].returned > h->ops[1].returned;
    }
    CHECK(second_first > 50);
    CHECK(later_first > 5); /* its timer went off while others were ready */
}

TEST(an_interval_says_what_it_missed) {
    MAKE(1, TICKS);
    CHECK_EQ_INT(run_default()->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_out[0], 1);
    CHECK_EQ_INT(case_out[1], 2); /* at 7 ms: those of 4 and 6 */
    CHECK_EQ_INT(case_out[2], 1);
    CHECK_EQ_INT(case_out[3], 8);
    MAKE(2, TICKS, TICKS, SLEEPS);
    expect_silent(500);
}

TEST(a_join_that_is_late_is_told) {
    unsigned late = 0;
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, JOINS_LATE);
        for (uint64_t seed = 0; seed < 500; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            late += case_out[0] == SNAG_TASK_LATE;
            CHECK_EQ_INT(case_out[1], SNAG_TASK_DONE);
            CHECK_EQ_INT(case_out[2], SNAG_TASK_DONE);
        }
    }
    CHECK(late > 500 && late < 1000); /* the child may be done before the parent has its turn */
}

TEST(a_park_ends_by_a_wakeup_or_in_time) {
    static const uint16_t ops[] = {PARKS_UNTIL, WAKES};
    int64_t ms = 3;
    unsigned woken = 0;
    for (unsigned workers = 1; workers <= 2; workers++) {
        make(workers, ops, 1, &ms);
        CHECK_EQ_STR(worst(run_default()), "");
        CHECK_EQ_INT(result_of(0), SNAG_PARK_LATE);
        make(workers, ops, 2, (const int64_t[]){9, 0});
        CHECK_EQ_STR(worst(run_default()), "");
        CHECK_EQ_INT(result_of(0), SNAG_PARK_WOKEN);
        for (uint64_t seed = 0; seed < 500; seed++) {
            CHECK_EQ_STR(worst(run_faults(seed, TIMEOUTS)), "");
            woken += result_of(0) == SNAG_PARK_WOKEN;
        }
    }
    CHECK(woken > 500 && woken < 1000);
}

TEST(a_timer_may_go_off_while_others_are_ready) {
    unsigned early = 0;
    MAKE(1, BUSY, SEES);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(1), 1);
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_STR(worst(run_faults(seed, TIMEOUTS)), "");
        early += result_of(1) == 0;
    }
    CHECK(early > 20 && early < 480);
}

TEST(time_goes_on_beside_those_who_never_rest) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, TURN_ABOUT, STOPS, TURN_ABOUT);
        expect_silent(300);
    }
}

TEST(a_timeout_drops_what_is_late) {
    unsigned late = 0;
    static const uint16_t op = TIMES_OUT;
    int64_t ms = 1;
    make(1, &op, 1, &ms);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(result_of(0), 1);
    ms = 9;
    for (unsigned workers = 1; workers <= 2; workers++) {
        make(workers, &op, 1, &ms);
        for (uint64_t seed = 0; seed < 500; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            late += result_of(0) == 0;
        }
        MAKE(workers, TIMES_IN, TIMES_IN, SLEEPS);
        expect_silent(1000);
        CHECK_EQ_STR(worst(run_default()), "");
        CHECK_EQ_INT(result_of(0), 0);
        CHECK_EQ_INT(case_outs, 1); /* what was inside was dropped, too: only SLEEPS is left */
    }
    CHECK(late > 500 && late < 1000); /* it may be done before its owner has its turn */
}

/* ---- dropped ---- */

TEST(a_task_is_dropped_at_its_await_and_cleans_up) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPS);
        for (uint64_t seed = 0; seed < 500; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            CHECK_EQ_INT(case_outs, 3);
            CHECK_EQ_INT(case_out[0], 103);
            CHECK_EQ_INT(case_out[1], 101);
            CHECK_EQ_INT(case_out[2], SNAG_TASK_ABORTED);
        }
    }
}

TEST(a_task_that_has_not_begun_never_does) {
    unsigned first[3] = {0};
    MAKE(1, DROPS_NEW);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(case_outs, 1);
    MAKE(2, DROPS_NEW);
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        first[case_outs - 1]++;
        CHECK_EQ_INT(case_out[case_outs - 1], case_outs < 3 ? SNAG_TASK_ABORTED : SNAG_TASK_DONE);
    }
    CHECK(first[0] > 20 && first[1] > 20 && first[2] > 5);
}

TEST(who_has_ended_is_not_aborted) {
    MAKE(2, DROPS_ENDED);
    for (uint64_t seed = 0; seed < 100; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(case_out[0], SNAG_TASK_DONE);
    }
    MAKE(2, EXITS);
    CHECK_EQ_STR(worst(run_default()), "");
    CHECK_EQ_INT(case_out[0], 5);
    CHECK_EQ_INT(case_out[1], SNAG_TASK_ABORTED);
}

TEST(a_dropped_waiter_leaves_the_queue) {
    unsigned ends[2] = {0};
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPS_IN, DROPS_IN);
        expect_silent(1000);
        MAKE(workers, DROPS_IN);
        for (uint64_t seed = 0; seed < 300; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            ends[case_out[0] == SNAG_TASK_ABORTED]++;
        }
    }
    CHECK(ends[1] > 100);
    MAKE(3, CLEAN_OWNER, DROPS_IN);
    expect_silent(1000);
}

TEST(a_message_is_not_lost_by_a_dropped_receiver) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, DROPS_RECV);
        for (uint64_t seed = 0; seed < 1000; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            CHECK_EQ_INT(result_of(0), 1);
        }
    }
}

TEST(what_a_dropped_task_holds_stays_held) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, DROPS_OWNER);
        CHECK_EQ_INT(found("hang: ended holding owns_for_ever's lock", 100), 100);
        CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].holds), "async mutex");
        MAKE(workers, DROPS_LOCK);
        for (uint64_t seed = 0; seed < 100; seed++) {
            CHECK_EQ_INT(run_seed(seed)->end, SNAG_END_STUCK);
            CHECK_EQ_STR(verdict.findings[0].key, "hang: ended holding blocks_for_ever's lock");
            CHECK(verdict.findings[0].parties[0].task == 2);
        }
    }
}

/* What result every seed has. */
static void expect_result(uint16_t op, int64_t result) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        make(workers, &op, 1, NULL);
        for (uint64_t seed = 0; seed < 200; seed++) {
            CHECK_EQ_STR(worst(run_seed(seed)), "");
            CHECK_EQ_INT(result_of(0), result);
        }
    }
}

TEST(what_lies_on_the_stack_of_a_dropped_task_is_gone) {
    expect_result(DROPS_LINKED, (int64_t)UINT64_C(0xa5a5a5a5a5a5a5a5));
    expect_result(CLEAN_LINKED, 0);
    expect_result(PARKS_LINKED, 0);
}

TEST(who_waits_for_what_never_comes_is_named) {
    MAKE(2, FOR_EVER);
    CHECK_EQ_INT(found("hang: park_for_ever suspended / run_dropped suspended", 100), 100);
}

/* ---- schedules ---- */

TEST(executions_follow_their_sparse_schedule) {
    struct snag_schedule s = {0};
    unsigned timeouts = 0;
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, SLEEPS, BUSY, SEES, TICKS, TIMES_IN, DROPS_NEW);
        for (uint64_t seed = 0; seed < 500; seed++) {
            struct snag_verdict first = *run_faults(seed, TIMEOUTS);
            CHECK(snag__exec_schedule(&s));
            for (uint32_t i = 0; i < s.count; i++)
                timeouts += s.list[i].kind == SNAG_CHOOSE_TIMEOUT;
            struct snag__request r = {.program = &program, .schedule = &s};
            const struct snag_verdict *v = drive(&r);
            CHECK(!snag__exec_divergence()->diverged);
            CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
            CHECK_EQ_U64(v->digest, first.digest);
            CHECK_EQ_INT(v->end, first.end);
        }
    }
    CHECK(timeouts > 100);
    snag__schedule_free(&s);
}
