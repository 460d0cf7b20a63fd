/* io_tsan_test.c: what a simulated read gives is written by who asked for it.
 *
 * link: rt_tsan
 * bodies: io
 */
#include "io_drive.h"

TEST(two_reads_into_one_buffer_race) {
    unsigned races = 0;
    MAKE(2, IN_COMMON, IN_COMMON);
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        races += has(v, SNAG_RACE);
        CHECK(v->findings_count == 0 ||
              strcmp(v->findings[0].key, "race: write in read_in_common") == 0);
    }
    CHECK(races > 20);
}

TEST(reads_of_their_own_do_not) {
    MAKE(2, READS, READS);
    for (uint64_t seed = 0; seed < 100; seed++)
        CHECK_EQ_STR(worst(run_faults(seed, READ_FAULTS)), "");
}
