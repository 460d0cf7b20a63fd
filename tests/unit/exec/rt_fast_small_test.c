/* rt_fast_small_test.c: small blocks: where they lie, and who gets a freed one. */
#include "exec/rt_fast_small.c"

#include <stdlib.h>

#include "base/prng.h"
#include "test.h"

enum { BLOCKS = 3000 };

static char *memory(void) {
    static char *at;
    if (at == NULL) {
        at = aligned_alloc(4096, SNAG__SMALL_RANGE_BYTES);
        snag__small_init(at);
    }
    snag__small_reset();
    return at;
}

static struct {
    unsigned char *at;
    size_t bytes;
    unsigned char mark;
} blocks[BLOCKS];

/* Whatever was written to a block stands there until it is freed. */
TEST(blocks_are_aligned_and_do_not_overlap) {
    struct snag__prng prng;
    const char *begin = memory();
    snag__prng_seed(&prng, 1);
    for (int turn = 0; turn < 20 * BLOCKS; turn++) {
        uint32_t i = snag__prng_below(&prng, BLOCKS);
        if (blocks[i].at != NULL) {
            for (size_t b = 0; b < blocks[i].bytes; b++)
                EXPECT(blocks[i].at[b] == blocks[i].mark);
            snag__small_free(blocks[i].at, blocks[i].bytes);
            blocks[i].at = NULL;
        } else {
            blocks[i].bytes = 1 + snag__prng_below(&prng, SNAG__SMALL_BYTES_MAX);
            blocks[i].at = snag__small_alloc(blocks[i].bytes);
            blocks[i].mark = (unsigned char)turn;
            CHECK(blocks[i].at != NULL && snag__small_owns(blocks[i].at));
            CHECK_EQ_U64((uintptr_t)blocks[i].at % 16, 0);
            memset(blocks[i].at, blocks[i].mark, blocks[i].bytes);
        }
    }
    CHECK(!snag__small_owns(begin - 1));
    CHECK(!snag__small_owns(begin + SNAG__SMALL_RANGE_BYTES));
}

TEST(a_freed_block_goes_to_the_next_who_asks_for_its_size) {
    (void)memory();
    void *a = snag__small_alloc(40), *b = snag__small_alloc(40), *c = snag__small_alloc(100);
    snag__small_free(a, 40);
    snag__small_free(c, 100);
    snag__small_free(b, 40);
    CHECK(snag__small_alloc(33) == b);
    CHECK(snag__small_alloc(48) == a);
    CHECK(snag__small_alloc(112) == c);
    void *d = snag__small_alloc(48);
    CHECK(d != a && d != b && d != c);
}

TEST(after_a_reset_the_same_calls_give_the_same_addresses) {
    void *before[64];
    for (int round = 0; round < 3; round++) {
        (void)memory();
        for (size_t i = 0; i < 64; i++) {
            void *at = snag__small_alloc(1 + i * 37 % 500);
            CHECK(round == 0 || at == before[i]);
            before[i] = at;
            if (i % 3 == 2)
                snag__small_free(before[i - 1], 1 + (i - 1) * 37 % 500);
        }
    }
}

TEST(when_there_is_no_more_room_it_says_so) {
    const char *begin = memory();
    size_t got = 0;
    const char *at, *last = begin;
    for (; (at = snag__small_alloc(512)) != NULL; got++)
        last = at;
    CHECK_EQ_U64(got, SNAG__SMALL_RANGE_BYTES / 512);
    CHECK(last + 512 == begin + SNAG__SMALL_RANGE_BYTES);
    CHECK(snag__small_alloc(1) == NULL);
    snag__small_free(last, 512);
    CHECK(snag__small_alloc(512) == last);
}
