/* thread.h: threads as the calls make, join and end them, for pthread and C11 threads.
 *
 * A pthread_t of a vthread is its index + 1, so that it is the same in every execution. The rule:
 * what POSIX leaves undefined is told as a misuse, and then goes as in glibc.
 */
#ifndef SNAG_SHIM_THREAD_H
#define SNAG_SHIM_THREAD_H

#include <pthread.h>

#include "sched/vthread.h"

/* NULL: there never was one of that name in this execution. */
struct snag__vthread *snag__thread_of(pthread_t t);
pthread_t snag__thread_name(const struct snag__vthread *v);
/* Whom a call made at `site` is about; NULL after telling that it is a `mistake`: there never was
 * one, or nobody may name it any more. */
struct snag__vthread *snag__thread_for(pthread_t t, const char *mistake, uint32_t site);

/* What whoever made the attributes asked for; NULL: whatever is the default. An error number. */
struct snag__thread_asked {
    bool detached;
    size_t stack_bytes; /* 0: as many as there are */
    bool masks;         /* it has a signal mask of its own */
    uint64_t sig_mask;
};
int snag__thread_asked(const pthread_attr_t *attr, struct snag__thread_asked *asked);
/* The default is that of the system: an execution begins. */
void snag__thread_defaults_begin(void);

/* The calls, made at `site`; they return error numbers. */
struct snag__vthread *snag__thread_create(void *(*start)(void *), void *argument, bool detached,
                                          uint32_t site);
/* `deadline`: virtual ns; UINT64_MAX: none. `result` may be NULL. */
int snag__thread_join(pthread_t t, void **result, enum snag_event_kind kind, uint64_t deadline,
                      uint32_t site);
int snag__thread_detach(pthread_t t, uint32_t site);
void snag__thread_yield(uint32_t site);
/* The running vthread leaves its start function: what it pushed is called, then it ends (unwind.c).
 */
_Noreturn void snag__thread_exit(void *result);

/* By the scheduler: the running vthread is about to end, and what POSIX does then is done. */
void snag__thread_ends(void);
/* What getpid returns: as on Linux, what gettid is to the main thread. */
pid_t snag__process_number(void);

#endif
