/* misuse_test.c: calls of the async API that make no sense are told where they stand, in tasks.
 *
 * link: rt_fast
 */
#include "misuse_drive.h"

TEST(what_has_no_meaning_is_told_and_ends_there) {
    expect_misuse(INTERVAL, SNAG_END_STOPPED, "misuse: interval: an interval of no length");
    expect_misuse(SELECTS, SNAG_END_STOPPED, "misuse: selects: a select of no sources");
    expect_misuse(SELECTS_ALL, SNAG_END_STOPPED,
                  "misuse: selects: a select of more sources than SNAG_SOURCES_MAX");
    expect_misuse(READS, SNAG_END_STOPPED, "misuse: reads: a read of no bytes");
    expect_misuse(POPS, SNAG_END_STOPPED, "misuse: pops: a pop of what is not the newest cleanup");
    expect_misuse(POOL, SNAG_END_STOPPED, "misuse: pool: a pool of no threads");
}

TEST(a_wake_of_nobody_is_told_and_does_nothing) {
    expect_misuse(WAKES, SNAG_END_DONE, "misuse: wakes: a wake of nobody");
}

TEST(done_right_nothing_is_told) {
    for (unsigned op = 0; op < MISUSE_OPS; op++)
        expect_silent((uint16_t)op);
}
