/* returns.h: which calls does a process that computes without end come back from? */
#ifndef SNAG_WATCH_RETURNS_H
#define SNAG_WATCH_RETURNS_H

#include <stdint.h>
#include <sys/types.h>

/* pc[i] and sp[i] (0: unknown) are those of frame i of a stack of the thread, innermost first. Lets
 * it run for a while with a trap behind each of these calls. Every frame whose caller's sp is at or
 * below the returned value was returned from; 0: none was, or it cannot be seen on this machine. */
uint64_t snag__returns(pid_t pid, const uint64_t *pc, const uint64_t *sp, uint32_t count);

#endif
