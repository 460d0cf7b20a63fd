/* rwlock.c: pthread read-write locks, under control: several readers, or one writer.
 *
 * Whether a reader who comes while a writer waits is let in is up to the lock's attribute: never
 * where it prefers writers and is not recursive; otherwise POSIX leaves it open, and it is a choice
 * (SNAG_CHOOSE_READER), by default as in glibc, which lets him in. A reader who is not then queues:
 * behind all writers, or, where it was a choice, until one of them has had the lock.
 *
 * The rule: whoever changes who holds the lock, or who waits for it, settles it, so that a vthread
 * that stands before a lock is enabled if and only if it could have it, or an answer, now.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/lock_order.h"
#include "sched/wait.h"
#include "shim/clock.h"
#include "shim/lock.h"
#include "shim/signal/signal.h"

int __real_pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr);
int __real_pthread_rwlock_destroy(pthread_rwlock_t *l);
int __real_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_tryrdlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *at);
int __real_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *at);
int __real_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_trywrlock(pthread_rwlock_t *l);
int __real_pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *at);
int __real_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *at);
int __real_pthread_rwlock_unlock(pthread_rwlock_t *l);

int __wrap_pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr);
int __wrap_pthread_rwlock_destroy(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_tryrdlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *at);
int __wrap_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *at);
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_trywrlock(pthread_rwlock_t *l);
int __wrap_pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *at);
int __wrap_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *at);
int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l);

/* glibc keeps the preference in __flags, for static initialisers too. */
static const unsigned destroyed = 0xfffffffd; /* what destroying leaves there */

static struct snag__object *object_of(pthread_rwlock_t *l, uint32_t site) {
    struct snag__object *o = snag__lock_object(l, SNAG__OBJECT_RWLOCK);
    if (snag__unlikely(o->destroyed) && l->__data.__flags != destroyed) {
        o = snag__lock_renew(l, SNAG__OBJECT_RWLOCK); /* initialised again, by assignment */
    }
    unsigned flags = l->__data.__flags;
    o->type = (uint8_t)flags;
    if (snag__unlikely(flags > PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) && !o->destroyed &&
        !snag__lock_was_made(o)) {
        snag__lock_never_made(o, site);
    }
    return o;
}

static bool owned(const struct snag__object *o) {
    return o->owner.vthread != SNAG__NOBODY;
}

static bool prefers_writers(const struct snag__object *o) {
    return o->type == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
}

static bool writes(const struct snag__vthread *v) {
    return v->pend.kind == SNAG_EV_WRLOCK || v->pend.kind == SNAG_EV_TIMEDWRLOCK;
}

/* A second address, for what readers did: the next writer comes after them, other readers do not.
 */
static const void *readers_place(const struct snag__object *o) {
    return (const char *)o->address + sizeof(uint64_t);
}

/* ---- who can go on ---- */

/* Does the actor that stands on `v` hold `o`, in either way? */
static bool holds(const struct snag__object *o, const struct snag__vthread *v) {
    const struct snag__hold *h = snag__hold_first(o);
    while (h != NULL && (h->task != v->task_number || (h->task == 0 && h->vthread != v->index))) {
        h = snag__hold_next(h);
    }
    return h != NULL;
}

/* `v` asks for what is held: does it get an answer at once? The vthread that has it for writing is
 * told so; an actor that holds it on another vthread, or for reading and wants to write, waits for
 * ever for itself, and that is said here and now. */
static bool is_answered(const struct snag__object *o, const struct snag__vthread *v,
                        uint64_t deadline) {
    return o->owner.vthread == v->index || (deadline == UINT64_MAX && holds(o, v));
}

/* Does a writer wait who has had to? */
static bool writer_waits(const struct snag__object *o) {
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
        if (snag__vthreads[w].queued && writes(&snag__vthreads[w])) {
            return true;
        }
    }
    return false;
}

static void settle_writers(struct snag__object *o) {
    bool held = owned(o) || o->readers != 0;
    uint16_t next;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = next) {
        struct snag__vthread *v = &snag__vthreads[w];
        next = v->wait_next;
        if (writes(v)) {
            bool waits = held && !is_answered(o, v, v->deadline);
            v->queued |= waits;
            snag__waiter_set(v, !waits);
        }
    }
}

static void settle_readers(struct snag__object *o) {
    bool behind = writer_waits(o);
    uint16_t next;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = next) {
        struct snag__vthread *v = &snag__vthreads[w];
        next = v->wait_next;
        if (!writes(v)) {
            v->queued = behind && (v->queued || prefers_writers(o));
            snag__waiter_set(v, owned(o) ? is_answered(o, v, v->deadline) : !v->queued);
        }
    }
}

static void settle(struct snag__object *o) {
    if (o->waiters_first != SNAG__NOBODY) {
        settle_writers(o);
        settle_readers(o);
    }
}

