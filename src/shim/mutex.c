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

/* glibc keeps the type in the low bits of __kind, for static initialisers too. */
static uint8_t type_of(const pthread_mutex_t *m) {
    return (uint8_t)(m->__data.__kind & 3);
}

struct snag__object *snag__mutex_object(pthread_mutex_t *m) {
    struct snag__object *o = snag__object_at(m, SNAG__OBJECT_MUTEX);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    if (snag__unlikely(o->owner.event == 0)) { /* never taken: learn its type */
        o->type = type_of(m);
    }
    return o;
}

static bool owned_by_vthread(const struct snag__object *o) {
    return o->owner.vthread == snag__self->index;
}

void snag__mutex_take(struct snag__object *o, uint32_t site) {
    struct snag__vthread *self = snag__self;
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

/* The owner asks again. A normal mutex can never be had; the others answer as POSIX says. */
static int relock(struct snag__object *o, uint32_t site) {
    bool same_task = o->owner.task == snag__self->task_number;
    if (o->type == PTHREAD_MUTEX_RECURSIVE) {
        if (!same_task) {
            snag__raise_misuse("two tasks inside one recursive mutex", o->number, site,
                               o->owner.site);
        }
        o->owner.count++;
        return 0;
    }
    if (o->type == PTHREAD_MUTEX_ERRORCHECK) {
        return EDEADLK;
    }
    struct snag_finding *f = snag__raise(SNAG_SELF_DEADLOCK);
    struct snag_party *p = snag__raise_party(f, o->number, site);
    if (p != NULL) {
        p->holds = o->number;
        p->holds_site = o->owner.site;
    }
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

/* `deadline`: UINT64_MAX: none. */
static int lock(pthread_mutex_t *m, enum snag_event_kind kind, uint64_t deadline, uint32_t site) {
    struct snag__object *o = snag__mutex_object(m);
    if (snag__unlikely(o->destroyed)) {
        snag__raise_misuse("lock of a destroyed mutex", o->number, site, o->owner.site);
    }
    bool mine = owned_by_vthread(o);
    bool relocks = mine &&
                   (o->owner.task == snag__self->task_number || o->type != PTHREAD_MUTEX_NORMAL) &&
                   deadline == UINT64_MAX;
    bool waited = !relocks && o->owner.vthread != SNAG__NOBODY;
    bool got = snag__point_wait(kind, o, site, !waited, deadline);
    int result = 0;
    if (!got) {
        result = ETIMEDOUT;
    } else if (relocks) {
        result = relock(o, site);
    } else {
        snag__assert(o->owner.vthread == SNAG__NOBODY);
        snag__mutex_take(o, site);
    }
    struct snag_event *e = snag__log(kind, o, site);
    e->value = (uint32_t)result;
    e->flags = (uint8_t)((result != 0 ? SNAG_EVF_FAILED : 0) | (waited ? SNAG_EVF_WAITED : 0) |
                         (got ? 0 : SNAG_EVF_TIMEOUT));
    return result;
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
    if (!snag__clock_valid(at)) {
        return EINVAL;
    }
    return lock(m, SNAG_EV_TIMEDLOCK, snag__clock_deadline(CLOCK_REALTIME, at), SNAG__SITE());
}

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *m, clockid_t clock, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_clocklock(m, clock, at);
    }
    if (!snag__clock_valid(at)) {
        return EINVAL;
    }
    return lock(m, SNAG_EV_TIMEDLOCK, snag__clock_deadline(clock, at), SNAG__SITE());
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_trylock(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__mutex_object(m);
    snag__point(SNAG_EV_TRYLOCK, o, site);
    int result = 0;
    if (o->owner.vthread == SNAG__NOBODY) {
        snag__mutex_take(o, site);
    } else if (owned_by_vthread(o) && o->type == PTHREAD_MUTEX_RECURSIVE) {
        result = relock(o, site);
    } else {
        result = EBUSY;
    }
    struct snag_event *e = snag__log(SNAG_EV_TRYLOCK, o, site);
    e->value = (uint32_t)result;
    e->flags = result != 0 ? SNAG_EVF_FAILED : 0;
    return result;
}

/* By somebody who does not own it: an error for the types that check, a misuse for the others. The
 * same task on another worker is folded into the hazard of having been suspended with it. */
static int unlock_foreign(struct snag__object *o, uint32_t site) {
    bool free = o->owner.vthread == SNAG__NOBODY;
    bool same_task = !free && o->owner.task != 0 && o->owner.task == snag__self->task_number;
    if (o->type == PTHREAD_MUTEX_ERRORCHECK || o->type == PTHREAD_MUTEX_RECURSIVE) {
        return EPERM;
    }
    if (same_task) {
        (void)snag__mutex_drop(o);
        return 0;
    }
    snag__raise_misuse(free ? "unlock of a mutex that is not locked"
                            : "unlock of a mutex that another one owns",
                       o->number, site, o->owner.site);
    if (!free) {
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
    int result = 0;
    if (snag__unlikely(!owned_by_vthread(o) || o->owner.task != snag__self->task_number)) {
        result = unlock_foreign(o, site);
    } else if (--o->owner.count == 0) {
        o->owner.count = 1;
        (void)snag__mutex_drop(o);
    }
    struct snag_event *e = snag__log(SNAG_EV_UNLOCK, o, site);
    e->value = (uint32_t)result;
    e->flags = result != 0 ? SNAG_EVF_FAILED : 0;
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
    struct snag__object *o = snag__object_new(m, SNAG__OBJECT_MUTEX);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__log(SNAG_EV_MUTEX_INIT, o, SNAG__SITE());
    return 0;
}

int __wrap_pthread_mutex_destroy(pthread_mutex_t *m) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_destroy(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__mutex_object(m);
    snag__point(SNAG_EV_MUTEX_DESTROY, o, site);
    snag__log(SNAG_EV_MUTEX_DESTROY, o, site);
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__raise_misuse("destroy of a mutex that is held", o->number, site, o->owner.site);
        (void)snag__mutex_drop(o);
    }
    o->destroyed = true;
    o->owner.site = site;
    snag__rt_mutex_gone(m);
    return 0;
}
