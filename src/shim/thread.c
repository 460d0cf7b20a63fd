/* thread.c: pthread create, join, detach, exit, self, equal: every thread is a vthread. See
 * thread.h.
 *
 * Not here: what one asks a thread about itself (thread_attr.c), cancellation, keys.
 */
#define _GNU_SOURCE
#include "shim/thread.h"

#include <errno.h>
#include <string.h>

#include "base/assert.h"
#include "exec/parts.h"
#include "exec/rt.h"
#include "exec/target.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "sched/log.h"
#include "shim/cancel.h"
#include "shim/cleanup.h"
#include "shim/clock.h"
#include "shim/cxx/cxx.h"
#include "shim/key.h"
#include "shim/lock.h"
#include "shim/mutex.h"
#include "shim/once.h"
#include "shim/process.h"
#include "shim/signal/signal.h"

int __real_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *),
                          void *argument);
int __real_pthread_join(pthread_t t, void **result);
int __real_pthread_tryjoin_np(pthread_t t, void **result);
int __real_pthread_timedjoin_np(pthread_t t, void **result, const struct timespec *at);
int __real_pthread_clockjoin_np(pthread_t t, void **result, clockid_t clock,
                                const struct timespec *at);
int __real_pthread_detach(pthread_t t);
_Noreturn void __real_pthread_exit(void *result);
pthread_t __real_pthread_self(void);
int __real_pthread_equal(pthread_t a, pthread_t b);

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *),
                          void *argument);
int __wrap_pthread_join(pthread_t t, void **result);
int __wrap_pthread_tryjoin_np(pthread_t t, void **result);
int __wrap_pthread_timedjoin_np(pthread_t t, void **result, const struct timespec *at);
int __wrap_pthread_clockjoin_np(pthread_t t, void **result, clockid_t clock,
                                const struct timespec *at);
int __wrap_pthread_detach(pthread_t t);
_Noreturn void __wrap_pthread_exit(void *result);
pthread_t __wrap_pthread_self(void);
int __wrap_pthread_equal(pthread_t a, pthread_t b);

/* Is there anything to be done for it before it is gone? */
static inline bool leaves_something(const struct snag__vthread *v) {
    return ((uintptr_t)v->cleanup | (uintptr_t)v->at_exit | v->held_first) != 0 ||
           snag__part_used(SNAG__PART_KEYS);
}

/* First the code of the program, as long as it has anything to say; the rest happens at once. */
static __attribute__((noinline)) void tidy_up(struct snag__vthread *self) {
    if (self->cleanup != NULL) {
        snag__cleanups_above(UINTPTR_MAX);
    }
    if (self->held_first != 0) {
        snag__onces_runner_ends();
    }
    snag__cxx_thread_ends();
    snag__keys_owner_ends();
    if (self->held_first != 0) {
        snag__mutexes_owner_ends();
    }
}

__attribute__((always_inline)) void snag__thread_ends(void) {
    struct snag__vthread *self = snag__self;
    self->cancel |= SNAG__CANCEL_LEAVING;
    if (snag__unlikely(leaves_something(self))) {
        tidy_up(self);
    }
    if (snag__unlikely(snag__sched.live == 1) && snag__impl == NULL) {
        snag__process_last_thread_ends();
    }
}

struct snag__vthread *snag__thread_of(pthread_t t) {
    return t - 1 < snag__sched.vthreads ? &snag__vthreads[t - 1] : NULL;
}

pthread_t snag__thread_name(const struct snag__vthread *v) {
    return (pthread_t)v->index + 1;
}

struct snag__vthread *snag__thread_for(pthread_t t, const char *mistake, uint32_t site) {
    struct snag__vthread *v = snag__thread_of(t);
    bool gone = v != NULL && v->state == SNAG__VTHREAD_ENDED && (v->joined || v->detached);
    if (v == NULL || gone) {
        snag__raise_misuse(mistake, 0, site, v != NULL ? v->released_site : 0);
        return NULL;
    }
    return v;
}

