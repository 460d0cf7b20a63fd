/* atomic_test.c: atomic operations give what plain C gives, and others may run before each.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

void every_operation(void);
void adders(void);
void fences(void);
void both_halves(void);
void addresses(void);

/* ---- the same operations in plain C ---- */

static uint64_t plain(uint64_t x, uint64_t y, uint64_t mask) {
    uint64_t all = 0, v = x & mask, expected;
#define MIX(value) (all = all * UINT64_C(0x9e3779b97f4a7c15) + (value) + 1)
    MIX(v);
    MIX(v);
    v = y & mask;
    MIX(v);
    v = (v + x) & mask;
    MIX(v);
    v = (v - (y + 3)) & mask;
    MIX(v);
    v = v & ~x & mask;
    MIX(v);
    v = (v | y << 1) & mask;
    MIX(v);
    v = (v ^ x * 5) & mask;
    MIX(v);
    v = ~(v & (x | y)) & mask;
    MIX(v);
    MIX(0); /* another value was expected: this one is told */
    MIX(v);
    expected = v;
    MIX(1);
    MIX(expected);
    v = x & mask;
    MIX(v);
    v = y & mask;
    MIX(v); /* y + 1 was expected */
    expected =
        (v + y) & mask; /* in the loop: first fails unless equal, then adds to what is there */
    v = expected;
    v = (v + x) & mask;
    MIX(v);
#undef MIX
    return all;
}

TEST(every_operation_of_every_width) {
    for (case_in = 0; case_in < 500; case_in++) {
        uint64_t x = (uint64_t)case_in * UINT64_C(0xd1342543de82ef95) + 7, y = x ^ (x >> 29);
        const struct snag_verdict *v = drive_case(every_operation);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64((uint64_t)case_out[0], plain(x, y, UINT8_MAX));
        CHECK_EQ_U64((uint64_t)case_out[1], plain(x, y, UINT16_MAX));
        CHECK_EQ_U64((uint64_t)case_out[2], plain(x, y, UINT32_MAX));
        CHECK_EQ_U64((uint64_t)case_out[3], plain(x, y, UINT64_MAX));
        CHECK_EQ_U64((uint64_t)case_out[4], plain(x, y, UINT64_MAX)); /* its lower half */
    }
}

TEST(each_operation_is_one_event_and_one_point) {
    case_in = 1;
    (void)drive_case(every_operation);
    uint32_t n, of[SNAG_EVENT_KINDS] = {0}, failed = 0;
    const struct snag_event *e = snag__exec_events(&n);
    for (uint32_t i = 0; i < n; i++) {
        of[e[i].kind]++;
        failed += e[i].kind == SNAG_EV_CAS && (e[i].flags & SNAG_EVF_FAILED) != 0;
    }
    /* In each of five widths: five, two, seven, one. */
    CHECK_EQ_INT(of[SNAG_EV_LOAD], 25);
    CHECK_EQ_INT(of[SNAG_EV_STORE], 10);
    CHECK_EQ_INT(of[SNAG_EV_RMW], 35);
    CHECK_EQ_INT(of[SNAG_EV_FENCE], 5);
    CHECK(of[SNAG_EV_CAS] >= 5 * 5 && of[SNAG_EV_CAS] <= 5 * 6);
    CHECK(failed >= 5 * 2 && failed <= 5 * 3);
}

TEST(updates_are_lost_only_between_operations) {
    int64_t least[3] = {9, 9, 9}, most[3] = {0, 0, 0};
    for (uint64_t seed = 0; seed < 2000; seed++) {
        for (case_in = 0; case_in < 3; case_in++) {
            const struct snag_verdict *v = drive_seed(adders, "random", seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            int64_t sum = case_out[0];
            least[case_in] = sum < least[case_in] ? sum : least[case_in];
            most[case_in] = sum > most[case_in] ? sum : most[case_in];
        }
    }
    CHECK(least[0] >= 2 && least[0] <= 4);
    CHECK_EQ_INT(most[0], 9);
    CHECK_EQ_INT(least[1], 9);
    CHECK_EQ_INT(least[2], 9);
}

TEST(fences_order) {
    unsigned both = 0, one = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_INT(drive_seed(fences, "random", seed)->end, SNAG_END_DONE);
        CHECK(case_out[0] + case_out[1] >= 1);
        both += case_out[0] + case_out[1] == 2;
        one += case_out[0] + case_out[1] == 1;
    }
    CHECK(both > 50 && one > 50);
}

TEST(sixteen_bytes_change_as_one) {
    unsigned again = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_INT(drive_seed(both_halves, "random", seed)->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], 18);
        CHECK_EQ_INT(case_out[1], 9);
        uint32_t n;
        const struct snag_event *e = snag__exec_events(&n);
        for (uint32_t i = 0; i < n; i++) {
            bool cas = e[i].kind == SNAG_EV_CAS;
            CHECK(!cas || e[i].bytes == 16);
            again += cas && (e[i].flags & SNAG_EVF_FAILED) != 0;
        }
    }
    CHECK(again > 100); /* somebody else was faster */
}

TEST(addresses_leave_no_trace_in_the_log) {
    case_in = 100;
    uint64_t digest = drive_case(addresses)->sync_digest;
    CHECK_EQ_INT(case_out[0], 1);
    case_in = 5000; /* another block elsewhere */
    CHECK_EQ_U64(drive_case(addresses)->sync_digest, digest);
}
