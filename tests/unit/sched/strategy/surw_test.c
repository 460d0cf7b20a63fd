/* surw_test.c: the selectively uniform random walk gives all orders of the events about an object
 * that several threads use the same probability, whatever else they do.
 *
 * link: rt_fast
 * bodies: strategies
 */
#include "strategies.h"

static struct classes classes;

/* Of the last execution: in which order the stores to the common place came: the last one is. */
static uint64_t order_of_stores(void) {
    uint64_t name = 0;
    struct snag_log log = last_log();
    uint32_t common = 0;
    for (uint32_t i = 0; i < log.events_count; i++)
        if (log.events[i].kind == SNAG_EV_STORE)
            common = log.events[i].object;
    for (uint32_t i = 0; i < log.events_count; i++)
        if (log.events[i].kind == SNAG_EV_STORE && log.events[i].object == common)
            name = 10 * name + log.events[i].vthread;
    return name;
}

static uint64_t order_of_tellers(void) {
    uint64_t name = 0;
    for (int i = 0; i < case_outs; i++)
        name = 10 * name + (uint64_t)case_out[i];
    return name;
}

static void walk(const char *strategy, uint32_t times) {
    memset(&classes, 0, sizeof classes);
    case_in = 258;
    warm_up(strategy, twice_to_one_place);
    for (uint64_t seed = 0; seed < times; seed++) {
        if (!EXPECT_EQ_INT(search(strategy, twice_to_one_place, seed)->end, SNAG_END_DONE))
            return;
        classes_add(&classes, order_of_stores());
    }
}

/* Six events, of three threads two each. */
enum { ORDERS = 90 };

TEST(orders_of_what_is_shared_are_even) {
    walk("surw", 200 * ORDERS);
    CHECK_EQ_INT(classes.count, ORDERS);
    CHECK(is_uniform(&classes, ORDERS));
}

TEST(neither_walk_does_that) {
    walk("random", 200 * ORDERS);
    CHECK(!is_uniform(&classes, ORDERS));
    walk("urw", 200 * ORDERS);
    CHECK(!is_uniform(&classes, ORDERS));
}

TEST(plain_accesses_are_selected_too) {
    enum { FIRST = 500 };
    memset(&classes, 0, sizeof classes);
    const struct snag_strategy *s = snag_strategy_find("surw");
    s->renew(drive_state(s));
    case_body = plainly_to_one_place;
    for (uint64_t seed = 0; seed < FIRST + 200 * ORDERS; seed++) {
        struct snag__request r = drive_next_request("surw", seed);
        r.points = SNAG__POINTS_ALL;
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
        struct snag_log log = last_log();
        s->saw(drive_state(s), &log);
        if (seed >= FIRST)
            classes_add(&classes, order_of_tellers());
    }
    CHECK_EQ_INT(classes.count, ORDERS);
    CHECK(is_uniform(&classes, ORDERS));
}
