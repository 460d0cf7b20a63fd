/* rt_fast.h: what the files of the `fast` flavour share. See rt.h for what they are for. */
#ifndef SNAG_EXEC_RT_FAST_H
#define SNAG_EXEC_RT_FAST_H

#include <stdbool.h>
#include <stddef.h>

/* Reserves the range of the heap; once. */
void snag__rt_fast_heap_init(void);

/* As mallocx and sdallocx of jemalloc, with the flags of its arena, which is asked only where what
 * it does is not known beforehand. `init`: those flags; once, when nothing is allocated. */
void snag__known_init(int flags);
void *snag__known_allocate(size_t bytes, int flags);
void snag__known_release(void *block, size_t bytes, int flags);
/* The execution is over. True: the arena was asked, and has to be emptied. */
bool snag__known_over(void);

#endif
