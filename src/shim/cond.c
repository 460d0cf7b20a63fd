/* cond.c: pthread condition variables, under control.
 *
 * A wait is two events: the first gives the mutex up and starts waiting, the second ("relock") has
 * been woken, or timed out, and owns the mutex again. Which waiter a signal wakes is a choice, and
 * so is a spurious wakeup: who is to have one waits for the mutex at once, and no signal finds it.
 * When it goes on is up to the scheduler, so that later wakeups are among these. A timed wait that
 * is to expire does the same: otherwise it would time out only where the mutex is free, and never
 * while the one that holds it brings about what was waited for.
 */
#include "shim/cond.h"

#include <errno.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/lock_order.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "shim/clock.h"
#include "shim/lock.h"
#include "shim/mutex.h"
#include "shim/signal/signal.h"

int __real_pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr);
int __real_pthread_cond_destroy(pthread_cond_t *c);
int __real_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m);
int __real_pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *at);
int __real_pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock,
                                  const struct timespec *at);
int __real_pthread_cond_signal(pthread_cond_t *c);
int __real_pthread_cond_broadcast(pthread_cond_t *c);

int __wrap_pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr);
int __wrap_pthread_cond_destroy(pthread_cond_t *c);
int __wrap_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m);
int __wrap_pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *at);
int __wrap_pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock,
                                  const struct timespec *at);
int __wrap_pthread_cond_signal(pthread_cond_t *c);
int __wrap_pthread_cond_broadcast(pthread_cond_t *c);

enum { CLOCK_BIT = 2, FLAGS = 3 }; /* of __wrefs, as in glibc: the clock is monotonic; all */
static const unsigned destroyed = 0xfffffffd; /* what destroying leaves in __wrefs */

enum { KNOWN = 1 }; /* the object's state: it has been looked at */

static struct snag__object *object_of(pthread_cond_t *c, uint32_t site) {
    struct snag__object *o = snag__lock_object(c, SNAG__OBJECT_COND);
    if (snag__unlikely(o->destroyed) && c->__data.__wrefs != destroyed) {
        o = snag__lock_renew(c, SNAG__OBJECT_COND); /* initialised again, by assignment */
    }
    if (snag__unlikely(o->state != KNOWN)) {
        o->state = KNOWN;
        if (c->__data.__wrefs > FLAGS && !o->destroyed && !snag__lock_was_made(o)) {
            snag__lock_never_made(o, site);
        }
    }
    return o;
}

/* Stands before an event on `o`, which uses it then. */
static void point(enum snag_event_kind kind, const struct snag__object *o, uint32_t site) {
    snag__point(kind, o, site);
    if (snag__unlikely(o->destroyed)) {
        snag__lock_misuse("use of a destroyed %", o, site, o->owner.site);
    }
}

/* Waits for the mutex as long as it takes; signals are handled meanwhile. */
static void relock(struct snag__object *mutex, uint32_t site, bool now) {
    while (!snag__point_wait(SNAG_EV_COND_RELOCK, mutex, site, now, UINT64_MAX)) {
        (void)snag__signals_deliver();
        now = snag__mutex_is_free(mutex);
    }
}

/* Handles signals, without the mutex and in no list. Was it woken meanwhile? Where that cannot be
 * known, for a handler has waited like this itself, it was. */
static bool woken_while_handling(void) {
    struct snag__vthread *self = snag__self;
    (void)snag__signals_deliver();
    bool woken = self->interrupted == 0;
    self->interrupted = 0;
    return woken;
}

/* False: it timed out, or is cancelled. Who has handled a signal waits on, as in glibc, where no
 * signal is a wakeup. */
static bool wait_until(struct snag__object *o, struct snag__object *mutex, uint64_t deadline,
                       uint32_t site) {
    struct snag__vthread *self = snag__self;
    bool woken = snag__point_cond(o, mutex, site, deadline);
    while (!woken && snag__signalled()) {
        if (self->pend.object != o->number) { /* it was the mutex that it waited for by then */
            bool in_time = !self->expired;
            (void)snag__signals_deliver();
            relock(mutex, site, snag__mutex_is_free(mutex));
            return in_time;
        }
        woken = woken_while_handling();
        if (woken || snag__cancelled(self)) {
            relock(mutex, site, snag__mutex_is_free(mutex));
            return woken;
        }
        woken = snag__point_cond(o, mutex, site, deadline);
    }
    return woken;
}

