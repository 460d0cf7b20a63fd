/* sem.c: POSIX semaphores, under control. See sem.h.
 *
 * A post wakes nobody in particular: whoever stands before a semaphore that is not zero may take
 * from it. A semaphore has no owner, so nobody can be blamed by it. Not here: the names of named
 * ones (sem_named.c), which wait and post as the others do.
 */
#define _GNU_SOURCE
#include "shim/sem.h"
#include "shim/result.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "sched/fault.h"
#include "shim/clock.h"
#include "shim/lock.h"
#include "shim/signal/signal.h"

int __real_sem_init(sem_t *s, int shared, unsigned value);
int __real_sem_destroy(sem_t *s);
int __real_sem_wait(sem_t *s);
int __real_sem_trywait(sem_t *s);
int __real_sem_timedwait(sem_t *s, const struct timespec *at);
int __real_sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *at);
int __real_sem_post(sem_t *s);
int __real_sem_getvalue(sem_t *s, int *value);

int __wrap_sem_init(sem_t *s, int shared, unsigned value);
int __wrap_sem_destroy(sem_t *s);
int __wrap_sem_wait(sem_t *s);
int __wrap_sem_trywait(sem_t *s);
int __wrap_sem_timedwait(sem_t *s, const struct timespec *at);
int __wrap_sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *at);
int __wrap_sem_post(sem_t *s);
int __wrap_sem_getvalue(sem_t *s, int *value);

enum { KNOWN = 1 }; /* the object's state: its value is that of the semaphore */

/* ---- those that were made outside of executions: any may have been, once there are too many ----
 */

enum { OUTSIDE_MAX = 64 };
static const sem_t *outside[OUTSIDE_MAX];
static unsigned outside_count;

/* By real threads, too, where a program runs as it is: each has a place of its own. */
static void note_outside(const sem_t *s) {
    if (__atomic_load_n(&outside_count, __ATOMIC_RELAXED) > OUTSIDE_MAX) {
        return;
    }
    unsigned i = __atomic_fetch_add(&outside_count, 1, __ATOMIC_RELAXED);
    if (i < OUTSIDE_MAX) {
        outside[i] = s;
    }
}

static bool was_made_outside(const sem_t *s) {
    unsigned count = __atomic_load_n(&outside_count, __ATOMIC_RELAXED);
    bool found = count > OUTSIDE_MAX;
    for (unsigned i = 0; i < OUTSIDE_MAX && i < count; i++) {
        found |= outside[i] == s;
    }
    return found;
}

/* glibc keeps the value in the first word, where one that was made outside an execution has it. */
static __attribute__((noinline)) void learn(struct snag__object *o, const sem_t *s, uint32_t site) {
    memcpy(&o->value, s, sizeof(o->value));
    o->state = KNOWN;
    if (!was_made_outside(s)) {
        snag__lock_never_made(o, site);
        o->value = o->value > SEM_VALUE_MAX ? 0 : o->value;
    }
}

static struct snag__object *object_of(sem_t *s, uint32_t site) {
    struct snag__object *o = snag__lock_object(s, SNAG__OBJECT_SEM);
    if (snag__unlikely(o->state != KNOWN)) {
        learn(o, s, site);
    }
    return o;
}

static void take(struct snag__object *o) {
    if (--o->value == 0) {
        snag__waiters_set(o, false);
    }
    snag__rt_acquire((const void *)o->address);
}

/* A signal came before a post: whether somebody posts in between does not matter any more. */
static int interrupt(struct snag__object *o, enum snag_event_kind kind, uint32_t site) {
    snag__point(kind, o, site);
    snag__lock_used(o, site);
    snag__lock_log(kind, o, site, EINTR, SNAG_EVF_WAITED | SNAG_EVF_FAULT);
    return snag__fail(EINTR);
}

static int wait_for(sem_t *s, enum snag_event_kind kind, uint64_t deadline, uint32_t site);

/* Its handlers run, and say whether it is waited as before. */
static int signalled(sem_t *s, enum snag_event_kind kind, uint64_t deadline, uint32_t site) {
    snag__lock_log(kind, object_of(s, site), site, EINTR, SNAG_EVF_WAITED);
    return snag__signals_deliver() ? wait_for(s, kind, deadline, site) : snag__fail(EINTR);
}

