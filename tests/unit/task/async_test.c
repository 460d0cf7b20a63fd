/* async_test.c: wakers and async mutexes, from tasks. From plain vthreads: async_threads_test.c.
 *
 * link: rt_fast
 */
#define ASYNC_MODE SNAG_TASKS
#define WORKERS 2
#define SUSPENDED " suspended"
#include "async_drive.h"
#include "async_more.h"

/* ---- wakers ---- */

TEST(whoever_parks_waits_for_a_wakeup) {
    MAKE(2, PARKS, WAKES);
    unsigned n = found("hang: parks suspended", 1000);
    CHECK(n > 50 && n < 950); /* the waker came first, and saw nobody */
    MAKE(1, PARKS);
    CHECK_EQ_INT(run_seed(1)->end, SNAG_END_STUCK);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].object), "event");
}

TEST(one_wakeup_is_kept) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, KEPT, KEPT);
        CHECK_EQ_INT(found("", 100), 0);
        MAKE(workers, KEPT_TWICE);
        CHECK_EQ_INT(found("lost-wakeup: kept suspended", 100), 100);
    }
}

TEST(a_park_may_return_without_a_wakeup) {
    struct snag__request r = drive_request("random", 0);
    unsigned returned = 0;
    r.program = &program;
    r.faults = SNAG_FAULT_SET(SNAG_FAULT_SPURIOUS);
    MAKE(2, KEPT_TWICE);
    for (r.seed = 0; r.seed < 200; r.seed++)
        returned += drive(&r)->end == SNAG_END_DONE;
    CHECK(returned > 10 && returned < 190);
    MAKE(2, HOLD_IO, LOCKED, HOLD_IO, TURNS, LOCKED);
    for (r.seed = 0; r.seed < 1000; r.seed++) {
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(&verdict), "");
    }
}

/* ---- async mutexes ---- */

TEST(one_at_a_time_also_across_an_await) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, HOLD_IO, LOCKED, HOLD_IO, LOCKED, TRIES, TURNS, LOCKED);
        for (uint64_t seed = 0; seed < 1000; seed++) {
            const struct snag_verdict *v = run_seed(seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_U64(v->findings_count, 0); /* no hazard, either */
        }
    }
}

TEST(who_waited_longest_is_next) {
    struct snag__request r = {.program = &program};
    MAKE(1, TURNS, TURNS, TURNS);
    CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 9);
    for (int i = 0; i < 9; i++)
        CHECK_EQ_INT(case_out[i], i % 3);
}

TEST(a_lock_that_is_held_is_not_got_at_once) {
    unsigned got = 0;
    MAKE(2, HOLD_IO, TRIES);
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_INT(run_seed(seed)->end, SNAG_END_DONE);
        got += result_of(1) == 1;
    }
    CHECK(got > 50 && got < 450);
}

TEST(taken_twice_is_a_self_deadlock) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, RELOCK, LOCKED);
        CHECK_EQ_INT(found("self-deadlock: relock holding relock's lock", 200), 200);
        CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].holds), "async mutex");
    }
}

TEST(opposite_orders_are_a_deadlock) {
    MAKE(1, FIRST_A, FIRST_B);
    CHECK_EQ_INT(found("", 500), 0); /* neither awaits anything in between */
    MAKE(2, FIRST_A, FIRST_B);
    unsigned n = found("deadlock: first_a suspended holding first_a's lock / first_b suspended "
                       "holding first_b's lock",
                       500);
    CHECK(n > 20 && n < 480);
}

TEST(an_operation_that_returns_with_it) {
    static const char misuse[] = "misuse: keeps: an operation returned holding a lock";
    unsigned stuck = 0;
    MAKE(2, KEEPS, LOCKED);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        bool hangs = v->end == SNAG_END_STUCK;
        CHECK_EQ_U64(v->findings_count, 1U + hangs);
        CHECK_EQ_STR(v->findings[0].key, misuse);
        if (hangs)
            CHECK_EQ_STR(v->findings[1].key, "hang: returned holding keeps's lock");
        stuck += hangs;
    }
    CHECK(stuck > 20);
}

TEST(what_is_not_held_is_not_given_up) {
    MAKE(1, FOREIGN);
    CHECK_EQ_INT(found("misuse: run_wrong: release of the async mutex that is not held", 10), 10);
    MAKE(1, DESTROYED);
    CHECK_EQ_STR(run_seed(1)->findings[0].key,
                 "misuse: destroyed after destroyed: use of the destroyed async mutex");
}

TEST(a_hang_says_who_holds_what_others_wait_for) {
    unsigned n = 0;
    MAKE(2, HOLDS_PARKS, LOCKED);
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        if (v->findings[0].parties_count == 1)
            continue;
        CHECK_EQ_STR(v->findings[0].key, "hang: locked suspended / untold suspended holding "
                                         "holds_parks's lock");
        CHECK_EQ_STR(word_of(v->findings[0].parties[0].object), "channel");
        CHECK_EQ_STR(word_of(v->findings[0].parties[1].object), "async mutex");
        n++;
    }
    CHECK(n > 50);
}

TEST(a_blocking_lock_in_hand_is_a_hazard_still) {
    unsigned hangs = 0;
    MAKE(1, HOLD_IO, BLOCKING, TAKES_BOTH);
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        bool stuck = v->end == SNAG_END_STUCK;
        for (uint32_t i = 0; i < v->findings_count; i++)
            if (v->findings[i].kind != SNAG_LOCK_ORDER)
                CHECK_EQ_STR(
                    v->findings[i].key,
                    i == 0 && stuck
                        ? "suspended-owner: blocking suspended holding blocking's lock"
                        : "suspend-holding-lock: blocking suspended holding blocking's lock");
        hangs += stuck;
    }
    CHECK(hangs > 10);
}

/* What is waited for is there, and nobody says so. */
TEST(a_wakeup_that_nobody_sends_is_a_lost_one) {
    MAKE(1, UNTOLD, TELLS_NOBODY);
    unsigned n = found("lost-wakeup: untold suspended", 300);
    CHECK(n > 20 && n < 300);
    CHECK_EQ_STR(word_of(verdict.findings[0].parties[0].object), "channel");
}

TEST(what_an_aborted_task_was_making_another_one_makes) {
    unsigned dropped = 0;
    MAKE(2, ASKS_LATE, ASKS_ONCE, ASKS_ONCE, ASKS_LATE);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
        dropped += result_of(1) > 2 || result_of(2) > 2; /* made three times: once to no avail */
    }
    CHECK(dropped > 20);
}
