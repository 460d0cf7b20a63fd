/* coroutine_test.c: coroutines and callbacks of other libraries are tasks, and their locks theirs.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"
#include "coroutine_cases.h"

static uint32_t count_of(enum snag_event_kind kind) {
    uint32_t count, found = 0;
    const struct snag_event *events = snag__exec_events(&count);
    for (uint32_t i = 0; i < count; i++)
        found += events[i].kind == kind;
    return found;
}

static const char *task_name(uint32_t index) {
    static char text[SNAG__ACTOR_TEXT];
    return snag__actor_print(&snag__exec_task(index)->actor, text);
}

TEST(coroutines_take_turns) {
    CHECK_EQ_INT(drive_case(co_takes_turns)->end, SNAG_END_DONE);
    CHECK_EQ_INT(verdict.findings_count, 0);
    CHECK_EQ_INT(case_outs, 8);
    for (int i = 0; i < 4; i++) {
        CHECK_EQ_INT(case_out[i], 100 + 2 * i);
        CHECK_EQ_INT(case_out[4 + i], 201 + 2 * i);
    }
    CHECK_EQ_INT(snag__exec_tasks(), 2);
    CHECK_EQ_STR(task_name(0), "t0.1");
    CHECK_EQ_STR(task_name(1), "t0.2");
    CHECK_EQ_INT(count_of(SNAG_EV_CO_RESUMED), 10);
    CHECK_EQ_INT(count_of(SNAG_EV_CO_SUSPENDED), 8);
    CHECK_EQ_INT(count_of(SNAG_EV_CO_ENDED), 2);
}

TEST(what_happens_while_one_runs_is_its_doing) {
    (void)drive_case(co_takes_turns);
    uint32_t count, locks = 0;
    const struct snag_event *events = snag__exec_events(&count);
    for (uint32_t i = 0; i < count; i++) {
        if (events[i].kind == SNAG_EV_LOCK) {
            CHECK_EQ_INT(events[i].vthread, 0);
            CHECK_EQ_INT(events[i].task, 1 + locks % 2);
            locks++;
        }
    }
    CHECK_EQ_INT(locks, 8);
}

TEST(one_goes_on_on_another_thread) {
    uint32_t moved = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(co_moves, "random", seed);
        CHECK_EQ_INT(v->findings_count, 0);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_outs, 15);
        for (int i = 0; i < 15; i++)
            CHECK_EQ_INT(case_out[i], 1);
        uint32_t count;
        const struct snag_event *events = snag__exec_events(&count);
        int last = -1;
        for (uint32_t i = 0; i < count; i++) {
            if (events[i].kind == SNAG_EV_CO_RESUMED) {
                moved += last >= 0 && last != events[i].vthread;
                last = events[i].vthread;
            }
        }
    }
    CHECK(moved > 200);
}

TEST(errno_and_thread_locals_are_the_threads) {
    static const int64_t wanted[] = {5, 11 /* EAGAIN */, 7, 9, 1, 34 /* ERANGE */};
    CHECK_EQ_INT(drive_case(co_belongs_to_thread)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 6);
    for (int i = 0; i < 6; i++)
        CHECK_EQ_INT(case_out[i], wanted[i]);
}

TEST(one_may_run_on_top_of_another) {
    CHECK_EQ_INT(drive_case(co_nests)->end, SNAG_END_DONE);
    CHECK_EQ_INT(verdict.findings_count, 0);
    CHECK_EQ_INT(case_out[0], 2);
    CHECK_EQ_STR(task_name(0), "t0.1");
    CHECK_EQ_STR(task_name(1), "t0.1.1"); /* which the other one made */
}

TEST(a_thread_may_end_on_the_stack_of_one) {
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = drive_seed(co_left_running, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(v->findings_count, 0);
    }
}

TEST(stacks_may_be_mapped_and_switched_by_hand) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        void (*body)(void) = seed % 2 == 0 ? co_by_hand : co_by_jumps;
        CHECK_EQ_INT(drive_seed(body, "random", seed)->end, SNAG_END_DONE);
        CHECK_EQ_INT(verdict.findings_count, 0);
        CHECK_EQ_INT(case_out[0], 30);
    }
    case_in = 1;
    CHECK_EQ_INT(drive_case(co_too_deep)->findings_count, 0);
    case_in = 0;
    CHECK_EQ_STR(drive_case(co_too_deep)->findings[0].key, "stack-overflow");
}

TEST(a_stack_that_nobody_was_told_of_does_no_harm) {
    for (uint64_t seed = 0; seed < 100; seed++) {
        CHECK_EQ_INT(drive_seed(co_untold, "random", seed)->findings_count, 0);
        CHECK_EQ_INT(snag__exec_tasks(), 0);
    }
    CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
}

TEST(callbacks_are_served) {
    CHECK_EQ_INT(drive_case(loop_serves)->end, SNAG_END_DONE);
    CHECK_EQ_INT(verdict.findings_count, 0);
    CHECK_EQ_INT(case_out[1], 2 + 0 + 1);
    CHECK_EQ_STR(snag__exec_task(1)->name, "request 1");
}

