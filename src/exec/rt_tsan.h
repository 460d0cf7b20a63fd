/* rt_tsan.h: what the files of the `tsan` flavour share, and the runtime's functions they call.
 *
 * Not for the rest of snag, which sees exec/rt.h. The declarations are those of
 * <sanitizer/tsan_interface.h> and of the runtime's unofficial entries; the header of clang 14
 * lacks some of them.
 */
#ifndef SNAG_EXEC_RT_TSAN_H
#define SNAG_EXEC_RT_TSAN_H

#include "sched/fiber.h"
#include "sched/sched.h"

void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_set_fiber_name(void *fiber, const char *name);
void __tsan_acquire(void *address);
void __tsan_release(void *address);
void __tsan_flush_memory(void);
void __tsan_func_entry(void *pc);
void __tsan_func_exit(void);
unsigned long __tsan_testonly_shadow_stack_current_size(void);
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
void AnnotateIgnoreSyncBegin(const char *file, int line);
void AnnotateIgnoreSyncEnd(const char *file, int line);
void __tsan_read1_pc(void *address, void *pc);
void __tsan_write1_pc(void *address, void *pc);

/* The fiber whose runtime handle carries that name; NULL: none (the driver's thread). */
struct snag__fiber *snag__tsan_fiber_named(const char *name);

/* The innermost function on the runtime's shadow stack was called from `site`: brackets a call into
 * the runtime, so that a report names the line of the code under test and not ours. */
static inline void snag__tsan_enter(uint32_t site) {
    __tsan_func_entry((void *)(snag__sched.image + site));
}

static inline void snag__tsan_leave(void) {
    __tsan_func_exit();
}

/* The running fiber frees a block: its accesses are that. */
extern bool snag__tsan_freeing;

/* Reports against the driver, which is ordered with everything: were there any, an edge between
 * executions is missing. Tests look at it. */
extern uint32_t snag__tsan_strays;

/* rt_tsan_report.c: forgets the reports of the last execution. True: there were some. */
bool snag__tsan_reports_reset(void);

#endif
