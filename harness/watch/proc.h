/* proc.h: what /proc says of a process: is it computing or sitting in a system call? */
#ifndef SNAG_WATCH_PROC_H
#define SNAG_WATCH_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct snag__proc {
    char state;            /* R, S, D, T, t, Z, X: see proc(5) */
    uint64_t processor_ms; /* user and system time */
};

/* Of the first thread: the code under test runs on it. False: it is gone. */
bool snag__proc_read(pid_t pid, struct snag__proc *out);

/* The system call it is in, by name where we know it ("read"), else by number; "" if none, or if
 * the kernel does not say. */
void snag__proc_system_call(pid_t pid, char *text, size_t room);

#endif