TEST(a_lock_of_the_same_thread_may_be_given_up) {
    CHECK_EQ_INT(drive_case(loop_unlocks_of_caller)->end, SNAG_END_DONE);
    CHECK_EQ_INT(verdict.findings_count, 0);
}

static const struct bug {
    void (*body)(void);
    const char *key;
} bugs[] = {
    {co_awaits_holding,
     "suspend-holding-lock: awaits_holding suspended holding awaits_holding's lock"},
    {co_awaits_holding_alone,
     "suspended-owner: awaits_holding suspended holding awaits_holding's lock"},
    {co_asks_again, "self-deadlock: asks_again holding asks_again's lock"},
    {co_beneath_holds, "self-deadlock: wants_it holding co_beneath_holds's lock"},
    {co_abba, "deadlock: m_then_n holding m_then_n's lock / n_then_m holding n_then_m's lock"},
    {co_ends_holding, "misuse: co_main after ends_holding: a task ended holding a lock"},
    {co_given_up_holding, "hang: ended holding awaits_holding's lock"},
    {co_resumed_after_end, "misuse: resumes after ends: a task was resumed that has ended"},
    {co_resumed_twice, "misuse: resumes after resumes: a task was resumed that runs already"},
    {co_resumed_by_two, "misuse: resumes after resumes: a task was resumed that runs already"},
    {co_suspended_asleep, "misuse: suspends after co_suspended_asleep: a task was suspended that "
                          "does not run here"},
    {co_ends_twice, "misuse: ends after ends: a task ended that had ended before"},
    {co_stack_late, "misuse: co_stack_late after resumes: a task was given a stack that has one, "
                    "or has begun without"},
    {co_never_resumed, "hang: awaits_once suspended / drives_once"},
    {loop_holds, "suspended-owner: requests_holding suspended holding requests_holding's lock"},
    {loop_holds,
     "suspend-holding-lock: requests_holding suspended holding requests_holding's lock"},
    {loop_holds_two_loops, "suspended-owner: asks_holding suspended holding asks_holding's lock"},
    {loop_recursive, "misuse: enters after enters: two tasks inside one recursive mutex"},
};

static bool finds(const struct bug *bug, uint64_t seeds) {
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = drive_seed(bug->body, "random", seed);
        for (uint32_t i = 0; i < v->findings_count; i++)
            if (strcmp(v->findings[i].key, bug->key) == 0)
                return true;
    }
    return false;
}

TEST(each_is_found_and_named_and_its_twin_is_silent) {
    for (size_t i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++) {
        case_in = 0;
        if (!EXPECT(finds(&bugs[i], 200)))
            for (uint32_t f = 0; f < verdict.findings_count; f++)
                printf("  %s, but at the last seed: %s\n", bugs[i].key, verdict.findings[f].key);
        case_in = 1;
        for (uint64_t seed = 0; seed < 200; seed++) {
            const struct snag_verdict *v = drive_seed(bugs[i].body, "random", seed);
            if (!EXPECT_EQ_STR(v->findings_count > 0 ? v->findings[0].key : "", ""))
                break;
        }
    }
}

TEST(locks_in_opposite_orders_need_two_who_overlap) {
    static const char key[] =
        "lock-order: m_then_n holding m_then_n's lock / n_then_m holding n_then_m's lock";
    case_in = 0;
    CHECK_EQ_INT(drive_case(co_orders)->findings_count, 0);
    CHECK(has(drive_case(co_orders_away), SNAG_LOCK_ORDER));
    CHECK(has(drive_case(co_abba), SNAG_LOCK_ORDER));
    CHECK_EQ_INT(verdict.findings_count, 1);
    CHECK_EQ_STR(verdict.findings[0].key, key);
}

/* One bug, one key, however the schedule goes; a hang only where nobody is left to resume it. */
TEST(a_suspended_owner_is_nothing_else) {
    static void (*const bodies[])(void) = {co_awaits_holding, loop_holds_two_loops};
    int hangs[2] = {0};
    case_in = 0;
    for (int b = 0; b < 2; b++) {
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[b], "random", seed);
            bool hang = has(v, SNAG_SUSPENDED_OWNER);
            CHECK(has(v, SNAG_SUSPEND_HOLDING_LOCK));
            CHECK_EQ_INT(v->findings_count, 1 + hang);
            CHECK_EQ_INT(v->end, hang ? SNAG_END_STUCK : SNAG_END_DONE);
            hangs[b] += hang;
        }
    }
    CHECK_EQ_INT(hangs[0], 0);
    CHECK(hangs[1] > 30 && hangs[1] < 300);
}

TEST(the_log_is_the_same_again) {
    static void (*const bodies[])(void) = {co_moves, co_awaits_holding, co_large_frames,
                                           loop_holds_two_loops};
    case_in = 0;
    for (int b = 0; b < 4; b++) {
        uint64_t first = drive_seed(bodies[b], "random", 3)->digest;
        for (uint64_t seed = 0; seed < 50; seed++)
            (void)drive_seed(bodies[(seed + 1) % 4], "random", seed);
        CHECK_EQ_U64(drive_seed(bodies[b], "random", 3)->digest, first);
    }
}