/* ---- writing ---- */

static void take(struct snag__object *o, uint32_t site) {
    snag__hold_take(o, site);
    if (!prefers_writers(o)) {
        for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
            snag__vthreads[w].queued &= writes(&snag__vthreads[w]);
        }
    }
    settle(o);
    snag__rt_acquire((const void *)o->address);
    snag__rt_acquire(readers_place(o));
}

/* A writer is about to wait: where it is preferred, readers who only stand before the lock have not
 * had it yet. */
static void queue_readers(struct snag__object *o) {
    uint16_t next;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = next) {
        struct snag__vthread *v = &snag__vthreads[w];
        next = v->wait_next;
        if (!writes(v)) {
            v->queued = true;
            snag__waiter_set(v, false);
        }
    }
}

static int write_lock(pthread_rwlock_t *l, enum snag_event_kind kind, uint64_t deadline,
                      uint32_t site) {
    struct snag__object *o = object_of(l, site);
    bool waited = snag__hold_first(o) != NULL && !is_answered(o, snag__self, deadline);
    snag__self->queued = waited;
    if (waited && prefers_writers(o)) {
        queue_readers(o);
    }
    bool got = snag__point_wait(kind, o, site, !waited, deadline);
    snag__lock_used(o, site);
    int result = 0;
    if (!got) {
        result = ETIMEDOUT;
        settle(o); /* nobody queues behind it any more */
        if (snag__signalled()) {
            (void)snag__signals_deliver();
            return write_lock(l, kind, deadline, site);
        }
    } else if (owned(o) && snag__owned_by_vthread(o)) {
        result = EDEADLK;
    } else if (snag__hold_first(o) != NULL) {
        snag__lock_self_deadlock(o, snag__hold_mine(o), site);
    } else {
        take(o, site);
        if (deadline == UINT64_MAX) {
            snag__lock_order_took(&o->owner, false, site);
        }
    }
    snag__lock_log(kind, o, site, result,
                   (waited ? SNAG_EVF_WAITED : 0U) | (got ? 0U : SNAG_EVF_TIMEOUT));
    return result;
}

/* ---- reading ---- */

/* Nobody owns it. Is the running vthread let in, though a writer may wait? */
static bool let_in(const struct snag__object *o) {
    if (snag__likely(!writer_waits(o))) {
        return true;
    }
    if (prefers_writers(o)) {
        return false;
    }
    struct snag_choice c = {.kind = SNAG_CHOOSE_READER,
                            .n = 2,
                            .def = 0,
                            .current = snag__self->index,
                            .step = snag__sched.points};
    return snag__choose(&c) == 0;
}

static void enter(struct snag__object *o, uint32_t site) {
    if (!snag__hold_read(o, site)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    settle(o);
    snag__rt_acquire((const void *)o->address);
}

static int read_lock(pthread_rwlock_t *l, enum snag_event_kind kind, uint64_t deadline,
                     uint32_t site) {
    struct snag__object *o = object_of(l, site);
    struct snag__vthread *self = snag__self;
    self->queued = prefers_writers(o) && writer_waits(o);
    bool waited = false, got;
    for (;;) {
        bool now = owned(o) ? is_answered(o, self, deadline) : !self->queued;
        waited |= !now;
        got = snag__point_wait(kind, o, site, now, deadline);
        snag__lock_used(o, site);
        if (!got || owned(o) || let_in(o)) {
            break;
        }
        self->queued = true;
        snag__log(SNAG_EV_RWLOCK_QUEUE, o, site);
    }
    int result = 0;
    if (!got) {
        result = ETIMEDOUT;
        if (snag__signalled()) {
            (void)snag__signals_deliver();
            return read_lock(l, kind, deadline, site);
        }
    } else if (!owned(o)) {
        enter(o, site);
        const struct snag__hold *h = snag__hold_mine(o);
        if (deadline == UINT64_MAX && h->count == 1) {
            snag__lock_order_took(h, true, site);
        }
    } else if (snag__owned_by_vthread(o)) {
        result = EDEADLK;
    } else {
        snag__lock_self_deadlock(o, &o->owner, site);
    }
    snag__lock_log(kind, o, site, result,
                   (waited ? SNAG_EVF_WAITED : 0U) | (got ? 0U : SNAG_EVF_TIMEOUT));
    return result;
}

/* ---- the calls ---- */

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *l) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_rdlock(l);
    }
    return read_lock(l, SNAG_EV_RDLOCK, UINT64_MAX, SNAG__SITE());
}

int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *l) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_wrlock(l);
    }
    return write_lock(l, SNAG_EV_WRLOCK, UINT64_MAX, SNAG__SITE());
}

