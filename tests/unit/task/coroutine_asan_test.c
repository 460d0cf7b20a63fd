/* coroutine_asan_test.c: memory on a coroutine's stack is checked, and frames that are left there
 * for good trouble nobody.
 *
 * link: rt_asan
 * bodies: coroutine
 */
#include "../exec/drive.h"
#include "coroutine_cases.h"

static void silent(void (*body)(void), int seeds) {
    for (int seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = drive_seed(body, "random", (uint64_t)seed);
        CHECK_EQ_STR(v->findings_count > 0 ? v->findings[0].key : "", "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
    }
}

TEST(stacks_may_be_used_and_left) {
    static void (*const bodies[])(void) = {co_takes_turns,       co_moves,        co_nests,
                                           co_belongs_to_thread, co_large_frames, co_left_running,
                                           loop_serves,          co_by_hand,      co_by_jumps};
    for (int round = 0; round < 5; round++)
        for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
            silent(bodies[i], 100);
}

TEST(a_frame_that_has_returned_is_not_used) {
    case_in = 1;
    silent(co_returns_frame, 50);
    CHECK_EQ_INT(case_out[0], 1);
    case_in = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        CHECK(has(drive_seed(co_returns_frame, "random", seed), SNAG_MEMORY));
        CHECK_EQ_STR(verdict.findings[0].key,
                     "memory-error: sum beside memory of shows_frame: stack-use-after-return");
    }
}

TEST(nor_what_is_beside_one) {
    case_in = 1;
    silent(co_overflows, 50);
    case_in = 0;
    for (uint64_t seed = 0; seed < 50; seed++)
        CHECK(has(drive_seed(co_overflows, "random", seed), SNAG_MEMORY));
}

/* Frames that were poisoned when nobody could go on any more. */
TEST(what_a_hang_leaves_is_forgotten) {
    for (int round = 0; round < 200; round++) {
        case_in = 0;
        CHECK(has(drive_case(co_awaits_holding_alone), SNAG_SUSPENDED_OWNER));
        CHECK_EQ_INT(verdict.findings_count, 2);
        CHECK(has(drive_case(co_given_up_holding), SNAG_HANG));
        case_in = 1;
        silent(co_large_frames, 5);
        silent(co_awaits_holding_alone, 5);
    }
}
