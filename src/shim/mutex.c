/* mutex.c: pthread mutexes of every type, under control. See mutex.h.
 *
 * Not here: condition variables, other locks, robust and priority protocols. A lock's state lives
 * in its object (sched/object.h), never in the pthread_mutex_t, of which only the type is read and
 * written.
 */
#include "shim/mutex.h"

#include <errno.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/raise.h"
#include "shim/clock.h"

int __real_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
int __real_pthread_mutex_destroy(pthread_mutex_t *m);
int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __real_pthread_mutex_trylock(pthread_mutex_t *m);
int __real_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *at);
int __real_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at);
int __real_pthread_mutex_unlock(pthread_mutex_t *m);

int __wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *m);
int __wrap_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *at);
int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);

enum { KIND_DESTROYED = -1 }; /* what destroying leaves in __kind, as in glibc */

/* glibc keeps the type in the low bits of __kind, for static initialisers too. */
static uint8_t type_of(const pthread_mutex_t *m) {
    return (uint8_t)(m->__data.__kind & 3);
}

/* A new object: the memory is a mutex from now on, free and never taken. */
static struct snag__object *renew(pthread_mutex_t *m) {
    struct snag__object *o = snag__object_new(m, SNAG__OBJECT_MUTEX);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

struct snag__object *snag__mutex_object(pthread_mutex_t *m) {
    struct snag__object *o = snag__object_at(m, SNAG__OBJECT_MUTEX);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    if (snag__unlikely(o->destroyed) && m->__data.__kind != KIND_DESTROYED) {
        o = renew(m); /* initialised again, by assignment */
    }
    if (snag__unlikely(o->owner.event == 0)) { /* never taken: learn its type */
        o->type = type_of(m);
    }
    return o;
}

void snag__mutex_used(const struct snag__object *o, uint32_t site) {
    if (snag__unlikely(o->destroyed)) {
        snag__raise_misuse("use of a destroyed mutex", o->number, site, o->owner.site);
    }
    snag__rt_read((const void *)o->address, site);
}

static bool owned_by_vthread(const struct snag__object *o) {
    return o->owner.vthread == snag__self->index;
}

/* By the task that runs, on whichever worker it took it; without tasks, by the vthread. */
static bool owned_by_actor(const struct snag__object *o) {
    return o->owner.vthread != SNAG__NOBODY && o->owner.task == snag__self->task_number &&
           (o->owner.task != 0 || owned_by_vthread(o));
}

bool snag__mutex_mine(const struct snag__object *o) {
    return owned_by_vthread(o) || owned_by_actor(o);
}

/* Does it keep an owner who is asked for, and say so? */
static bool checks_owner(const struct snag__object *o) {
    return o->type == PTHREAD_MUTEX_RECURSIVE || o->type == PTHREAD_MUTEX_ERRORCHECK;
}

void snag__mutex_take(struct snag__object *o, uint32_t site) {
    struct snag__vthread *self = snag__self;
    snag__assert(o->owner.vthread == SNAG__NOBODY);
    o->owner = (struct snag__owner){.vthread = self->index,
                                    .task = self->task_number,
                                    .count = 1,
                                    .site = site,
                                    .event = snag__recorder->events_count + 1};
    o->held_next = self->held_first;
    self->held_first = o->number;
    self->held_count++;
    if (o->waiters_first != SNAG__NOBODY) {
        snag__waiters_set(o, false);
    }
    snag__rt_locked((const void *)o->address, o->type == PTHREAD_MUTEX_RECURSIVE);
}

uint32_t snag__mutex_drop(struct snag__object *o) {
    struct snag__vthread *owner = &snag__vthreads[o->owner.vthread];
    uint32_t count = o->owner.count;
    uint32_t *link = &owner->held_first;
    while (*link != o->number) {
        link = &snag__object_get(*link)->held_next;
    }
    *link = o->held_next;
    owner->held_count--;
    snag__rt_unlocked((const void *)o->address);
    o->owner.vthread = SNAG__NOBODY;
    o->owner.task = 0;
    o->owner.count = 0;
    if (o->waiters_first != SNAG__NOBODY) {
        snag__waiters_set(o, true);
    }
    return count;
}

static _Noreturn void self_deadlock(const struct snag__object *o, uint32_t site) {
    struct snag_finding *f = snag__raise(SNAG_SELF_DEADLOCK);
    struct snag_party *p = snag__raise_party(f, o->number, site);
    if (p != NULL) {
        p->holds = o->number;
        p->holds_site = o->owner.site;
    }
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

/* The owning vthread asks again for a mutex that checks its owner. */
static int relock(struct snag__object *o, uint32_t site) {
    if (o->type == PTHREAD_MUTEX_ERRORCHECK) {
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
    return (owned_by_vthread(o) && checks_owner(o)) ||
           (owned_by_actor(o) && deadline == UINT64_MAX);
}

/* `o` is held, and answers_now. */
static int answer(struct snag__object *o, uint32_t site) {
    if (!owned_by_vthread(o) || !checks_owner(o)) {
        self_deadlock(o, site);
    }
    return relock(o, site);
}

static void log_result(enum snag_event_kind kind, const struct snag__object *o, uint32_t site,
                       int result, unsigned flags) {
    struct snag_event *e = snag__log(kind, o, site);
    e->value = (uint32_t)result;
    e->flags = (uint8_t)(flags | (result != 0 ? SNAG_EVF_FAILED : 0));
}

/* `deadline`: UINT64_MAX: none. */
static int lock(pthread_mutex_t *m, enum snag_event_kind kind, uint64_t deadline, uint32_t site) {
    struct snag__object *o = snag__mutex_object(m);
    bool waited = o->owner.vthread != SNAG__NOBODY && !answers_now(o, deadline);
    bool got = snag__point_wait(kind, o, site, !waited, deadline);
    snag__mutex_used(o, site);
    int result = 0;
    if (!got) {
        result = ETIMEDOUT;
    } else if (snag__unlikely(o->owner.vthread != SNAG__NOBODY)) {
        result = answer(o, site);
    } else {
        snag__mutex_take(o, site);
    }
    log_result(kind, o, site, result,
               (waited ? SNAG_EVF_WAITED : 0U) | (got ? 0U : SNAG_EVF_TIMEOUT));
    return result;
}

/* `busy`: what it returns instead of waiting. */
static int lock_at_once(pthread_mutex_t *m, enum snag_event_kind kind, int busy, uint32_t site) {
    struct snag__object *o = snag__mutex_object(m);
    snag__point(kind, o, site);
    snag__mutex_used(o, site);
    int result = busy;
    if (o->owner.vthread == SNAG__NOBODY) {
        snag__mutex_take(o, site);
        result = 0;
    } else if (owned_by_vthread(o) &&
               (o->type == PTHREAD_MUTEX_RECURSIVE ||
                (o->type == PTHREAD_MUTEX_ERRORCHECK && kind != SNAG_EV_TRYLOCK))) {
        result = relock(o, site);
    }
    log_result(kind, o, site, result, 0);
    return result;
}

/* POSIX: a deadline that is none is an error only if it would have to wait for it. */
static int lock_until(pthread_mutex_t *m, clockid_t clock, const struct timespec *at,
                      uint32_t site) {
    if (!snag__clock_valid(at)) {
        return lock_at_once(m, SNAG_EV_TIMEDLOCK, EINVAL, site);
    }
    return lock(m, SNAG_EV_TIMEDLOCK, snag__clock_deadline(clock, at), site);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *m) {
    if (snag__unlikely(snag__self == NULL)) {
        return __real_pthread_mutex_lock(m);
    }
    return lock(m, SNAG_EV_LOCK, UINT64_MAX, SNAG__SITE());
}

int __wrap_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_timedlock(m, at);
    }
    return lock_until(m, CLOCK_REALTIME, at, SNAG__SITE());
}

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_clocklock(m, clock, at);
    }
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) {
        return EINVAL;
    }
    return lock_until(m, clock, at, SNAG__SITE());
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_trylock(m);
    }
    return lock_at_once(m, SNAG_EV_TRYLOCK, EBUSY, SNAG__SITE());
}

