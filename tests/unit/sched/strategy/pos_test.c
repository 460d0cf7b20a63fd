/* pos_test.c: partial-order sampling orders events that race as if there were no others.
 *
 * link: rt_fast
 * bodies: strategies
 */
#include "strategies.h"

enum { SEEDS = 20000 };

/* How often the first thread, which has much to do before, stores to the common place first. */
static uint64_t first_thread_first(const char *strategy) {
    uint64_t times = 0;
    case_in = 18;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        if (!EXPECT_EQ_INT(search(strategy, to_one_place, seed)->end, SNAG_END_DONE))
            return 0;
        times += case_out[0] == 2;
    }
    return times;
}

/* Of the nine events of the first thread and three beside them (a spawn, a start, the store) one
 * has the lowest priority: whose that is, he comes last. */
TEST(what_is_done_before_matters_little) {
    CHECK(is_about(first_thread_first("pos"), SEEDS, 3, 12));
    CHECK(first_thread_first("random") < SEEDS / 20);
}

/* Where both stand before it, and the first thread stores: which of its second store and the other
 * one comes next is as if neither had waited. */
TEST(events_that_race_are_given_new_priorities) {
    uint64_t times = 0, second_next = 0;
    case_in = 12;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        (void)search("pos", all_to_one_place, seed);
        struct snag_log log = last_log();
        uint32_t stores = 0;
        uint16_t by[3] = {0};
        bool stands = false;
        for (uint32_t i = 0; i < log.events_count; i++) {
            const struct snag_event *e = &log.events[i];
            stands |= e->kind == SNAG_EV_START && e->vthread == 2 && stores == 0;
            if (e->kind == SNAG_EV_STORE && EXPECT(stores < 3))
                by[stores++] = e->vthread;
        }
        CHECK_EQ_INT(stores, 3);
        times += stands && by[0] == 1;
        second_next += stands && by[0] == 1 && by[1] == 1;
    }

    CHECK(times > SEEDS / 12);
    CHECK(is_about(second_next, times, 1, 2));
}
