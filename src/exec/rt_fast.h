/* rt_fast.h: what the files of the `fast` flavour share. See rt.h for what they are for. */
#ifndef SNAG_EXEC_RT_FAST_H
#define SNAG_EXEC_RT_FAST_H

/* Reserves the range of the heap; once. */
void snag__rt_fast_heap_init(void);

#endif
