/* needless_test.c: async locks that nobody holds across a wait, over many executions.
 *
 * link: rt_fast
 * bodies: lasting
 */
#include "lasting_drive.h"

#include "oracle/needless.h"
#include "sched/object.h"

/* Bodies with one async mutex, which has no initialiser's call; the guards have others. */
static struct snag__needless table;

static void run_times(unsigned n) {
    for (unsigned seed = 0; seed < n; seed++)
        (void)run_seed(seed);
}

/* The key of the only needless lock, "": none. */
static const char *needless(void) {
    static struct snag_finding f;
    uint32_t at = 0;
    uint64_t taken;
    if (!snag__needless_next(&at, &f, &taken))
        return "";
    EXPECT_EQ_STR(f.rule, "R2");
    EXPECT_EQ_INT(f.grade, SNAG_GRADE_HINT);
    EXPECT(taken >= SNAG__NEEDLESS_ENOUGH);
    struct snag_finding more;
    EXPECT(!snag__needless_next(&at, &more, &taken));
    return f.key;
}

static void begin(void) {
    memset(&table, 0, sizeof(table));
    snag__needless_in(&table);
}

TEST(what_nobody_holds_across_a_wait_is_needless) {
    begin();
    TASKS(2, 0, ASYNC_IN_POOL, ASYNC_IN_POOL);
    run_times(SNAG__NEEDLESS_ENOUGH - 1);
    CHECK_EQ_STR(needless(), ""); /* too few to say */
    run_times(1);
    CHECK_EQ_STR(needless(), "needless-async-lock: takes_async");
}

TEST(one_suspend_with_it_in_a_thousand_is_enough) {
    begin();
    TASKS(2, 0, ASYNC_IN_POOL, ASYNC_IN_POOL);
    run_times(SNAG__NEEDLESS_ENOUGH);
    TASKS(2, 0, ASYNC_IN_POOL, HOLD_ASYNC); /* the same lock, by another function, which awaits */
    run_times(1);
    CHECK_EQ_STR(needless(), "");
}

TEST(whoever_waits_with_it_and_however) {
    static const uint16_t how[] = {NAP_ASYNC, ASYNC_GUARD, HOLD_ASYNC};
    for (int i = 0; i < 3; i++) {
        begin();
        TASKS(1, 1, how[i]);
        run_times(SNAG__NEEDLESS_ENOUGH);
        CHECK_EQ_STR(needless(), "");
    }
}

TEST(who_does_not_take_it_says_nothing) {
    begin();
    TASKS(1, 1, NAP);
    run_times(SNAG__NEEDLESS_ENOUGH);
    CHECK_EQ_STR(needless(), "");
    CHECK_EQ_U64(table.used, 0);
}

/* One lock, taken in many places that share one in the table; which of them is met first? */
static struct snag_finding taken_everywhere(bool backwards) {
    enum { PLACES = 12 };
    struct snag__object lock = {.value = 0};
    struct snag_finding f = {.parties_count = 0};
    uint32_t at = 0;
    uint64_t taken;
    begin();
    for (int run = 0; run < SNAG__NEEDLESS_ENOUGH; run++) {
        snag__needless_begin();
        for (uint32_t i = 0; i < PLACES; i++)
            snag__needless_taken(&lock, SNAG__NEEDLESS_SITES * (backwards ? PLACES - i : i + 1));
    }
    EXPECT(snag__needless_next(&at, &f, &taken));
    return f;
}

/* What two processes counted, one each half: as if one had counted it all. */
TEST(halves_come_together) {
    static struct snag__needless half;
    begin();
    TASKS(2, 0, ASYNC_IN_POOL, ASYNC_IN_POOL);
    run_times(SNAG__NEEDLESS_ENOUGH / 2);
    half = table;
    snag__needless_add(&half);
    CHECK_EQ_STR(needless(), "needless-async-lock: takes_async");
}

TEST(one_suspend_with_it_in_either_half_is_enough) {
    static struct snag__needless quiet;
    begin();
    TASKS(2, 0, ASYNC_IN_POOL, ASYNC_IN_POOL);
    run_times(SNAG__NEEDLESS_ENOUGH);
    quiet = table;
    begin();
    TASKS(2, 0, ASYNC_IN_POOL, HOLD_ASYNC);
    run_times(1);
    snag__needless_add(&quiet);
    CHECK_EQ_STR(needless(), "");
    begin();
    snag__needless_add(&quiet); /* to one that has met nothing */
    CHECK_EQ_STR(needless(), "needless-async-lock: takes_async");
}

TEST(what_was_met_first_makes_no_difference) {
    struct snag_finding f = taken_everywhere(false), g = taken_everywhere(true);
    CHECK_EQ_U64(f.parties_count, SNAG_PARTIES_MAX);
    CHECK_EQ_U64(g.parties_count, SNAG_PARTIES_MAX);
    for (uint32_t i = 0; i < SNAG_PARTIES_MAX; i++) {
        CHECK_EQ_U64(f.parties[i].at_site, g.parties[i].at_site);
    }
}