/* As glibc does, and POSIX allows, it looks at the time first. */
static bool can_wait(clockid_t clock, const struct timespec *at) {
    return snag__clock_valid(at) && snag__clock_waits(clock);
}

int __wrap_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_clockrdlock(l, clock, at);
    }
    return can_wait(clock, at)
               ? read_lock(l, SNAG_EV_TIMEDRDLOCK, snag__clock_deadline(clock, at), SNAG__SITE())
               : EINVAL;
}

int __wrap_pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_timedrdlock(l, at);
    }
    return can_wait(CLOCK_REALTIME, at)
               ? read_lock(l, SNAG_EV_TIMEDRDLOCK, snag__clock_deadline(CLOCK_REALTIME, at),
                           SNAG__SITE())
               : EINVAL;
}

int __wrap_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                      const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_clockwrlock(l, clock, at);
    }
    return can_wait(clock, at)
               ? write_lock(l, SNAG_EV_TIMEDWRLOCK, snag__clock_deadline(clock, at), SNAG__SITE())
               : EINVAL;
}

int __wrap_pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_timedwrlock(l, at);
    }
    return can_wait(CLOCK_REALTIME, at)
               ? write_lock(l, SNAG_EV_TIMEDWRLOCK, snag__clock_deadline(CLOCK_REALTIME, at),
                            SNAG__SITE())
               : EINVAL;
}

int __wrap_pthread_rwlock_tryrdlock(pthread_rwlock_t *l) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_tryrdlock(l);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(l, site);
    snag__point(SNAG_EV_TRYRDLOCK, o, site);
    snag__lock_used(o, site);
    int result = EBUSY;
    if (!owned(o) && let_in(o)) {
        enter(o, site);
        result = 0;
    }
    snag__lock_log(SNAG_EV_TRYRDLOCK, o, site, result, 0);
    return result;
}

int __wrap_pthread_rwlock_trywrlock(pthread_rwlock_t *l) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_trywrlock(l);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(l, site);
    snag__point(SNAG_EV_TRYWRLOCK, o, site);
    snag__lock_used(o, site);
    int result = EBUSY;
    if (snag__hold_first(o) == NULL) {
        take(o, site);
        result = 0;
    }
    snag__lock_log(SNAG_EV_TRYWRLOCK, o, site, result, 0);
    return result;
}

/* Which hold an unlock by the running actor ends; NULL: none. A misuse if it is not its own: then
 * it ends another's, as it would. */
static struct snag__hold *unlocked(const struct snag__object *o, uint32_t site) {
    struct snag__hold *h = snag__hold_mine(o);
    if (h != NULL) {
        return h;
    }
    h = snag__hold_first(o);
    if (h == NULL) {
        snag__lock_misuse("unlock of a % that is not locked", o, site, o->owner.site);
    } else if (owned(o)) {
        snag__lock_misuse("unlock of a % that another one owns", o, site, h->site);
    } else {
        snag__lock_misuse("unlock of a % that only others hold for reading", o, site, h->site);
    }
    return h;
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *l) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_unlock(l);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(l, site);
    snag__point(SNAG_EV_RWUNLOCK, o, site);
    snag__lock_used(o, site);
    struct snag__hold *h = unlocked(o, site);
    if (h != NULL && owned(o)) {
        snag__rt_release((const void *)o->address);
        snag__hold_drop(o);
    } else if (h != NULL) {
        snag__rt_release(readers_place(o));
        snag__hold_unread(o, h);
    }
    settle(o);
    snag__lock_log(SNAG_EV_RWUNLOCK, o, site, 0, 0);
    return 0;
}

int __wrap_pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_init(l, attr);
    }
    int preference = PTHREAD_RWLOCK_DEFAULT_NP;
    if (attr != NULL && pthread_rwlockattr_getkind_np(attr, &preference) != 0) {
        return EINVAL;
    }
    uint32_t site = SNAG__SITE();
    *l = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    l->__data.__flags = (unsigned)preference;
    snag__log(SNAG_EV_RWLOCK_INIT, snag__lock_made(l, SNAG__OBJECT_RWLOCK, site), site);
    snag__rt_written(l, site);
    return 0;
}

int __wrap_pthread_rwlock_destroy(pthread_rwlock_t *l) {
    if (snag__self == NULL) {
        return __real_pthread_rwlock_destroy(l);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(l, site);
    snag__point(SNAG_EV_RWLOCK_DESTROY, o, site);
    snag__lock_used(o, site);
    const struct snag__hold *h = snag__hold_first(o);
    if (h != NULL) {
        snag__lock_destroyed_held(o, h, site);
    } else {
        l->__data.__flags = destroyed;
        snag__lock_destroyed(o, site);
    }
    snag__lock_log(SNAG_EV_RWLOCK_DESTROY, o, site, 0, 0);
    return 0;
}
