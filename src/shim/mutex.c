/* mutex.c: pthread mutexes of every type, robust ones too, under control. See mutex.h.
 *
 * Not here: condition variables, other locks; nor the lock and the unlock that are asked for most,
 * which begin in mutex_usual.c. A lock's state lives in its object (sched/object.h), never in the
 * pthread_mutex_t, of which only the type is read and written.
 */
#include "shim/mutex.h"

#include <errno.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/lock_order.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "sched/log.h"
#include "shim/clock.h"
#include "shim/lock.h"
#include "shim/mutex_usual.h"
#include "shim/signal/signal.h"

int __real_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
int __real_pthread_mutex_destroy(pthread_mutex_t *m);
int __real_pthread_mutex_trylock(pthread_mutex_t *m);
int __real_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *at);
int __real_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at);
int __real_pthread_mutex_consistent(pthread_mutex_t *m);

int __wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *m);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *m);
int __wrap_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *at);
int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at);
int __wrap_pthread_mutex_consistent(pthread_mutex_t *m);

/* In __kind, as in glibc, for static initialisers too. */
enum {
    KIND_DESTROYED = -1, /* what destroying leaves there */
    KIND_TYPE = 3,
    KIND_ROBUST = 16,
    KIND_ANY =
        KIND_TYPE | KIND_ROBUST | 32 | SNAG__KIND_PROTECT | 128 | 256 | 512 /* that there are */
};

/* The type of the object: that of the attribute, whether it is robust, and SNAG__MUTEX_SETTLED. */
enum { TYPE_ROBUST = KIND_ROBUST };

/* The state of a robust one. */
enum { CONSISTENT, OWNER_DIED, NOT_RECOVERABLE };

/* It was never taken. */
static __attribute__((noinline)) void learn_type(struct snag__object *o, const pthread_mutex_t *m,
                                                 uint32_t site) {
    int kind = m->__data.__kind;
    o->type = (uint8_t)(kind & (KIND_TYPE | KIND_ROBUST));
    if (snag__unlikely((kind & ~KIND_ANY) != 0) && !o->destroyed && !snag__lock_was_made(o)) {
        snag__lock_never_made(o, site);
    }
}

/* In place, in the calls that are made most. */
__attribute__((always_inline)) struct snag__object *snag__mutex_object(pthread_mutex_t *m,
                                                                       uint32_t site) {
    struct snag__object *o = snag__lock_object(m, SNAG__OBJECT_MUTEX);
    if (snag__unlikely(o->destroyed) && m->__data.__kind != KIND_DESTROYED) {
        o = snag__lock_renew(m, SNAG__OBJECT_MUTEX); /* initialised again, by assignment */
    }
    if (snag__unlikely(o->owner.event == 0)) {
        learn_type(o, m, site);
    }
    return o;
}

bool snag__mutex_mine(const struct snag__object *o) {
    return snag__owned_by_vthread(o) || snag__owned_by_actor(o);
}

static inline uint8_t type_of(const struct snag__object *o) {
    return o->type & KIND_TYPE;
}

/* Does it keep an owner who is asked for, and say so to him who asks again? */
static bool checks_owner(const struct snag__object *o) {
    return type_of(o) == PTHREAD_MUTEX_RECURSIVE || type_of(o) == PTHREAD_MUTEX_ERRORCHECK;
}

__attribute__((always_inline)) int snag__mutex_take(struct snag__object *o, uint32_t site) {
    if (snag__unlikely(o->state == NOT_RECOVERABLE)) {
        return ENOTRECOVERABLE;
    }
    snag__hold_take(o, site);
    o->type |= snag__rt_sees ? 0 : SNAG__MUTEX_SETTLED;
    if (o->waiters_first != SNAG__NOBODY) {
        snag__waiters_set(o, false);
    }
    snag__rt_locked((const void *)o->address, type_of(o) == PTHREAD_MUTEX_RECURSIVE);
    return o->state == OWNER_DIED ? EOWNERDEAD : 0;
}

static inline __attribute__((always_inline)) void drop(struct snag__object *o) {
    snag__rt_unlocked((const void *)o->address);
    snag__hold_drop(o);
    if (o->waiters_first != SNAG__NOBODY) {
        snag__waiters_set(o, true);
    }
}

__attribute__((always_inline)) bool snag__mutex_give_up(struct snag__object *o) {
    if (--o->owner.count != 0) {
        return true;
    }
    if (snag__unlikely(o->state == OWNER_DIED)) {
        o->state = NOT_RECOVERABLE; /* its owner has not made it consistent */
    }
    drop(o);
    return false;
}

void snag__mutexes_owner_ends(void) {
    uint32_t next;
    for (uint32_t id = snag__self->held_first; id != 0; id = next) {
        const struct snag__hold *h = snag__hold_get(id);
        struct snag__object *o = snag__object_get(h->object);
        next = h->next_held;
        if (o->kind == SNAG__OBJECT_MUTEX && (o->type & TYPE_ROBUST) != 0) {
            o->state = OWNER_DIED;
            drop(o);
        }
    }
}

