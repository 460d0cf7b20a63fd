/* thread_attr.c: what one asks a thread about itself: attributes, scheduling, affinity.
 *
 * Not here: its name (thread_name.c). A vthread has a stack; how it is scheduled is up to snag, and
 * what the code under test wishes there changes nothing. Attribute objects themselves
 * (pthread_attr_…) are plain data of the C library, and not wrapped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "sched/sched.h"
#include "shim/thread.h"

int __real_pthread_getattr_np(pthread_t t, pthread_attr_t *attr);
int __real_pthread_getschedparam(pthread_t t, int *policy, struct sched_param *param);
int __real_pthread_setschedparam(pthread_t t, int policy, const struct sched_param *param);
int __real_pthread_setschedprio(pthread_t t, int priority);
int __real_pthread_setaffinity_np(pthread_t t, size_t bytes, const cpu_set_t *set);
int __real_pthread_getaffinity_np(pthread_t t, size_t bytes, cpu_set_t *set);

int __wrap_pthread_getattr_np(pthread_t t, pthread_attr_t *attr);
int __wrap_pthread_getschedparam(pthread_t t, int *policy, struct sched_param *param);
int __wrap_pthread_setschedparam(pthread_t t, int policy, const struct sched_param *param);
int __wrap_pthread_setschedprio(pthread_t t, int priority);
int __wrap_pthread_setaffinity_np(pthread_t t, size_t bytes, const cpu_set_t *set);
int __wrap_pthread_getaffinity_np(pthread_t t, size_t bytes, cpu_set_t *set);

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
size_t snag__thread_stack_asked(const pthread_attr_t *attr) {
    pthread_attr_t fresh;
    size_t usual = 0, bytes = 0;
    if (pthread_attr_init(&fresh) == 0) {
        (void)pthread_attr_getstacksize(&fresh, &usual);
        (void)pthread_attr_destroy(&fresh);
    }
    return pthread_attr_getstacksize(attr, &bytes) == 0 && bytes != usual ? bytes : 0;
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
