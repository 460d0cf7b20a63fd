/* annotate_tsan_test.c: an order that is declared is one to the race detector; a lock that is
 * declared gives no order that it does not make itself.
 *
 * link: rt_tsan
 */
#include "../exec/drive.h"

static int races(void (*body)(void), int seeds) {
    int n = 0;
    for (int seed = 0; seed < seeds; seed++)
        n += has(drive_seed(body, "random", (uint64_t)seed), SNAG_RACE);
    return n;
}

void ordered_by_fences(void);
TEST(a_declared_order_is_seen) {
    case_in = 0;
    CHECK(races(ordered_by_fences, 200) > 20);
    case_in = 1;
    CHECK_EQ_INT(races(ordered_by_fences, 200), 0);
}

void weak_release(void);
TEST(a_declared_lock_hides_no_missing_release) {
    case_in = 0;
    CHECK(races(weak_release, 200) > 100);
    case_in = 1;
    CHECK_EQ_INT(races(weak_release, 200), 0);
}
