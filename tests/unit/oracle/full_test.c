/* full_test.c: full channels in a circle, and queues that are never full.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"

enum { QUEUE_MAX = 100 /* by default */ };

static const struct snag_finding *only(const struct snag_verdict *v) {
    EXPECT_EQ_U64(v->findings_count, 1);
    return &v->findings[0];
}

void circle(void);
TEST(who_waits_for_room_in_a_circle_is_named_and_nobody_else) {
    for (case_in = 1; case_in <= 6; case_in++) {
        for (uint64_t seed = 0; seed < 100; seed++) {
            const struct snag_verdict *v = drive_seed(circle, "random", seed);
            CHECK_EQ_INT(v->end, SNAG_END_STUCK);
            const struct snag_finding *f = only(v);
            CHECK_EQ_STR(f->key, case_in == 1 ? "hang: sends_round: its own channel is full"
                                              : "hang: sends_round: full channels in a circle");
            CHECK_EQ_STR(f->rule, "R6");
            CHECK_EQ_U64(f->parties_count, (uint32_t)case_in);
        }
    }
}

void no_circle(void);
TEST(a_receiver_who_does_something_else_is_no_circle) {
    const struct snag_finding *f = only(drive_case(no_circle));
    CHECK_EQ_STR(f->key, "hang: forgets / queues_up");
    CHECK_EQ_STR(f->rule, "");
}

void grows(void);
TEST(a_channel_that_grows_beyond_the_bound) {
    case_in = QUEUE_MAX - 1; /* at last two more than were received before */
    CHECK_EQ_INT(drive_case(grows)->end, SNAG_END_DONE);
    CHECK_EQ_STR(worst(&verdict), "");
    case_in = QUEUE_MAX;
    const struct snag_verdict *v = drive_case(grows);
    CHECK_EQ_INT(v->end, SNAG_END_STOPPED);
    const struct snag_finding *f = only(v);
    CHECK_EQ_STR(f->key, "unbounded-growth: grows");
    CHECK_EQ_STR(f->rule, "R6");
}

void own_queue(void);
TEST(so_does_a_queue_made_by_hand) {
    case_in = QUEUE_MAX;
    CHECK_EQ_INT(drive_case(own_queue)->end, SNAG_END_DONE);
    case_in = QUEUE_MAX + 1;
    const struct snag_finding *f = only(drive_case(own_queue));
    CHECK_EQ_STR(f->key, "unbounded-growth: own_queue");
    CHECK_EQ_STR(snag__exec_name(f->parties[0].object), "of mine");
}
