/* rt_fast_small.h: small blocks of the heap of the code under test in `fast`, in a few
 * instructions.
 *
 * Most of what a state manager allocates is small, and an execution takes microseconds: a general
 * allocator's locks, and putting its arena back, are a fourth of it. Not here: large blocks, and
 * what stands in a block (rt_fast_heap.c). The rule: what is known of a block lies outside of it,
 * so that code which writes to freed memory harms itself only; and the lowest free address goes
 * first, so that addresses depend on the calls of this execution alone.
 */
#ifndef SNAG_EXEC_RT_FAST_SMALL_H
#define SNAG_EXEC_RT_FAST_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SNAG__SMALL_BYTES_MAX = 1024,
    SNAG__SMALL_ALIGN = 16,
    SNAG__SMALL_REGIONS = 64 * 64 /* blocks of one size at a time */
};

/* How much address space they need; from `begin`, a multiple of a page, once. */
size_t snag__small_range_bytes(void);
void snag__small_init(uintptr_t begin);

/* Room for `bytes`, 1 to SNAG__SMALL_BYTES_MAX. NULL: no more of that size. */
void *snag__small_take(size_t bytes);
/* Given back; `bytes` as when it was taken. False: it is none of these. */
bool snag__small_give(void *block, size_t bytes);
/* All are free. */
void snag__small_reset(void);

#endif