static inline __attribute__((always_inline)) struct snag__vthread *
create(void *(*start)(void *), void *argument, bool detached, uint32_t site) {
    struct snag__vthread *self = snag__self;
    snag__point(SNAG_EV_SPAWN, NULL, site);
    if (snag__fault(SNAG_FAULT_NO_THREAD, SNAG__FAULT_HERE)) {
        struct snag_event *refused = snag__log(SNAG_EV_SPAWN, NULL, site);
        refused->flags = SNAG_EVF_FAILED | SNAG_EVF_FAULT;
        return NULL;
    }
    struct snag__vthread *v = snag__vthread_spawn(self, start, argument, site);
    if (snag__unlikely(v == NULL)) {
        snag__sched_limit(SNAG_LIMIT_VTHREADS);
    }
    if (detached) {
        v->detached = true;
    }
    snag__log_numbered(SNAG_EV_SPAWN, v->object, site, 0, 0, v->index);
    snag__sched.changes++;
    return v;
}

struct snag__vthread *snag__thread_create(void *(*start)(void *), void *argument, bool detached,
                                          uint32_t site) {
    return create(start, argument, detached, site);
}

static __attribute__((noinline)) int create_as_asked(pthread_t *t, const pthread_attr_t *attr,
                                                     void *(*start)(void *), void *argument,
                                                     uint32_t site) {
    struct snag__thread_asked asked;
    int error = snag__thread_asked(attr, &asked);
    if (error != 0) {
        return error;
    }
    struct snag__vthread *v = snag__thread_create(start, argument, asked.detached, site);
    if (v == NULL) {
        return EAGAIN;
    }
    if (asked.masks) {
        v->sig_mask = asked.sig_mask;
    }
    if (asked.stack_bytes != 0 && !snag__fiber_grow(v->fiber, asked.stack_bytes)) {
        snag__sched_limit(SNAG_LIMIT_STACKS);
    }
    *t = snag__thread_name(v);
    return 0;
}

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *),
                          void *argument) {
    if (snag__self == NULL) {
        return __real_pthread_create(t, attr, start, argument);
    }
    uint32_t site = snag__call_site(SNAG__SITE());
    if (snag__unlikely(attr != NULL || snag__part_used(SNAG__PART_THREAD_DEFAULTS))) {
        return create_as_asked(t, attr, start, argument, site);
    }
    const struct snag__vthread *v = create(start, argument, false, site);
    if (v == NULL) {
        return EAGAIN;
    }
    *t = snag__thread_name(v);
    return 0;
}

/* ---- joining ---- */

/* Why `v`, to which that has happened before, cannot be joined, or detached, which `what` says. */
static __attribute__((noinline, cold)) int raise_unjoinable(const struct snag__vthread *v,
                                                            const char *what, uint32_t site) {
    snag__raise_misuse(what, v->object, site, v->released_site);
    return EINVAL;
}

static inline bool is_released(const struct snag__vthread *v) {
    uint16_t how; /* as one word: `detached`, `joined` */
    memcpy(&how, &v->detached, sizeof(how));
    return how != 0;
}
_Static_assert(offsetof(struct snag__vthread, joined) ==
                   offsetof(struct snag__vthread, detached) + 1,
               "read as one word");

/* 0: it can. */
static inline int unjoinable(const struct snag__vthread *v, const char *what, uint32_t site) {
    return snag__unlikely(is_released(v)) ? raise_unjoinable(v, what, site) : 0;
}

static const char join_mistake[] = "join of a thread that is detached or was joined before";

static __attribute__((noinline, cold)) int raise_joined_twice(const struct snag__vthread *v,
                                                              uint16_t joiner, uint32_t site) {
    snag__raise_misuse("two threads join the same one", v->object, site,
                       snag__vthreads[joiner].pend.site);
    return EINVAL;
}

