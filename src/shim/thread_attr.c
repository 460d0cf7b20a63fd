/* thread_attr.c: what one asks a thread about itself, or wishes for it: attributes, scheduling,
 * affinity.
 *
 * Not here: its name (thread_name.c). A vthread has a stack, as large as it was asked for, but
 * never the memory that was offered for it; how it is scheduled is up to snag, and what the code
 * under test wishes there changes nothing. Attribute objects themselves (pthread_attr_…) are plain
 * data of the C library, and not wrapped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "exec/parts.h"
#include "sched/sched.h"
#include "shim/signal/signal.h"
#include "shim/thread.h"

int __real_pthread_getattr_np(pthread_t t, pthread_attr_t *attr);
int __real_pthread_getattr_default_np(pthread_attr_t *attr);
int __real_pthread_setattr_default_np(const pthread_attr_t *attr);
int __real_pthread_getconcurrency(void);
int __real_pthread_setconcurrency(int level);
int __real_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
int __real_pthread_getcpuclockid(pthread_t t, clockid_t *clock);
int __real_pthread_getschedparam(pthread_t t, int *policy, struct sched_param *param);
int __real_pthread_setschedparam(pthread_t t, int policy, const struct sched_param *param);
int __real_pthread_setschedprio(pthread_t t, int priority);
int __real_pthread_setaffinity_np(pthread_t t, size_t bytes, const cpu_set_t *set);
int __real_pthread_getaffinity_np(pthread_t t, size_t bytes, cpu_set_t *set);

int __wrap_pthread_getattr_np(pthread_t t, pthread_attr_t *attr);
int __wrap_pthread_getattr_default_np(pthread_attr_t *attr);
int __wrap_pthread_setattr_default_np(const pthread_attr_t *attr);
int __wrap_pthread_getconcurrency(void);
int __wrap_pthread_setconcurrency(int level);
int __wrap_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
int __wrap_pthread_getcpuclockid(pthread_t t, clockid_t *clock);
int __wrap_pthread_getschedparam(pthread_t t, int *policy, struct sched_param *param);
int __wrap_pthread_setschedparam(pthread_t t, int policy, const struct sched_param *param);
int __wrap_pthread_setschedprio(pthread_t t, int priority);
int __wrap_pthread_setaffinity_np(pthread_t t, size_t bytes, const cpu_set_t *set);
int __wrap_pthread_getaffinity_np(pthread_t t, size_t bytes, cpu_set_t *set);

/* In this execution: of threads that are made without attributes, and what was wished for. */
static struct snag__thread_asked defaults;
static int concurrency;

int __wrap_pthread_getattr_np(pthread_t t, pthread_attr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_getattr_np(t, attr);
    }
    const struct snag__vthread *v = snag__thread_of(t);
    if (v == NULL) {
        return ESRCH;
    }
    int error = pthread_attr_init(attr);
    if (error == 0) {
        error = pthread_attr_setstack(attr, v->fiber->stack, v->fiber->stack_bytes);
    }
    if (error == 0) {
        error = pthread_attr_setdetachstate(attr, v->detached ? PTHREAD_CREATE_DETACHED
                                                              : PTHREAD_CREATE_JOINABLE);
    }
    return error;
}

/* What fresh attributes say is what the system gives to those that do not ask: 8 MiB or so, of
 * which next to nothing is used. */
static size_t stack_asked(const pthread_attr_t *attr) {
    pthread_attr_t fresh;
    size_t usual = 0, bytes = 0;
    if (pthread_attr_init(&fresh) == 0) {
        (void)pthread_attr_getstacksize(&fresh, &usual);
        (void)pthread_attr_destroy(&fresh);
    }
    return pthread_attr_getstacksize(attr, &bytes) == 0 && bytes != usual ? bytes : 0;
}

int snag__thread_asked(const pthread_attr_t *attr, struct snag__thread_asked *asked) {
    int detach = PTHREAD_CREATE_JOINABLE, inherits = PTHREAD_INHERIT_SCHED, policy = SCHED_OTHER;
    if (attr == NULL) {
        *asked = defaults;
        return 0;
    }
    if (pthread_attr_getdetachstate(attr, &detach) != 0 ||
        pthread_attr_getinheritsched(attr, &inherits) != 0 ||
        pthread_attr_getschedpolicy(attr, &policy) != 0) {
        return EINVAL;
    }
    if (inherits == PTHREAD_EXPLICIT_SCHED && (policy == SCHED_FIFO || policy == SCHED_RR)) {
        return EPERM; /* a privilege, as below */
    }
    asked->detached = detach == PTHREAD_CREATE_DETACHED;
    asked->stack_bytes = stack_asked(attr);
    sigset_t mask;
    asked->masks = pthread_attr_getsigmask_np(attr, &mask) == 0;
    asked->sig_mask = asked->masks ? snag__sigset_of(&mask) : 0;
    return 0;
}

