/* rt_fast.h: what the files of the `fast` flavour share. See rt.h for what they are for. */
#ifndef SNAG_EXEC_RT_FAST_H
#define SNAG_EXEC_RT_FAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reserves the range of the heap; once. */
void snag__rt_fast_heap_init(void);

/* Small blocks (rt_fast_small.c): of 1 to SNAG__SMALL_BYTES_MAX bytes, aligned to 16. */
enum { SNAG__SMALL_BYTES_MAX = 512, SNAG__SMALL_RANGE_BYTES = 16 << 20 };

/* Once: they lie in the SNAG__SMALL_RANGE_BYTES from here on. */
void snag__small_init(void *range);
/* NULL: there is no more room. */
void *snag__small_alloc(size_t bytes);
bool snag__small_owns(const void *p);
/* A block of so many bytes. */
void snag__small_free(const void *block, size_t bytes);
/* There are none any more. */
void snag__small_reset(void);

#endif
