/* rt_fast.h: what the files of the `fast` flavour share. See rt.h for what they are for. */
#ifndef SNAG_EXEC_RT_FAST_H
#define SNAG_EXEC_RT_FAST_H

#include <stdbool.h>
#include <stddef.h>

/* Reserves the range of the heap; once. */
void snag__rt_fast_heap_init(void);

/* Small blocks (rt_fast_small.c), in SNAG__SMALL_BYTES of pages that are theirs from now on. */
enum { SNAG__SMALL_BYTES = 2 << 20 };
void snag__small_init(void *pages);
/* `align`: a power of two, or 0. NULL: it is too large, or there is no room. */
void *snag__small_allocate(size_t bytes, size_t align);
/* False: it is none of these. */
bool snag__small_release(const void *block);
/* The execution is over: there are none. */
void snag__small_over(void);

#endif
