/* rt_fast_small.c: small blocks of the heap of `fast`: a bump allocator with lists of free blocks.
 *
 * Larger ones, and more of them than there is room for, are jemalloc's (rt_fast_heap.c). It takes
 * its own way of these because most executions make a few, and pay for each first one of a size as
 * for a slab. The rule is that of the heap: addresses depend on the calls of this execution alone.
 * So does who gets a freed block: the next who asks for that size, as from a thread's cache. What
 * stands in free blocks is not ours: their lists lie beside them.
 */
#include <string.h>

#include "base/assert.h"
#include "exec/rt_fast.h"

enum {
    UNIT_BYTES = 16, /* what blocks are multiples of, and aligned to */
    UNITS_MAX = SNAG__SMALL_RANGE_BYTES / UNIT_BYTES,
    SIZES = SNAG__SMALL_BYTES_MAX / UNIT_BYTES
};

static char *range;
static uint32_t used;               /* units */
static uint32_t first[SIZES + 1];   /* free blocks of so many units, newest first: unit + 1 */
static uint32_t next_of[UNITS_MAX]; /* of a free block that begins there: the one before it */

void snag__small_init(void *begin) {
    range = begin;
}

static uint32_t units_of(size_t bytes) {
    return (uint32_t)((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
}

void *snag__small_alloc(size_t bytes) {
    uint32_t units = units_of(bytes), at = first[units];
    if (at != 0) {
        first[units] = next_of[at - 1];
        return range + (size_t)(at - 1) * UNIT_BYTES;
    }
    if (units > UNITS_MAX - used) {
        return NULL;
    }
    at = used;
    used += units;
    return range + (size_t)at * UNIT_BYTES;
}

bool snag__small_owns(const void *p) {
    return (uintptr_t)p - (uintptr_t)range < SNAG__SMALL_RANGE_BYTES;
}

void snag__small_free(const void *block, size_t bytes) {
    uint32_t units = units_of(bytes);
    uint32_t at = (uint32_t)(((uintptr_t)block - (uintptr_t)range) / UNIT_BYTES);
    next_of[at] = first[units];
    first[units] = at + 1;
}

void snag__small_reset(void) {
    used = 0;
    memset(first, 0, sizeof(first));
}