static int wait_for(sem_t *s, enum snag_event_kind kind, uint64_t deadline, uint32_t site) {
    snag__signals_here(site);
    struct snag__object *o = object_of(s, site);
    bool waited = o->value == 0;
    bool interrupted = waited && snag__fault(SNAG_FAULT_INTERRUPT, SNAG__FAULT_AHEAD);
    if (interrupted) {
        return interrupt(o, kind, site);
    }
    bool got = snag__point_wait(kind, o, site, !waited, deadline);
    snag__cancel_here(site);
    snag__lock_used(o, site);
    if (got) {
        take(o);
    }
    if (!got && snag__signalled()) {
        return signalled(s, kind, deadline, site);
    }
    snag__lock_log(kind, o, site, got ? 0 : ETIMEDOUT,
                   (waited ? SNAG_EVF_WAITED : 0U) | (got ? 0U : SNAG_EVF_TIMEOUT));
    return got ? 0 : snag__fail(ETIMEDOUT);
}

int __wrap_sem_wait(sem_t *s) {
    if (snag__self == NULL) {
        return __real_sem_wait(s);
    }
    return wait_for(s, SNAG_EV_SEM_WAIT, UINT64_MAX, SNAG__SITE());
}

int __wrap_sem_timedwait(sem_t *s, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_sem_timedwait(s, at);
    }
    if (!snag__clock_valid(at)) { /* as glibc does, and POSIX allows, also where it need not wait */
        return snag__fail(EINVAL);
    }
    return wait_for(s, SNAG_EV_SEM_TIMEDWAIT, snag__clock_deadline(CLOCK_REALTIME, at),
                    SNAG__SITE());
}

int __wrap_sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *at) {
    if (snag__self == NULL) {
        return __real_sem_clockwait(s, clock, at);
    }
    if (!snag__clock_valid(at) || !snag__clock_waits(clock)) {
        return snag__fail(EINVAL);
    }
    return wait_for(s, SNAG_EV_SEM_TIMEDWAIT, snag__clock_deadline(clock, at), SNAG__SITE());
}

int __wrap_sem_trywait(sem_t *s) {
    if (snag__self == NULL) {
        return __real_sem_trywait(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s, site);
    snag__point(SNAG_EV_SEM_TRYWAIT, o, site);
    snag__lock_used(o, site);
    bool got = o->value > 0;
    if (got) {
        take(o);
    }
    snag__lock_log(SNAG_EV_SEM_TRYWAIT, o, site, got ? 0 : EAGAIN, 0);
    return got ? 0 : snag__fail(EAGAIN);
}

int __wrap_sem_post(sem_t *s) {
    if (snag__self == NULL) {
        return __real_sem_post(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s, site);
    snag__point(SNAG_EV_SEM_POST, o, site);
    snag__lock_used(o, site);
    bool full = o->value == SEM_VALUE_MAX;
    if (!full) {
        snag__rt_release((const void *)o->address);
        o->value++;
        snag__waiters_set(o, true);
    }
    snag__lock_log(SNAG_EV_SEM_POST, o, site, full ? EOVERFLOW : 0, 0);
    return full ? snag__fail(EOVERFLOW) : 0;
}

int __wrap_sem_getvalue(sem_t *s, int *value) {
    if (snag__self == NULL) {
        return __real_sem_getvalue(s, value);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s, site);
    snag__point(SNAG_EV_SEM_GETVALUE, o, site);
    snag__lock_used(o, site);
    *value = (int)o->value;
    snag__lock_log_quiet(SNAG_EV_SEM_GETVALUE, o, site, o->value, 0);
    return 0;
}

struct snag__object *snag__sem_make(sem_t *s, unsigned value, uint32_t site) {
    memset(s, 0, sizeof(*s));
    memcpy(s, &value, sizeof(value));
    struct snag__object *o = snag__lock_made(s, SNAG__OBJECT_SEM, site);
    o->value = value;
    o->state = KNOWN;
    return o;
}

int __wrap_sem_init(sem_t *s, int shared, unsigned value) {
    if (snag__self == NULL) {
        note_outside(s);
        return __real_sem_init(s, shared, value);
    }
    if (value > SEM_VALUE_MAX) {
        return snag__fail(EINVAL);
    }
    uint32_t site = SNAG__SITE();
    const struct snag__object *o = snag__sem_make(s, value, site);
    snag__log(SNAG_EV_SEM_INIT, o, site)->value = value;
    snag__rt_written(s, site);
    return 0;
}

int __wrap_sem_destroy(sem_t *s) {
    if (snag__self == NULL) {
        return __real_sem_destroy(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s, site);
    snag__point(SNAG_EV_SEM_DESTROY, o, site);
    snag__lock_used(o, site);
    if (snag__lock_waited_on(o)) {
        snag__lock_misuse("destroy of a % that is waited on", o, site, snag__lock_waiter_site(o));
    } else if (snag__sem_is_named(s)) {
        snag__lock_misuse("destroy of a % that has a name", o, site, o->owner.site);
    } else {
        snag__lock_destroyed(o, site);
    }
    snag__lock_log(SNAG_EV_SEM_DESTROY, o, site, 0, 0);
    return 0;
}
