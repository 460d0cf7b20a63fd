/* fd_asan_test.c: what descriptors read and write of memory is looked at.
 *
 * link: rt_asan bodies: fd
 */
#include "../../exec/drive.h"
#include "fd_cases.h"

TEST(a_buffer_is_as_large_as_it_is) {
    const struct snag_verdict *v = drive_case(reads_beyond);
    CHECK_EQ_INT(v->findings_count, 1);
    CHECK_EQ_STR(v->findings[0].key,
                 "memory-error: reads_beyond beside memory of reads_beyond: heap-buffer-overflow");
}

TEST(and_only_as_long_as_it_is) {
    const struct snag_verdict *v = drive_case(sends_what_is_freed);
    CHECK_EQ_INT(v->findings_count, 1);
    CHECK_EQ_STR(v->findings[0].key, "use-after-free: sends_what_is_freed after "
                                     "sends_what_is_freed");
}

TEST(everything_else_is_as_ever) {
    for (uint64_t seed = 0; seed < 50; seed++) {
        CHECK_EQ_STR(worst(drive_seed(both_read, "random", seed)), "hang");
        CHECK_EQ_STR(worst(drive_seed(end_wakes_all, "random", seed)), "");
        CHECK_EQ_STR(worst(drive_seed(ordered_by_connection, "random", seed)), "");
        CHECK_EQ_STR(worst(drive_seed(two_are_passed, "random", seed)), "");
    }
}
