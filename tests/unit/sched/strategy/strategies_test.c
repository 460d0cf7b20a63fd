/* strategies_test.c: what is to be true of every strategy that there is.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS 20000
#include "strategies.h"

static const struct {
    const char *name;
    void (*body)(void);
} waits[] = {{"spinning", spinning}, {"yielding", yielding}, {"sleeping", sleeping},
             {"looking", looking},   {"trying", trying},     {"in_turns", in_turns}};
enum { WAITS = sizeof(waits) / sizeof(waits[0]), SEEDS = 300, POINTS_MAX = 200 };

static const char *strategy_at(size_t i) {
    const struct snag_strategy *s = snag_strategy_at(i);
    return s != NULL ? s->name : NULL;
}

/* Who looks again and again, yields or sleeps does not keep the others from what he waits for. */
TEST(who_waits_gives_way) {
    for (size_t i = 0; strategy_at(i) != NULL; i++) {
        for (int w = 0; w < WAITS; w++) {
            uint64_t points = 0;
            warm_up(strategy_at(i), waits[w].body);
            for (uint64_t seed = 0; seed < SEEDS; seed++) {
                const struct snag_verdict *v = search(strategy_at(i), waits[w].body, seed);
                if (!EXPECT_EQ_INT(v->end, SNAG_END_DONE))
                    printf("  %s, %s, seed %llu\n", strategy_at(i), waits[w].name,
                           (unsigned long long)seed);
                points += v->points;
            }
            if (!EXPECT(points / SEEDS <= POINTS_MAX))
                printf("  %s, %s: %llu points\n", strategy_at(i), waits[w].name,
                       (unsigned long long)points / SEEDS);
        }
    }
}

/* And yet time may pass early. */
TEST(a_sleep_may_end_while_others_run) {
    static const char *const those[] = {"random", "pct", "urw", "pos", "surw", "reads-from"};
    for (size_t i = 0; i < sizeof those / sizeof those[0]; i++) {
        unsigned early = 0;
        warm_up(those[i], napping);
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            CHECK_EQ_INT(search(those[i], napping, seed)->end, SNAG_END_DONE);
            early += case_out[0] == 1;
        }
        if (!EXPECT(early >= SEEDS / 10))
            printf("  %s: %u of %d\n", those[i], early, SEEDS);
    }
}

TEST(a_thousand_threads_run) {
    for (size_t i = 0; strategy_at(i) != NULL; i++) {
        for (uint64_t seed = 0; seed < 3; seed++) {
            CHECK_EQ_INT(search(strategy_at(i), crowd, seed)->end, SNAG_END_DONE);
            CHECK_EQ_INT(case_out[0], 1000);
        }
    }
}

/* Executions depend on the seed, and on what was learned since another program followed. */
TEST(what_was_learned_is_all_that_counts) {
    uint64_t digests[50];
    for (size_t i = 0; strategy_at(i) != NULL; i++) {
        for (int round = 0; round < 2; round++) {
            case_in = 7777;
            warm_up(strategy_at(i), to_one_place);
            case_in = 232;
            warm_up(strategy_at(i), all_to_one_place);
            for (uint64_t seed = 0; seed < 50; seed++) {
                uint64_t digest = search(strategy_at(i), all_to_one_place, seed)->digest;
                CHECK(round == 0 || digest == digests[seed]);
                digests[seed] = digest;
            }
            case_in = 1 + round;
            warm_up(strategy_at(i), chains);
        }
    }
}
