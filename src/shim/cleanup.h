/* cleanup.h: the handlers that a thread has registered (cleanup.c), for who unwinds it.
 *
 * The rule: a handler is known by its jmp_buf, which lies in the frame of the function that pushed
 * it; one that has returned without popping it is told of as soon as that is seen.
 */
#ifndef SNAG_SHIM_CLEANUP_H
#define SNAG_SHIM_CLEANUP_H

#include <stdint.h>

/* The stack pointer of who called the wrapper that it is used in, once that has returned. */
#define SNAG__CALLERS_STACK() ((uintptr_t)__builtin_dwarf_cfa())

/* All functions of the running vthread that have not returned have their frames at `stack` or
 * above: so must its newest handler. UINTPTR_MAX: there are none. */
void snag__cleanups_above(uintptr_t stack);

/* The jmp_buf of the newest handler, if the function that pushed it calls none below `stack`; NULL:
 * there is none. */
void *snag__cleanup_at(uintptr_t stack);

#endif
