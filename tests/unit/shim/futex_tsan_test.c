/* futex_tsan_test.c: a futex orders nothing: what is published by it alone is a race, and what its
 * word's atomics publish is none.
 *
 * link: rt_tsan bodies: futex
 */
#include "../exec/drive.h"

void published(void);
void mutex3(void);

enum { SEEDS = 200 };

static unsigned races(void (*body)(void)) {
    unsigned seen = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        seen += has(drive_seed(body, "random", seed), SNAG_RACE);
    return seen;
}

TEST(a_wakeup_alone_publishes_nothing) {
    case_in = 1;
    CHECK(races(published) > SEEDS / 10);
}

TEST(the_atomics_around_it_do) {
    CHECK_EQ_INT(races(mutex3), 0);
}