/* ---- what those get who ask for nothing ---- */

void snag__thread_defaults_begin(void) {
    defaults = (struct snag__thread_asked){.detached = false};
    concurrency = 0;
}

int __wrap_pthread_getattr_default_np(pthread_attr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_getattr_default_np(attr);
    }
    int error = pthread_attr_init(attr);
    if (error == 0 && defaults.stack_bytes != 0) {
        error = pthread_attr_setstacksize(attr, defaults.stack_bytes);
    }
    if (error == 0 && defaults.detached) {
        error = pthread_attr_setdetachstate(attr, PTHREAD_CREATE_DETACHED);
    }
    return error;
}

/* A stack of one's own cannot be the default of all. */
static bool has_stack(const pthread_attr_t *attr) {
    void *low = NULL;
    size_t bytes = 0;
    return pthread_attr_getstack(attr, &low, &bytes) == 0 && (uintptr_t)low + bytes != 0;
}

int __wrap_pthread_setattr_default_np(const pthread_attr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_setattr_default_np(attr);
    }
    snag__part_use(SNAG__PART_THREAD_DEFAULTS);
    return has_stack(attr) ? EINVAL : snag__thread_asked(attr, &defaults);
}

/* No more than a wish, on which nothing depends. */
int __wrap_pthread_getconcurrency(void) {
    return snag__self == NULL ? __real_pthread_getconcurrency() : concurrency;
}

int __wrap_pthread_setconcurrency(int level) {
    if (snag__self == NULL) {
        return __real_pthread_setconcurrency(level);
    }
    if (level < 0) {
        return EINVAL;
    }
    snag__part_use(SNAG__PART_THREAD_DEFAULTS);
    concurrency = level;
    return 0;
}

/* Nobody forks here, so that the handlers would never be called. */
int __wrap_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    return snag__self == NULL ? __real_pthread_atfork(prepare, parent, child) : 0;
}

/* ---- scheduling ---- */

/* Time is the same for all: so is each one's processor time. */
int __wrap_pthread_getcpuclockid(pthread_t t, clockid_t *clock) {
    if (snag__self == NULL) {
        return __real_pthread_getcpuclockid(t, clock);
    }
    const struct snag__vthread *v =
        snag__thread_for(t, "the clock of what is no thread any more", SNAG__SITE());
    if (v == NULL || v->state != SNAG__VTHREAD_LIVE) {
        return ESRCH;
    }
    *clock = CLOCK_THREAD_CPUTIME_ID;
    return 0;
}

int __wrap_pthread_getschedparam(pthread_t t, int *policy, struct sched_param *param) {
    if (snag__self == NULL) {
        return __real_pthread_getschedparam(t, policy, param);
    }
    *policy = SCHED_OTHER;
    *param = (struct sched_param){.sched_priority = 0};
    return snag__thread_of(t) != NULL ? 0 : ESRCH;
}

/* Other policies need a privilege, which nobody has here. */
int __wrap_pthread_setschedparam(pthread_t t, int policy, const struct sched_param *param) {
    if (snag__self == NULL) {
        return __real_pthread_setschedparam(t, policy, param);
    }
    if (snag__thread_of(t) == NULL) {
        return ESRCH;
    }
    if (policy != SCHED_OTHER) {
        return policy == SCHED_FIFO || policy == SCHED_RR ? EPERM : EINVAL;
    }
    return param->sched_priority == 0 ? 0 : EINVAL;
}

int __wrap_pthread_setschedprio(pthread_t t, int priority) {
    if (snag__self == NULL) {
        return __real_pthread_setschedprio(t, priority);
    }
    if (snag__thread_of(t) == NULL) {
        return ESRCH;
    }
    return priority == 0 ? 0 : EINVAL;
}

/* There is one processor. */
int __wrap_pthread_setaffinity_np(pthread_t t, size_t bytes, const cpu_set_t *set) {
    if (snag__self == NULL) {
        return __real_pthread_setaffinity_np(t, bytes, set);
    }
    (void)set;
    return snag__thread_of(t) != NULL ? 0 : ESRCH;
}

int __wrap_pthread_getaffinity_np(pthread_t t, size_t bytes, cpu_set_t *set) {
    if (snag__self == NULL) {
        return __real_pthread_getaffinity_np(t, bytes, set);
    }
    if (snag__thread_of(t) == NULL) {
        return ESRCH;
    }
    if (bytes < sizeof(unsigned long)) {
        return EINVAL;
    }
    memset(set, 0, bytes);
    CPU_SET_S(0, bytes, set);
    return 0;
}
