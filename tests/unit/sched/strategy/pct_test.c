/* pct_test.c: bugs of a depth are found as often as the bound says, where walks find none.
 *
 * link: rt_fast
 * bodies: strategies
 */
#include "strategies.h"

enum {
    SEEDS = 20000,
    DEPTHS = 5 /* that are looked for: with a hint of three */
};

static struct snag_strategy_hint hint = {.vthreads = 4, .depth = 3};

/* How often those who tell who they are do so in this order. */
static uint64_t told(const char *strategy, void (*body)(void), uint64_t order) {
    uint64_t times = 0;
    case_body = body;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct snag__request r = drive_request(strategy, seed);
        r.hint = &hint;
        uint64_t name = 0;
        if (!EXPECT_EQ_INT(drive(&r)->end, SNAG_END_DONE))
            return 0;
        for (int i = 0; i < case_outs; i++)
            name = 10 * name + (uint64_t)case_out[i];
        times += name == order;
    }
    return times;
}

/* 1 / (n k^(d-1)) of those executions in which as many changes are made. */
static uint64_t bound(uint64_t n, uint64_t k, uint64_t d) {
    uint64_t rate = n * DEPTHS;
    for (uint64_t i = 1; i < d; i++)
        rate *= k;
    return SEEDS / rate;
}

TEST(who_has_much_to_do_comes_first_as_often_as_not) {
    hint.points = drive_case(after_much)->points;
    CHECK(told("pct", after_much, 12) >= bound(3, hint.points, 1));
    CHECK(told("pct", after_much, 21) >= bound(3, hint.points, 1));
    CHECK_EQ_U64(told("random", after_much, 12), 0);
}

/* Two changes: one stands in the middle of what it does, then another, until a third has told. Of
 * the two who have fallen, either may go on first. */
TEST(who_falls_later_falls_as_often_less_deep) {
    hint.points = drive_case(halves)->points;
    uint64_t earlier_first = told("pct", halves, 12312), later_first = told("pct", halves, 12321);
    CHECK(earlier_first > bound(4, hint.points, 3));
    CHECK(later_first > bound(4, hint.points, 3));
    CHECK_EQ_U64(told("random", halves, 12321), 0);
}
