/* rt_asan.h: what the files of the `asan` flavour share. See rt.h for what they are for.
 *
 * Not for the rest of snag, which sees exec/rt.h.
 */
#ifndef SNAG_EXEC_RT_ASAN_H
#define SNAG_EXEC_RT_ASAN_H

#include "sched/vthread.h"
#include "snag/finding.h"

/* The vthread whose code runs, also while interposition is off (an invariant). NULL: the code under
 * test does not run. */
struct snag__vthread *snag__asan_runs(void);

/* Whose stack, or fake stack, holds that address, and a pc of the function that has it in its
 * frame, where that can be told; else 0. NULL: it is on no fiber. */
const struct snag__fiber *snag__asan_fiber_at(uintptr_t address, uintptr_t *function);

/* Where the call was made that the C library is in for the code under test (snag__rt_call_begin),
 * which ends here; 0: it is in none. */
uint32_t snag__asan_call_over(void);

/* rt_asan_report.c: an access of the code under test, made for it at `site`. Does not return if
 * that memory is none. */
void snag__asan_access(const void *address, bool is_write, uint32_t site);

#endif