/* By an actor that does not own it. For a mutex that checks, the vthread decides; for the others it
 * is a misuse, and it is unlocked, as it would be. */
static int unlock_foreign(struct snag__object *o, uint32_t site) {
    bool checks = checks_owner(o);
    if (checks && !owned_by_vthread(o)) {
        return EPERM;
    }
    bool free = o->owner.vthread == SNAG__NOBODY;
    snag__raise_misuse(free ? "unlock of a mutex that is not locked"
                            : "unlock of a mutex that another one owns",
                       o->number, site, o->owner.site);
    if (!free && (!checks || --o->owner.count == 0)) {
        (void)snag__mutex_drop(o);
    }
    return 0;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *m) {
    if (snag__unlikely(snag__self == NULL)) {
        return __real_pthread_mutex_unlock(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__mutex_object(m);
    snag__point(SNAG_EV_UNLOCK, o, site);
    snag__mutex_used(o, site);
    int result = 0;
    /* The same task on another worker is folded into the hazard of having been suspended with it.
     */
    if (snag__unlikely(!owned_by_actor(o) || (checks_owner(o) && !owned_by_vthread(o)))) {
        result = unlock_foreign(o, site);
    } else if (--o->owner.count == 0) {
        (void)snag__mutex_drop(o);
    }
    log_result(SNAG_EV_UNLOCK, o, site, result, 0);
    return result;
}

int __wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_init(m, attr);
    }
    int type = PTHREAD_MUTEX_DEFAULT;
    if (attr != NULL && pthread_mutexattr_gettype(attr, &type) != 0) {
        return EINVAL;
    }
    *m = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    m->__data.__kind = type;
    snag__log(SNAG_EV_MUTEX_INIT, renew(m), SNAG__SITE());
    snag__rt_written(m, SNAG__SITE());
    return 0;
}

int __wrap_pthread_mutex_destroy(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_destroy(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__mutex_object(m);
    snag__point(SNAG_EV_MUTEX_DESTROY, o, site);
    snag__mutex_used(o, site);
    int result = 0;
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__raise_misuse("destroy of a mutex that is held", o->number, site, o->owner.site);
        result = EBUSY;
    } else {
        o->destroyed = true;
        o->owner.site = site;
        m->__data.__kind = KIND_DESTROYED;
        snag__rt_written(m, site);
    }
    log_result(SNAG_EV_MUTEX_DESTROY, o, site, result, 0);
    return result;
}