/* The owning vthread asks again for a mutex that checks its owner. */
static int relock(struct snag__object *o, uint32_t site) {
    if (type_of(o) == PTHREAD_MUTEX_ERRORCHECK) {
        return EDEADLK;
    }
    if (o->owner.task != snag__self->task_number) {
        snag__raise_misuse("two tasks inside one recursive mutex", o->number, site, o->owner.site);
    }
    o->owner.count++;
    return 0;
}

/* Can the call return although somebody holds `o`: does it answer its owner, or is it known that it
 * never will? With a deadline the owner waits for that. */
static bool answers_now(const struct snag__object *o, uint64_t deadline) {
    return (snag__owned_by_vthread(o) && checks_owner(o)) ||
           (snag__owned_by_actor(o) && deadline == UINT64_MAX);
}

/* `o` is held, and answers_now. */
static __attribute__((noinline)) int answer(struct snag__object *o, uint32_t site) {
    if (!snag__owned_by_vthread(o) || !checks_owner(o)) {
        snag__lock_self_deadlock(o, &o->owner, site);
    }
    return relock(o, site);
}

/* A signal has ended the wait: its handlers run, and then it is waited as before. */
static __attribute__((noinline, cold)) int lock_again(pthread_mutex_t *m, enum snag_event_kind kind,
                                                      uint64_t deadline, uint32_t site) {
    (void)snag__signals_deliver();
    return snag__mutex_lock(m, kind, deadline, site);
}

__attribute__((noinline)) int snag__mutex_lock_end(struct snag__object *o,
                                                   enum snag_event_kind kind, uint64_t deadline,
                                                   uint32_t site, bool waited, bool got) {
    snag__lock_used(o, site);
    int result = ETIMEDOUT;
    if (snag__unlikely(got && o->owner.vthread != SNAG__NOBODY)) {
        result = answer(o, site);
    } else if (snag__likely(got)) {
        result = snag__mutex_take(o, site);
        if (deadline == UINT64_MAX && snag__likely(result != ENOTRECOVERABLE)) {
            snag__lock_order_took(&o->owner, false, site);
        }
    } else if (snag__signalled()) {
        return lock_again((pthread_mutex_t *)o->address, kind, deadline, site);
    }
    snag__lock_log(kind, o, site, result,
                   (waited ? SNAG_EVF_WAITED : 0U) | (got ? 0U : SNAG_EVF_TIMEOUT));
    return result;
}

__attribute__((noinline)) int snag__mutex_lock_object(struct snag__object *o,
                                                      enum snag_event_kind kind, uint64_t deadline,
                                                      uint32_t site) {
    bool waited = o->owner.vthread != SNAG__NOBODY && !answers_now(o, deadline);
    bool got = snag__point_wait(kind, o, site, !waited, deadline);
    return snag__mutex_lock_end(o, kind, deadline, site, waited, got);
}

int snag__mutex_lock(pthread_mutex_t *m, enum snag_event_kind kind, uint64_t deadline,
                     uint32_t site) {
    return snag__mutex_lock_object(snag__mutex_object(m, site), kind, deadline, site);
}

/* `busy`: what it returns instead of waiting. */
static int lock_at_once(pthread_mutex_t *m, enum snag_event_kind kind, int busy, bool may_fail,
                        uint32_t site) {
    struct snag__object *o = snag__mutex_object(m, site);
    snag__point(kind, o, site);
    snag__lock_used(o, site);
    int result = busy;
    bool fault = false;
    if (o->owner.vthread == SNAG__NOBODY) {
        fault = may_fail && snag__fault(SNAG_FAULT_BUSY, SNAG__FAULT_HERE);
        result = fault ? busy : snag__mutex_take(o, site);
    } else if (snag__owned_by_vthread(o) &&
               (type_of(o) == PTHREAD_MUTEX_RECURSIVE ||
                (type_of(o) == PTHREAD_MUTEX_ERRORCHECK && kind != SNAG_EV_TRYLOCK))) {
        result = relock(o, site);
    }
    snag__lock_log(kind, o, site, result, fault ? SNAG_EVF_FAULT : 0U);
    return result;
}

int snag__mutex_trylock(pthread_mutex_t *m, bool may_fail, uint32_t site) {
    return lock_at_once(m, SNAG_EV_TRYLOCK, EBUSY, may_fail, site);
}

int snag__mutex_lock_until(pthread_mutex_t *m, clockid_t clock, const struct timespec *at,
                           uint32_t site) {
    if (!snag__clock_valid(at)) {
        return lock_at_once(m, SNAG_EV_TIMEDLOCK, EINVAL, false, site);
    }
    return snag__mutex_lock(m, SNAG_EV_TIMEDLOCK, snag__clock_deadline(clock, at), site);
}

