/* delay_test.c: a few delays, anywhere, and otherwise the default schedule.
 *
 * link: rt_fast
 * bodies: strategies
 */
#include "strategies.h"

enum { SEEDS = 5000, DELAYS_MAX = 5 /* with a hint of three */ };

/* Of the last execution: choices of who runs next that are not the default's; `at`: of each. */
static uint32_t deviations(uint64_t *at, uint32_t size) {
    struct snag_log log = last_log();
    uint32_t count = 0;
    for (uint32_t i = 0; i < log.choices_count; i++) {
        const struct snag_choice_entry *e = &log.choices[i];
        bool other = e->kind == SNAG_CHOOSE_NEXT && e->picked != e->def;
        count += other;
        if (i < size)
            at[i] += other;
    }
    return count;
}

TEST(there_are_few_delays_and_they_are_anywhere) {
    enum { FIRST = 25 }; /* choices that every execution has */
    uint64_t at[FIRST] = {0}, times[DELAYS_MAX + 1] = {0};
    case_in = 9999;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        CHECK_EQ_INT(drive_seed(chains, "delay", seed)->end, SNAG_END_DONE);
        uint32_t count = deviations(at, FIRST);
        CHECK(count <= DELAYS_MAX);
        times[count]++;
    }
    for (int i = 1; i <= DELAYS_MAX; i++)
        CHECK(times[i] > SEEDS / 100);
    for (int i = 0; i < FIRST; i++)
        CHECK(at[i] > SEEDS / 50 && at[i] < SEEDS / 5);
}

/* A delay lets the next one in order run, whoever that is. */
TEST(one_delay_is_one_place_in_the_order) {
    static const struct snag_strategy_hint once = {.points = 40, .vthreads = 4, .depth = 1};
    struct classes classes = {.count = 0};
    case_in = 444;
    case_body = to_one_place;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct snag__request r = drive_request("delay", seed);
        r.hint = &once;
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
        uint64_t at[1];
        CHECK(deviations(at, 0) <= 1);
        classes_add(&classes, (uint64_t)case_out[0]);
    }
    CHECK_EQ_INT(classes.count, 3); /* each may be last */
}
