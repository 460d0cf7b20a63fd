/* rt_fast_small_test.c: small blocks of the heap in `fast`: where they lie, and that they are the
 * same ones after a reset.
 *
 * link: rt_fast
 */
#include "exec/rt_fast_small.h"

#include "exec/rt.h"
#include "exec/rt_fast.h"
#include "test.h"

#include <string.h>

enum { MANY = SNAG__SMALL_REGIONS };
static void *blocks[MANY + 2];

static void begin(void) {
    static bool made;
    if (!made)
        snag__rt_fast_heap_init();
    made = true;
    snag__rt_heap_reset();
}

TEST(every_size_is_aligned_and_lies_apart) {
    begin();
    for (size_t n = 1; n <= SNAG__SMALL_BYTES_MAX; n++) {
        unsigned char *p = blocks[n] = snag__small_take(n);
        CHECK(p != NULL);
        CHECK_EQ_U64((uintptr_t)p % SNAG__SMALL_ALIGN, 0);
        memset(p, (int)(n % 251), n);
    }
    for (size_t n = 1; n <= SNAG__SMALL_BYTES_MAX; n++) {
        const unsigned char *p = blocks[n];
        for (size_t i = 0; i < n; i++)
            CHECK_EQ_INT(p[i], (int)(n % 251));
        CHECK(snag__small_give(blocks[n], n));
    }
}

TEST(the_lowest_free_one_goes_first) {
    begin();
    for (int i = 0; i < 200; i++) {
        blocks[i] = snag__small_take(48);
        CHECK(i == 0 || (char *)blocks[i] == (char *)blocks[i - 1] + 48);
    }
    CHECK(snag__small_give(blocks[150], 48));
    CHECK(snag__small_give(blocks[7], 33));
    CHECK(snag__small_take(40) == blocks[7]);
    CHECK(snag__small_take(48) == blocks[150]);
    CHECK((char *)snag__small_take(48) == (char *)blocks[199] + 48);
}

TEST(after_a_reset_addresses_are_the_same) {
    begin();
    for (int i = 0; i < MANY; i++)
        blocks[i] = snag__small_take((size_t)(i * 37 % SNAG__SMALL_BYTES_MAX) + 1);
    for (int again = 0; again < 3; again++) {
        for (int i = again; i < MANY; i += 2 + again)
            CHECK(snag__small_give(blocks[i], (size_t)(i * 37 % SNAG__SMALL_BYTES_MAX) + 1));
        snag__small_reset();
        for (int i = 0; i < MANY; i++)
            CHECK(snag__small_take((size_t)(i * 37 % SNAG__SMALL_BYTES_MAX) + 1) == blocks[i]);
    }
}

TEST(what_is_more_comes_from_elsewhere) {
    begin();
    for (int i = 0; i < MANY; i++)
        CHECK(snag__small_take(64) != NULL);
    CHECK(snag__small_take(64) == NULL);
    CHECK(snag__small_take(80) != NULL);
    blocks[0] = snag__rt_alloc(64, 0, true);
    blocks[1] = snag__rt_alloc(64, 64, false);
    blocks[2] = snag__rt_alloc(SNAG__SMALL_BYTES_MAX + 1, 0, false);
    for (int i = 0; i < 3; i++) {
        CHECK(blocks[i] != NULL);
        CHECK(snag__rt_heap_owns(blocks[i]));
        CHECK(!snag__small_give(blocks[i], i == 2 ? SNAG__SMALL_BYTES_MAX + 1 : 64));
    }
    CHECK_EQ_U64((uintptr_t)blocks[1] % 64, 0);
    for (int again = 0; again < 2; again++) {
        snag__rt_heap_reset();
        void *small = snag__rt_alloc(64, 0, false);
        CHECK((uintptr_t)small < (uintptr_t)blocks[0]);
        CHECK(snag__rt_heap_owns(small));
        snag__rt_free(small, 64, 0);
        CHECK(snag__rt_alloc(50, 16, false) == small);
    }
}
