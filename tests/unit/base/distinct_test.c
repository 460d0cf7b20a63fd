/* distinct_test.c: how many different values, and how many of them once: against exact counts. */
#include "test.h"

#include "base/distinct.h"
#include "base/prng.h"

#include <stdlib.h>
#include <string.h>

static struct snag__distinct one, other, both;

/* Values first .. first + count - 1, each `times` times. */
static void add(struct snag__distinct *d, uint64_t first, uint64_t count, int times) {
    for (int t = 0; t < times; t++)
        for (uint64_t i = 0; i < count; i++)
            snag__distinct_add(d, snag__mix64(first + i));
}

static bool close_to(double estimate, double exact, double tolerance) {
    double off = estimate > exact ? estimate - exact : exact - estimate;
    return off <= tolerance * exact;
}

TEST(empty_is_zero) {
    memset(&one, 0, sizeof one);
    CHECK_EQ_U64(snag__distinct_estimate(&one), 0);
    CHECK(snag__distinct_once(&one) == 0.0);
}

TEST(a_few_are_exact) {
    memset(&one, 0, sizeof one);
    add(&one, 0, 100, 1);
    add(&one, 100, 50, 2);
    add(&one, 150, 25, 7);
    CHECK_EQ_U64(snag__distinct_estimate(&one), 175);
    CHECK(close_to(snag__distinct_once(&one), 100, 0.001));
}

TEST(many_are_estimated_though_they_share_cells) {
    memset(&one, 0, sizeof one);
    add(&one, 0, 3000000, 1);
    add(&one, 3000000, 3000000, 2);
    CHECK(close_to((double)snag__distinct_estimate(&one), 6000000, 0.002));
    CHECK(close_to(snag__distinct_once(&one), 3000000, 0.01));
}

TEST(full_saturates_and_is_no_nonsense) {
    memset(&one, 0, sizeof one);
    for (uint64_t i = 0; i < SNAG__DISTINCT_CELLS; i++)
        snag__distinct_add(&one, i);
    CHECK_EQ_U64(one.used, SNAG__DISTINCT_CELLS);
    CHECK(snag__distinct_estimate(&one) > UINT64_C(4) * SNAG__DISTINCT_CELLS);
    for (uint64_t i = 0; i < SNAG__DISTINCT_CELLS; i++)
        snag__distinct_add(&one, i);
    CHECK_EQ_U64(one.once, 0);
    CHECK(snag__distinct_once(&one) == 0.0);
}

TEST(merged_is_as_if_added_to_one) {
    memset(&one, 0, sizeof one);
    memset(&other, 0, sizeof other);
    memset(&both, 0, sizeof both);
    add(&one, 0, 1000, 1);
    add(&other, 500, 1000, 1);
    add(&other, 1400, 300, 3);
    add(&both, 0, 1000, 1);
    add(&both, 500, 1000, 1);
    add(&both, 1400, 300, 3);
    snag__distinct_merge(&one, &other);
    CHECK_EQ_U64(one.used, both.used);
    CHECK_EQ_U64(one.once, both.once);
    CHECK_EQ_MEM(one.words, both.words, sizeof one.words);
}