/* A signal has ended the wait. */
static __attribute__((noinline, cold)) bool wait_again(const struct snag__vthread *v,
                                                       enum snag_event_kind kind, uint64_t deadline,
                                                       uint32_t site) {
    bool got = false;
    while (!got && snag__signalled()) {
        (void)snag__signals_deliver();
        got = snag__point_wait(kind, snag__object_get(v->object), site,
                               v->state == SNAG__VTHREAD_ENDED, deadline);
        snag__cancel_here(site);
    }
    return got;
}

static inline void be_joined(struct snag__vthread *v, uint32_t site) {
    v->joined = true;
    v->released_site = site;
    snag__rt_joined(v->fiber);
}

/* The wait is over, or there was none, because it had `ended`. */
static __attribute__((noinline)) int join_over(struct snag__vthread *v, enum snag_event_kind kind,
                                               uint64_t deadline, uint32_t site, bool ended,
                                               bool got) {
    snag__cancel_here(site);
    if (snag__unlikely(!got)) {
        got = wait_again(v, kind, deadline, site);
    }
    int result = got ? unjoinable(v, join_mistake, site) : ETIMEDOUT;
    /* As it stands before it, also where it had to wait again. */
    unsigned flags = (ended ? 0U : SNAG_EVF_WAITED) | (got ? 0U : SNAG_EVF_TIMEOUT);
    snag__log_pending(snag__self, flags, 0, v->index);
    snag__sched.changes++;
    if (result == 0) {
        be_joined(v, site);
    }
    return result;
}

/* The same, where nothing but its end can have ended the wait, and nobody else was before. */
static inline __attribute__((always_inline)) int join_waited(struct snag__vthread *self,
                                                             struct snag__vthread *v,
                                                             enum snag_event_kind kind, bool got,
                                                             uint32_t site) {
    if (snag__unlikely(!got || snag__cancelled(self) || is_released(v))) {
        return join_over(v, kind, UINT64_MAX, site, false, got);
    }
    snag__log_pending(self, SNAG_EVF_WAITED, 0, v->index);
    snag__sched.changes++;
    be_joined(v, site);
    return 0;
}

static inline __attribute__((always_inline)) int
join_one(struct snag__vthread *v, enum snag_event_kind kind, uint64_t deadline, uint32_t site) {
    struct snag__vthread *self = snag__self;
    struct snag__object *o = snag__object_get(v->object);
    if (v == self) {
        return EDEADLK;
    }
    int result = unjoinable(v, join_mistake, site);
    if (result != 0) {
        return result;
    }
    if (snag__unlikely(o->waiters_first != SNAG__NOBODY)) {
        return raise_joined_twice(v, o->waiters_first, site);
    }
    snag__signals_here(site);
    bool ended = v->state == SNAG__VTHREAD_ENDED;
    if (deadline == UINT64_MAX && !ended && !self->signalled) {
        bool waited = snag__point_wait_alone(self, kind, o, site);
        return join_waited(self, v, kind, waited, site);
    }
    bool got = snag__point_wait(kind, o, site, ended, deadline);
    return join_over(v, kind, deadline, site, ended, got);
}

static inline __attribute__((always_inline)) int
join(pthread_t t, void **result, enum snag_event_kind kind, uint64_t deadline, uint32_t site) {
    struct snag__vthread *v = snag__thread_of(t);
    if (v == NULL) {
        snag__raise_misuse("join of what is no thread", 0, site, 0);
        return ESRCH;
    }
    int error = join_one(v, kind, deadline, site);
    if (error == 0 && result != NULL) {
        *result = v->result;
    }
    return error;
}

int snag__thread_join(pthread_t t, void **result, enum snag_event_kind kind, uint64_t deadline,
                      uint32_t site) {
    return join(t, result, kind, deadline, site);
}

