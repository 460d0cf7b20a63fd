/* coroutine_tsan_test.c: to the race detector a coroutine is ordered with who resumes it, and with
 * nobody else; its stack is its own, whichever thread it runs on.
 *
 * link: rt_tsan
 * bodies: coroutine
 */
#include "../exec/drive.h"
#include "coroutine_cases.h"

static int found(void (*body)(void), enum snag_finding_kind kind, int seeds) {
    int n = 0;
    for (int seed = 0; seed < seeds; seed++)
        n += has(drive_seed(body, "random", (uint64_t)seed), kind);
    return n;
}

TEST(what_is_in_order_is_no_race) {
    static void (*const bodies[])(void) = {co_takes_turns,       co_moves,        co_nests,
                                           co_belongs_to_thread, co_large_frames, co_left_running,
                                           loop_serves,          co_by_hand,      co_by_jumps};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[i], "random", seed);
            CHECK_EQ_STR(v->findings_count > 0 ? v->findings[0].key : "", "");
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
        }
    }
}

TEST(coroutines_of_two_threads_race) {
    case_in = 0;
    CHECK(found(co_shares, SNAG_RACE, 200) > 190);
    CHECK_EQ_STR(verdict.findings[0].key, "race: read in writes / write in writes");
    CHECK(verdict.findings[0].parties[0].task != 0 && verdict.findings[0].parties[1].task != 0);
    case_in = 1;
    CHECK_EQ_INT(found(co_shares, SNAG_RACE, 200), 0);
}

TEST(so_do_callbacks_of_two_loops) {
    case_in = 0;
    CHECK(found(loop_races, SNAG_RACE, 200) > 190);
    case_in = 1;
    CHECK_EQ_INT(found(loop_races, SNAG_RACE, 200), 0);
}

/* Stacks that were left in the middle, with frames on them, do no harm to those who get them next:
 * nothing is lost, and nothing made up. */
TEST(what_a_hang_leaves_is_forgotten) {
    enum { SEEDS = 20000 };
    case_in = 0;
    CHECK_EQ_INT(found(co_awaits_holding_alone, SNAG_SUSPENDED_OWNER, SEEDS), SEEDS);
    CHECK_EQ_INT(verdict.findings_count, 2);
    CHECK_EQ_INT(found(co_given_up_holding, SNAG_HANG, SEEDS), SEEDS);
    int deadlocks = found(co_abba, SNAG_DEADLOCK, SEEDS);
    CHECK(deadlocks > SEEDS / 20);
    CHECK_EQ_INT(found(co_abba, SNAG_DEADLOCK, SEEDS), deadlocks);
    CHECK(found(co_shares, SNAG_RACE, 200) > 190);
    case_in = 1;
    CHECK_EQ_INT(found(co_shares, SNAG_RACE, SEEDS), 0);
}
