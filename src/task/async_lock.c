/* async_lock.c: async locks in the wait-for graph. See async_lock.h.
 *
 * A hold of such a lock is a record like any other (sched/hold.h): it belongs to the task, which
 * takes it along to other workers. Who waits is known by what it is parked for.
 */
#include "task/async_lock.h"

#include "exec/rt.h"
#include "oracle/raise.h"
#include "shim/lock.h"

static uint32_t site_of(const void *caller) {
    return (uint32_t)((uintptr_t)caller - snag__sched.image);
}

static struct snag__object *object_of(const volatile void *lock, bool anew) {
    struct snag__object *o = snag__object_declared(lock, SNAG__OBJECT_ASYNC_MUTEX, anew);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

void snag__async_created(const volatile void *lock) {
    (void)object_of(lock, true);
}

void snag__async_used(const volatile void *lock, void *caller) {
    const struct snag__object *o = object_of(lock, false);
    if (o->destroyed) {
        snag__lock_misuse("use of the destroyed %", o, site_of(caller), o->owner.site);
    }
}

/* Whoever held it does not hold it any more. */
static void throw_out(struct snag__object *o) {
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__hold_drop(o);
    }
}

void snag__async_destroyed(const volatile void *lock, void *caller) {
    struct snag__object *o = object_of(lock, false);
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_misuse("destroy of the % that is held", o, site_of(caller), o->owner.site);
        throw_out(o);
    }
    o->destroyed = true;
    o->owner.site = site_of(caller);
}

void snag__async_wanted(const volatile void *lock, void *caller) {
    const struct snag__object *o = object_of(lock, false);
    const struct snag__hold *mine = snag__hold_mine(o);
    if (mine != NULL) {
        snag__lock_self_deadlock(o, mine, site_of(caller));
    }
}

void snag__async_acquired(const volatile void *lock, void *caller) {
    struct snag__object *o = object_of(lock, false);
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_misuse("the % was acquired that another one holds", o, site_of(caller),
                          o->owner.site);
        throw_out(o);
    }
    snag__hold_take(o, site_of(caller));
    snag__log(SNAG_EV_ASYNC_ACQUIRE, o, site_of(caller));
}

void snag__async_released(const volatile void *lock, void *caller) {
    struct snag__object *o = object_of(lock, false);
    bool free = o->owner.vthread == SNAG__NOBODY;
    if (free || !snag__hold_by_actor(&o->owner)) {
        snag__lock_misuse(free ? "release of the % that is not held"
                               : "release of the % that another one owns",
                          o, site_of(caller), o->owner.site);
    }
    throw_out(o);
    snag__log(SNAG_EV_ASYNC_RELEASE, o, site_of(caller));
}
