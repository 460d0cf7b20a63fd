/* tick_test.c: a loop that looks once a minute whether there is something to do keeps no hang from
 * being seen soon; one that does something is given all the time there is.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"

void idle_loop(void);
void two_idle_loops(void);
TEST(who_waits_beside_an_idle_loop_is_found_soon) {
    static void (*const bodies[])(void) = {idle_loop, two_idle_loops};
    case_in = 0;
    for (int b = 0; b < 2; b++) {
        for (uint64_t seed = 0; seed < 50; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[b], "random", seed);
            CHECK_EQ_INT(v->end, SNAG_END_STEPS);
            CHECK_EQ_INT(v->findings_count, 1);
            CHECK_EQ_STR(v->findings[0].key, "hang: waits_for_good");
            CHECK(v->points < 5000);
        }
    }
}

/* It counts where nobody sees it. */
TEST(a_loop_that_helps_in_the_end_has_time_to) {
    case_in = 300;
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct snag_verdict *v = drive_seed(idle_loop, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(v->findings_count, 0);
    }
    case_in = 1500;
    for (uint64_t seed = 0; seed < 20; seed++) {
        const struct snag_verdict *v = drive_seed(idle_loop, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_UNSETTLED);
        CHECK_EQ_INT(v->findings_count, 0);
    }
}

void busy_loop(void);
TEST(a_loop_that_changes_something_has_all_the_time) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(busy_loop);
    CHECK_EQ_INT(v->end, SNAG_END_STEPS);
    CHECK(v->points > 60000);
    case_in = 9000;
    v = drive_case(busy_loop);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_INT(v->findings_count, 0);
}