/* All who wait at a time must have come with one mutex. */
static void check_mutex(const struct snag__object *o, const struct snag__object *mutex,
                        uint32_t site) {
    if (o->waiters_first == SNAG__NOBODY) {
        return;
    }
    const struct snag__vthread *other = &snag__vthreads[o->waiters_first];
    if (snag__unlikely(other->waits_with != mutex->number)) {
        snag__lock_misuse("wait on a % with another mutex than who waits there already", o, site,
                          other->pend.site);
    }
}

int snag__cond_wait(pthread_cond_t *c, pthread_mutex_t *m, enum snag_event_kind kind,
                    uint64_t deadline, uint32_t site) {
    struct snag__object *o = object_of(c, site);
    struct snag__object *mutex = snag__mutex_object(m, site);
    point(kind, o, site);
    snag__lock_used(mutex, site);
    if (!snag__mutex_mine(mutex)) {
        snag__raise_misuse("wait on a condition variable without owning its mutex", o->number, site,
                           0);
        return EPERM;
    }
    snag__cancel_here(site);
    check_mutex(o, mutex, site);
    snag__log(kind, o, site);
    snag__rt_read(c, site);
    bool expires = deadline != UINT64_MAX && snag__fault(SNAG_FAULT_TIMEOUT, SNAG__FAULT_HERE);
    bool spurious = !expires && snag__fault(SNAG_FAULT_SPURIOUS, SNAG__FAULT_HERE);
    struct snag__hold taken = mutex->owner;
    bool kept = snag__mutex_give_up(mutex);
    bool woken = !expires;
    if (expires || spurious) {
        relock(mutex, site, true);
    } else {
        woken = wait_until(o, mutex, deadline, site);
    }
    if (expires) {
        snag__time_advance(deadline);
    }
    int result = 0;
    if (kept) {
        mutex->owner.count++;
    } else {
        result = snag__mutex_take(mutex, taken.site);
        mutex->owner.event = taken.event; /* it is the same lock, as the code has it */
        if (result != ENOTRECOVERABLE) {
            snag__lock_order_took(&mutex->owner, false, site);
        }
    }
    struct snag_event *e = snag__log(SNAG_EV_COND_RELOCK, mutex, site);
    bool cancelled = !woken && !expires && snag__cancelled(snag__self);
    e->flags = (uint8_t)(SNAG_EVF_WAITED | (woken || cancelled ? 0 : SNAG_EVF_TIMEOUT) |
                         (spurious ? SNAG_EVF_FAULT : 0));
    if (cancelled) {
        snag__cancel_act(site); /* it owns the mutex, as its handlers expect */
    }
    if (result == 0 && !woken) {
        return ETIMEDOUT;
    }
    return result;
}

int __wrap_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_cond_wait(c, m);
    }
    return snag__cond_wait(c, m, SNAG_EV_COND_WAIT, UINT64_MAX, SNAG__SITE());
}

/* The clock of a condition variable is set by its attribute. */
static clockid_t clock_of(const pthread_cond_t *c) {
    return (c->__data.__wrefs & CLOCK_BIT) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m,
                                  const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_cond_timedwait(c, m, at);
    }
    if (!snag__clock_valid(at)) {
        return EINVAL;
    }
    return snag__cond_wait(c, m, SNAG_EV_COND_TIMEDWAIT, snag__clock_deadline(clock_of(c), at),
                           SNAG__SITE());
}

int __wrap_pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t clock,
                                  const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_cond_clockwait(c, m, clock, at);
    }
    if (!snag__clock_valid(at) || !snag__clock_waits(clock)) {
        return EINVAL;
    }
    return snag__cond_wait(c, m, SNAG_EV_COND_TIMEDWAIT, snag__clock_deadline(clock, at),
                           SNAG__SITE());
}

