/* short_number_test.c: every width and unit, and both sides of each step. */
#include "base/short_number.h"
#include "test.h"

static const char *of(uint64_t n) {
    static char text[SNAG__SHORT_NUMBER_BYTES];
    return snag__short_number(n, text);
}

TEST(small_ones_are_whole) {
    CHECK_EQ_STR(of(0), "0");
    CHECK_EQ_STR(of(9999), "9999");
}

TEST(three_digits_and_a_unit) {
    CHECK_EQ_STR(of(10000), "10.0k");
    CHECK_EQ_STR(of(99999), "99.9k");
    CHECK_EQ_STR(of(100000), "100k");
    CHECK_EQ_STR(of(999999), "999k");
    CHECK_EQ_STR(of(1000000), "1.00M");
    CHECK_EQ_STR(of(1019999), "1.01M");
    CHECK_EQ_STR(of(12345678), "12.3M");
    CHECK_EQ_STR(of(999999999), "999M");
    CHECK_EQ_STR(of(1000000000), "1.00G");
    CHECK_EQ_STR(of(UINT64_C(1000000000000)), "1.00T");
    CHECK_EQ_STR(of(UINT64_C(5000000000000000)), "5.00P");
    CHECK_EQ_STR(of(UINT64_MAX), "18.4E");
}