int __wrap_pthread_join(pthread_t t, void **result) {
    if (snag__self == NULL) {
        return __real_pthread_join(t, result);
    }
    return join(t, result, SNAG_EV_JOIN, UINT64_MAX, snag__call_site(SNAG__SITE()));
}

int __wrap_pthread_tryjoin_np(pthread_t t, void **result) {
    if (snag__self == NULL) {
        return __real_pthread_tryjoin_np(t, result);
    }
    uint32_t site = SNAG__SITE();
    const struct snag__vthread *v = snag__thread_of(t);
    const struct snag__object *o = v != NULL ? snag__object_get(v->object) : NULL;
    snag__point(SNAG_EV_TRYJOIN, o, site);
    if (v != NULL && v->state != SNAG__VTHREAD_ENDED) {
        snag__lock_log_quiet(SNAG_EV_TRYJOIN, o, site, v->index, SNAG_EVF_FAILED);
        return EBUSY;
    }
    return snag__thread_join(t, result, SNAG_EV_JOIN, UINT64_MAX, site);
}

static int join_until(pthread_t t, void **result, clockid_t clock, const struct timespec *at,
                      uint32_t site) {
    if (at == NULL) {
        return snag__thread_join(t, result, SNAG_EV_JOIN, UINT64_MAX, site);
    }
    if (!snag__clock_valid(at) || !snag__clock_waits(clock)) {
        return EINVAL;
    }
    return snag__thread_join(t, result, SNAG_EV_TIMEDJOIN, snag__clock_deadline(clock, at), site);
}

int __wrap_pthread_timedjoin_np(pthread_t t, void **result, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_timedjoin_np(t, result, at);
    }
    return join_until(t, result, CLOCK_REALTIME, at, SNAG__SITE());
}

int __wrap_pthread_clockjoin_np(pthread_t t, void **result, clockid_t clock,
                                const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_clockjoin_np(t, result, clock, at);
    }
    return join_until(t, result, clock, at, SNAG__SITE());
}

int snag__thread_detach(pthread_t t, uint32_t site) {
    struct snag__vthread *v = snag__thread_of(t);
    if (v == NULL) {
        snag__raise_misuse("detach of what is no thread", 0, site, 0);
        return ESRCH;
    }
    const struct snag__object *o = snag__object_get(v->object);
    snag__point(SNAG_EV_DETACH, o, site);
    int result = unjoinable(v, "detach of a thread that is detached or was joined before", site);
    if (result == 0) {
        v->detached = true;
        v->released_site = site;
    }
    snag__log(SNAG_EV_DETACH, o, site)->flags = result != 0 ? SNAG_EVF_FAILED : 0;
    return result;
}

int __wrap_pthread_detach(pthread_t t) {
    if (snag__self == NULL) {
        return __real_pthread_detach(t);
    }
    return snag__thread_detach(t, snag__call_site(SNAG__SITE()));
}

/* ---- the rest ---- */

_Noreturn void __wrap_pthread_exit(void *result) {
    if (snag__self == NULL) {
        __real_pthread_exit(result);
    }
    snag__cleanups_above(SNAG__CALLERS_STACK());
    snag__thread_exit(result);
}

pthread_t __wrap_pthread_self(void) {
    if (snag__self == NULL) {
        return __real_pthread_self();
    }
    return snag__thread_name(snag__self);
}

int __wrap_pthread_equal(pthread_t a, pthread_t b) {
    if (snag__self == NULL) {
        return __real_pthread_equal(a, b);
    }
    return a == b;
}

int __real_sched_yield(void);
int __wrap_sched_yield(void);

void snag__thread_yield(uint32_t site) {
    snag__point(SNAG_EV_YIELD, NULL, site);
    snag__log(SNAG_EV_YIELD, NULL, site);
    snag__quiet(NULL, site);
}

int __wrap_sched_yield(void) {
    if (snag__self == NULL) {
        return __real_sched_yield();
    }
    snag__thread_yield(SNAG__SITE());
    return 0;
}
