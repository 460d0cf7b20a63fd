/* thread.c: pthread create, join, detach, exit, self, equal: every thread is a vthread.
 *
 * Not here: attributes other than the detach state, cancellation, keys. A pthread_t of a vthread is
 * its index + 1, so that it is the same in every execution.
 */
#include <errno.h>
#include <pthread.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "shim/mutex.h"
#include "shim/thread.h"

int __real_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *),
                          void *argument);
int __real_pthread_join(pthread_t t, void **result);
int __real_pthread_detach(pthread_t t);
_Noreturn void __real_pthread_exit(void *result);
pthread_t __real_pthread_self(void);
int __real_pthread_equal(pthread_t a, pthread_t b);

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *),
                          void *argument);
int __wrap_pthread_join(pthread_t t, void **result);
int __wrap_pthread_detach(pthread_t t);
_Noreturn void __wrap_pthread_exit(void *result);
pthread_t __wrap_pthread_self(void);
int __wrap_pthread_equal(pthread_t a, pthread_t b);

void snag__thread_ends(void) {
    snag__mutexes_owner_ends();
}

static struct snag__vthread *vthread_of(pthread_t t) {
    return t >= 1 && t <= snag__sched.vthreads ? &snag__vthreads[t - 1] : NULL;
}

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *),
                          void *argument) {
    if (snag__self == NULL) {
        return __real_pthread_create(t, attr, start, argument);
    }
    uint32_t site = SNAG__SITE();
    int detach = PTHREAD_CREATE_JOINABLE;
    if (attr != NULL && pthread_attr_getdetachstate(attr, &detach) != 0) {
        return EINVAL;
    }
    snag__point(SNAG_EV_SPAWN, NULL, site);
    struct snag__vthread *v = snag__vthread_spawn(start, argument, site);
    if (v == NULL) {
        snag__sched_limit(SNAG_LIMIT_VTHREADS);
    }
    v->detached = detach == PTHREAD_CREATE_DETACHED;
    struct snag_event *e = snag__log(SNAG_EV_SPAWN, snag__object_get(v->object), site);
    e->value = v->index;
    *t = (pthread_t)v->index + 1;
    return 0;
}

int __wrap_pthread_join(pthread_t t, void **result) {
    if (snag__self == NULL) {
        return __real_pthread_join(t, result);
    }
    uint32_t site = SNAG__SITE();
    struct snag__vthread *v = vthread_of(t);
    if (v == NULL) {
        return ESRCH;
    }
    if (v == snag__self) {
        return EDEADLK;
    }
    if (v->detached || v->joined) {
        return EINVAL;
    }
    struct snag__object *o = snag__object_get(v->object);
    bool ended = v->state == SNAG__VTHREAD_ENDED;
    (void)snag__point_wait(SNAG_EV_JOIN, o, site, ended, UINT64_MAX);
    v->joined = true;
    snag__rt_joined(v->fiber);
    if (result != NULL) {
        *result = v->result;
    }
    struct snag_event *e = snag__log(SNAG_EV_JOIN, o, site);
    e->value = v->index;
    e->flags = ended ? 0 : SNAG_EVF_WAITED;
    return 0;
}

int __wrap_pthread_detach(pthread_t t) {
    if (snag__self == NULL) {
        return __real_pthread_detach(t);
    }
    uint32_t site = SNAG__SITE();
    struct snag__vthread *v = vthread_of(t);
    if (v == NULL) {
        return ESRCH;
    }
    if (v->detached || v->joined) {
        return EINVAL;
    }
    snag__point(SNAG_EV_DETACH, snag__object_get(v->object), site);
    v->detached = true;
    snag__log(SNAG_EV_DETACH, snag__object_get(v->object), site);
    return 0;
}

_Noreturn void __wrap_pthread_exit(void *result) {
    if (snag__self == NULL) {
        __real_pthread_exit(result);
    }
    snag__vthread_end(result, false);
}

pthread_t __wrap_pthread_self(void) {
    if (snag__self == NULL) {
        return __real_pthread_self();
    }
    return (pthread_t)snag__self->index + 1;
}

int __wrap_pthread_equal(pthread_t a, pthread_t b) {
    if (snag__self == NULL) {
        return __real_pthread_equal(a, b);
    }
    return a == b;
}

int __real_sched_yield(void);
int __wrap_sched_yield(void);

int __wrap_sched_yield(void) {
    if (snag__self == NULL) {
        return __real_sched_yield();
    }
    uint32_t site = SNAG__SITE();
    snag__point(SNAG_EV_YIELD, NULL, site);
    snag__log(SNAG_EV_YIELD, NULL, site);
    return 0;
}
