/* fd_tsan_test.c: what goes through a descriptor orders, and nothing else about it does.
 *
 * link: rt_tsan bodies: fd
 */
#include "../../exec/drive.h"
#include "fd_cases.h"

static unsigned races(void (*body)(void)) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(body, "random", seed);
        n += has(v, SNAG_RACE);
        EXPECT(v->findings_count == has(v, SNAG_RACE));
    }
    return n;
}

TEST(what_was_written_before_is_seen_after) {
    CHECK_EQ_INT(races(ordered_by_pipe), 0);
    CHECK_EQ_INT(races(ordered_by_socket), 0);
    CHECK_EQ_INT(races(ordered_by_eventfd), 0);
    CHECK_EQ_INT(races(ordered_by_end), 0);
    CHECK_EQ_INT(races(ordered_by_connection), 0);
    CHECK_EQ_INT(races(ordered_by_next_listener), 0);
    CHECK_EQ_INT(races(ordered_by_connecting), 0);
}

TEST(nothing_else_is_ordered) {
    CHECK_EQ_INT(races(not_ordered), 200);
    CHECK_EQ_INT(races(ordered_the_other_way), 200);
    CHECK_EQ_INT(races(not_by_another_connection), 200);
}

TEST(a_buffer_is_written_by_who_reads_into_it) {
    CHECK_EQ_INT(races(buffer_race), 200);
}

TEST(numbers_that_come_in_messages_are_the_shims_own_affair) {
    CHECK_EQ_INT(races(two_are_passed), 0);
}