static uint32_t choose_waiter(const struct snag__object *o) {
    uint64_t set[SNAG__SET_WORDS];
    uint32_t n = snag__waiters(o, set);
    if (n == 1) {
        return o->waiters_first;
    }
    return snag__waiter_choose(set, n, o->waiters_first);
}

/* One of those who handle a signal while they wait on `o`: woken. NULL: there is none. */
static const struct snag__vthread *wake_interrupted(const struct snag__object *o) {
    for (uint32_t i = 0; i < snag__sched.vthreads && snag__sched.interrupted; i++) {
        struct snag__vthread *v = &snag__vthreads[i];
        if (v->state == SNAG__VTHREAD_LIVE && v->interrupted == o->number) {
            v->interrupted = 0;
            return v;
        }
    }
    return NULL;
}

void snag__cond_signal(pthread_cond_t *c, uint32_t site) {
    struct snag__object *o = object_of(c, site);
    point(SNAG_EV_COND_SIGNAL, o, site);
    struct snag_event *e = snag__log(SNAG_EV_COND_SIGNAL, o, site);
    snag__rt_read(c, site);
    if (o->waiters_first != SNAG__NOBODY) {
        struct snag__vthread *v = &snag__vthreads[choose_waiter(o)];
        e->value = v->index + 1U;
        snag__waiter_move(v);
    } else if (snag__unlikely(snag__sched.interrupted)) {
        const struct snag__vthread *v = wake_interrupted(o);
        e->value = v != NULL ? v->index + 1U : 0;
    }
}

int __wrap_pthread_cond_signal(pthread_cond_t *c) {
    if (snag__self == NULL) {
        return __real_pthread_cond_signal(c);
    }
    snag__cond_signal(c, SNAG__SITE());
    return 0;
}

void snag__cond_broadcast(pthread_cond_t *c, uint32_t site) {
    struct snag__object *o = object_of(c, site);
    point(SNAG_EV_COND_BROADCAST, o, site);
    struct snag_event *e = snag__log(SNAG_EV_COND_BROADCAST, o, site);
    snag__rt_read(c, site);
    while (o->waiters_first != SNAG__NOBODY) {
        e->value++;
        snag__waiter_move(&snag__vthreads[o->waiters_first]);
    }
    while (wake_interrupted(o) != NULL) {
        e->value++;
    }
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *c) {
    if (snag__self == NULL) {
        return __real_pthread_cond_broadcast(c);
    }
    snag__cond_broadcast(c, SNAG__SITE());
    return 0;
}

void snag__cond_init(pthread_cond_t *c, clockid_t clock, uint32_t site) {
    *c = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    c->__data.__wrefs = clock == CLOCK_MONOTONIC ? CLOCK_BIT : 0;
    snag__log(SNAG_EV_COND_INIT, snag__lock_made(c, SNAG__OBJECT_COND, site), site);
    snag__rt_written(c, site);
}

int __wrap_pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_cond_init(c, attr);
    }
    clockid_t clock = CLOCK_REALTIME;
    if (attr != NULL && pthread_condattr_getclock(attr, &clock) != 0) {
        return EINVAL;
    }
    snag__cond_init(c, clock, SNAG__SITE());
    return 0;
}

void snag__cond_destroy(pthread_cond_t *c, uint32_t site) {
    struct snag__object *o = object_of(c, site);
    point(SNAG_EV_COND_DESTROY, o, site);
    snag__log(SNAG_EV_COND_DESTROY, o, site);
    if (o->waiters_first != SNAG__NOBODY) {
        snag__lock_misuse("destroy of a % that is waited on", o, site, snag__lock_waiter_site(o));
    }
    snag__lock_destroyed(o, site);
    c->__data.__wrefs = destroyed;
}

int __wrap_pthread_cond_destroy(pthread_cond_t *c) {
    if (snag__self == NULL) {
        return __real_pthread_cond_destroy(c);
    }
    snag__cond_destroy(c, SNAG__SITE());
    return 0;
}
