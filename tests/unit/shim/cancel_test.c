/* cancel_test.c: cancellation as the schedule has it, and what goes wrong with it.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../exec/drive.h"

#include <errno.h>

void one_of_two(void);
void leaves_it_locked(void);
void never_popped(void);
void never_popped_exits(void);
void at_any_time(void);
void of_nobody(void);
void of_the_joined(void);
void of_the_ended(void);

enum { SEEDS = 2000 };

static unsigned logged(enum snag_event_kind kind) {
    uint32_t count;
    unsigned n = 0;
    const struct snag_event *e = snag__exec_events(&count);
    for (uint32_t i = 0; i < count; i++)
        n += e[i].kind == kind;
    return n;
}

TEST(a_cancelled_wait_takes_no_signal) {
    unsigned cancelled = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(one_of_two, "random", seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(logged(SNAG_EV_CANCEL), 1);
        CHECK_EQ_INT(logged(SNAG_EV_CANCELLED), case_out[0]);
        cancelled += (unsigned)case_out[0];
    }
    CHECK(cancelled > SEEDS / 10 && cancelled < SEEDS - SEEDS / 10); /* either way */
}

TEST(whoever_is_cancelled_with_a_lock_in_hand_leaves_others_hanging) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(leaves_it_locked);
    CHECK_EQ_INT(v->end, SNAG_END_STUCK);
    CHECK_EQ_STR(v->findings[0].key, "hang: ended holding keeps's lock");
    case_in = 1;
    v = drive_case(leaves_it_locked);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_INT(case_out[0], 1);
}

TEST(a_handler_that_is_never_popped_is_told) {
    static void (*const bodies[])(void) = {never_popped, never_popped, never_popped_exits};
    for (int i = 0; i < 3; i++) {
        case_in = i == 1 ? 2 : 0;
        const struct snag_verdict *v = drive_case(bodies[i]);
        CHECK_EQ_STR(v->findings[0].key,
                     "misuse: pushes: a cleanup handler is pushed and never popped");
        CHECK_EQ_INT(v->findings_count, 1);
        CHECK_EQ_INT(case_outs, 1);
        CHECK_EQ_INT(case_out[0], 1);
        case_in++;
        v = drive_case(bodies[i]);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_outs, 1);
    }
}

TEST(it_comes_at_any_time_and_the_same_way_again) {
    unsigned after[4] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(at_any_time, "random", seed);
        uint64_t digest = v->digest;
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_out[0], 1);
        after[case_out[1]]++;
        CHECK_EQ_U64(drive_seed(at_any_time, "random", seed)->digest, digest);
    }
    for (int i = 0; i < 4; i++)
        CHECK(after[i] > 0);
}

TEST(of_who_is_no_thread_any_more_it_is_a_misuse) {
    const struct snag_verdict *v = drive_case(of_nobody);
    CHECK_EQ_STR(worst(v), "misuse");
    CHECK_EQ_INT(case_out[0], ESRCH);
    v = drive_case(of_the_joined);
    CHECK_EQ_STR(v->findings[0].key, "misuse: of_the_joined after of_the_joined: cancellation of "
                                     "what is no thread any more");
    v = drive_case(of_the_ended);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_INT(case_out[0], 0);
    CHECK_EQ_INT(case_out[1], 0);
    CHECK_EQ_INT(case_out[2], 1);
}
