/* rt_fast_small.c: a range of equal regions for each size, and a bit for each region. See
 * rt_fast_small.h.
 *
 * Sizes go by 16 bytes up to 256, then in four steps to the next power of two, as is usual. The
 * bits are of two levels, a word of words, so that the lowest free region is found at once.
 */
#include "exec/rt_fast_small.h"

#include "base/assert.h"

enum { STEP = SNAG__SMALL_ALIGN, FINE_MAX = 256, SIZES = 24, WORDS = SNAG__SMALL_REGIONS / 64 };

static const uint16_t size_of[SIZES] = {16,  32,  48,  64,  80,  96,  112, 128,
                                        144, 160, 176, 192, 208, 224, 240, 256,
                                        320, 384, 448, 512, 640, 768, 896, 1024};

struct size {
    uintptr_t begin;       /* of its range */
    uint64_t some;         /* bit w: words[w] is not zero */
    uint64_t touched;      /* bit w: words[w] was not all ones at all times since the reset */
    uint64_t words[WORDS]; /* a bit for each region: it is free */
};

static struct size sizes[SIZES];
static uint32_t touched; /* bit i: sizes[i].touched is not zero */

static inline uint32_t index_of(size_t bytes) {
    uint32_t last = (uint32_t)bytes - 1;
    if (last < FINE_MAX) {
        return last / STEP;
    }
    return last < 2 * FINE_MAX ? 12 + last / 64 : 16 + last / 128;
}

size_t snag__small_range_bytes(void) {
    size_t sum = 0;
    for (uint32_t i = 0; i < SIZES; i++) {
        sum += (size_t)size_of[i] * SNAG__SMALL_REGIONS;
    }
    return sum;
}

void snag__small_init(uintptr_t begin) {
    for (uint32_t i = 0; i < SIZES; i++) {
        sizes[i].begin = begin;
        sizes[i].touched = ~UINT64_C(0);
        begin += (size_t)size_of[i] * SNAG__SMALL_REGIONS;
    }
    touched = (UINT32_C(1) << SIZES) - 1;
    snag__small_reset();
}

void *snag__small_take(size_t bytes) {
    uint32_t i = index_of(bytes);
    struct size *s = &sizes[i];
    if (snag__unlikely(s->some == 0)) {
        return NULL;
    }
    uint32_t w = (uint32_t)__builtin_ctzll(s->some);
    uint32_t region = w * 64 + (uint32_t)__builtin_ctzll(s->words[w]);
    s->words[w] &= s->words[w] - 1;
    s->some &= ~((uint64_t)(s->words[w] == 0) << w);
    s->touched |= UINT64_C(1) << w;
    touched |= UINT32_C(1) << i;
    return (void *)(s->begin + (size_t)region * size_of[i]);
}

bool snag__small_give(void *block, size_t bytes) {
    if (bytes > SNAG__SMALL_BYTES_MAX) {
        return false;
    }
    uint32_t i = index_of(bytes);
    struct size *s = &sizes[i];
    uintptr_t offset = (uintptr_t)block - s->begin;
    if (offset >= (size_t)size_of[i] * SNAG__SMALL_REGIONS) {
        return false;
    }
    uint32_t region = (uint32_t)offset / size_of[i];
    uint64_t bit = UINT64_C(1) << (region % 64);
    snag__assert((s->words[region / 64] & bit) == 0);
    s->words[region / 64] |= bit;
    s->some |= UINT64_C(1) << (region / 64);
    return true;
}

void snag__small_reset(void) {
    for (; touched != 0; touched &= touched - 1) {
        struct size *s = &sizes[__builtin_ctz(touched)];
        for (; s->touched != 0; s->touched &= s->touched - 1) {
            s->words[__builtin_ctzll(s->touched)] = ~UINT64_C(0);
        }
        s->some = ~UINT64_C(0);
    }
}