int __wrap_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_timedlock(m, at);
    }
    return snag__mutex_lock_until(m, CLOCK_REALTIME, at, SNAG__SITE());
}

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_clocklock(m, clock, at);
    }
    if (!snag__clock_waits(clock)) {
        return EINVAL;
    }
    return snag__mutex_lock_until(m, clock, at, SNAG__SITE());
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_trylock(m);
    }
    return snag__mutex_trylock(m, false, SNAG__SITE());
}

/* By an actor that does not own it. For a mutex that checks, the vthread decides; for the others it
 * is a misuse, and it is unlocked, as it would be. */
static __attribute__((noinline, cold)) int unlock_foreign(struct snag__object *o, uint32_t site) {
    bool checks = checks_owner(o) || (o->type & TYPE_ROBUST) != 0;
    if (checks && !snag__owned_by_vthread(o)) {
        return EPERM;
    }
    bool free = o->owner.vthread == SNAG__NOBODY;
    snag__lock_misuse(free ? "unlock of a % that is not locked"
                           : "unlock of a % that another one owns",
                      o, site, o->owner.site);
    if (!free) {
        (void)snag__mutex_give_up(o);
    }
    return 0;
}

__attribute__((noinline)) int snag__mutex_unlock_end(struct snag__object *o, uint32_t site) {
    snag__lock_used(o, site);
    int result = 0;
    /* The same task on another worker is folded into the hazard of having been suspended with it.
     */
    if (snag__unlikely(!snag__owned_by_actor(o) ||
                       (checks_owner(o) && !snag__owned_by_vthread(o)))) {
        result = unlock_foreign(o, site);
    } else {
        (void)snag__mutex_give_up(o);
    }
    snag__lock_log(SNAG_EV_UNLOCK, o, site, result, 0);
    return result;
}

int snag__mutex_unlock(pthread_mutex_t *m, uint32_t site) {
    struct snag__object *o = snag__mutex_object(m, site);
    snag__point(SNAG_EV_UNLOCK, o, site);
    return snag__mutex_unlock_end(o, site);
}

/* ---- the other calls ---- */

int __wrap_pthread_mutex_consistent(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_consistent(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__mutex_object(m, site);
    snag__point(SNAG_EV_MUTEX_CONSISTENT, o, site);
    snag__lock_used(o, site);
    int result = o->state == OWNER_DIED ? 0 : EINVAL;
    if (result == 0 && !snag__mutex_mine(o)) {
        snag__lock_misuse("a % is called consistent by one who does not own it", o, site,
                          o->owner.site);
    } else if (result == 0) {
        o->state = CONSISTENT;
    }
    snag__lock_log(SNAG_EV_MUTEX_CONSISTENT, o, site, result, 0);
    return result;
}

void snag__mutex_init(pthread_mutex_t *m, int type, bool robust, uint32_t site) {
    *m = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    m->__data.__kind = type | (robust ? KIND_ROBUST : 0);
    snag__log(SNAG_EV_MUTEX_INIT, snag__lock_made(m, SNAG__OBJECT_MUTEX, site), site);
    snag__rt_written(m, site);
}

int __wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_init(m, attr);
    }
    int type = PTHREAD_MUTEX_DEFAULT, robust = PTHREAD_MUTEX_STALLED;
    int protocol = PTHREAD_PRIO_NONE, ceiling = 0;
    if (attr != NULL && (pthread_mutexattr_gettype(attr, &type) != 0 ||
                         pthread_mutexattr_getrobust(attr, &robust) != 0 ||
                         pthread_mutexattr_getprotocol(attr, &protocol) != 0 ||
                         pthread_mutexattr_getprioceiling(attr, &ceiling) != 0)) {
        return EINVAL;
    }
    bool protects = protocol == PTHREAD_PRIO_PROTECT;
    if (protects && robust == PTHREAD_MUTEX_ROBUST) {
        return ENOTSUP; /* as in glibc */
    }
    snag__mutex_init(m, type, robust == PTHREAD_MUTEX_ROBUST, SNAG__SITE());
    if (protects) {
        m->__data.__kind |= SNAG__KIND_PROTECT;
        m->__data.__lock = ceiling << SNAG__CEILING_SHIFT;
    }
    return 0;
}

int snag__mutex_destroy(pthread_mutex_t *m, uint32_t site) {
    struct snag__object *o = snag__mutex_object(m, site);
    snag__point(SNAG_EV_MUTEX_DESTROY, o, site);
    snag__lock_used(o, site);
    int result = 0;
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_destroyed_held(o, &o->owner, site);
        result = EBUSY;
    } else {
        m->__data.__kind = KIND_DESTROYED;
        snag__lock_destroyed(o, site);
    }
    snag__lock_log(SNAG_EV_MUTEX_DESTROY, o, site, result, 0);
    return result;
}

int __wrap_pthread_mutex_destroy(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_destroy(m);
    }
    return snag__mutex_destroy(m, SNAG__SITE());
}
