/* async_lock.c: async locks in the wait-for graph. See async_lock.h.
 *
 * A hold of such a lock is a record like any other (sched/hold.h): it belongs to the task, which
 * takes it along to other workers. Who waits is known by what it is parked for.
 */
#include "task/async_lock.h"

#include "exec/rt.h"
#include "oracle/lock_order.h"
#include "oracle/needless.h"
#include "oracle/raise.h"
#include "shim/lock.h"

static uint32_t site_of(const void *caller) {
    return (uint32_t)((uintptr_t)caller - snag__sched.image);
}

static bool is_mutex(enum snag__async_how how) {
    return how == SNAG__ASYNC_MUTEX;
}

static struct snag__object *object_of(const volatile void *lock, enum snag__async_how how,
                                      bool anew) {
    struct snag__object *o = snag__object_declared(
        lock, is_mutex(how) ? SNAG__OBJECT_ASYNC_MUTEX : SNAG__OBJECT_ASYNC_RWLOCK, anew);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

void snag__async_created(const volatile void *lock, enum snag__async_how how, void *caller) {
    snag__needless_made(object_of(lock, how, true), site_of(caller));
}

void snag__async_used(const volatile void *lock, enum snag__async_how how, void *caller) {
    const struct snag__object *o = object_of(lock, how, false);
    if (o->destroyed) {
        snag__lock_misuse("use of the destroyed %", o, site_of(caller), o->owner.site);
    }
}

void snag__async_asked(const volatile void *lock, enum snag__async_how how, void *caller) {
    snag__async_used(lock, how, caller);
    snag__lock_order_note(object_of(lock, how, false), how == SNAG__ASYNC_READ, site_of(caller));
}

/* Whoever has the hold `h` of it does not hold it any more. */
static void throw_out(struct snag__object *o, struct snag__hold *h) {
    if (snag__hold_reads(h)) {
        h->count = 1;
        snag__hold_unread(o, h);
    } else {
        snag__hold_drop(o);
    }
}

/* All who hold it. */
static void throw_out_all(struct snag__object *o) {
    struct snag__hold *h;
    while ((h = snag__hold_first(o)) != NULL) {
        throw_out(o, h);
    }
}

void snag__async_destroyed(const volatile void *lock, enum snag__async_how how, void *caller) {
    struct snag__object *o = object_of(lock, how, false);
    const struct snag__hold *h = snag__hold_first(o);
    if (h != NULL) {
        snag__lock_misuse("destroy of the % that is held", o, site_of(caller), h->site);
        throw_out_all(o);
    }
    o->destroyed = true;
    o->owner.site = site_of(caller);
}

void snag__async_wanted(const volatile void *lock, enum snag__async_how how, void *caller) {
    const struct snag__object *o = object_of(lock, how, false);
    const struct snag__hold *mine = snag__hold_mine(o);
    if (mine != NULL && !(how == SNAG__ASYNC_READ && snag__hold_reads(mine))) {
        snag__lock_self_deadlock(o, mine, site_of(caller));
    }
}

static enum snag_event_kind acquire_event(enum snag__async_how how) {
    static const enum snag_event_kind kinds[] = {[SNAG__ASYNC_MUTEX] = SNAG_EV_ASYNC_ACQUIRE,
                                                 [SNAG__ASYNC_READ] = SNAG_EV_ASYNC_READ,
                                                 [SNAG__ASYNC_WRITE] = SNAG_EV_ASYNC_WRITE};
    return kinds[how];
}

void snag__async_acquired(const volatile void *lock, enum snag__async_how how, void *caller) {
    struct snag__object *o = object_of(lock, how, false);
    const struct snag__hold *in_the_way = snag__hold_first(o);
    if (in_the_way != NULL && !(how == SNAG__ASYNC_READ && snag__hold_reads(in_the_way))) {
        snag__lock_misuse("the % was acquired that another one holds", o, site_of(caller),
                          in_the_way->site);
        throw_out_all(o);
    }
    if (how != SNAG__ASYNC_READ) {
        snag__hold_take(o, site_of(caller));
    } else if (!snag__hold_read(o, site_of(caller))) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__needless_taken(o, site_of(caller));
    snag__log(acquire_event(how), o, site_of(caller));
}

/* Whoever gives it up does not have it. */
static void foreign_release(struct snag__object *o, void *caller) {
    struct snag__hold *h = snag__hold_first(o);
    snag__lock_misuse(h == NULL ? "release of the % that is not held"
                                : "release of the % that another one owns",
                      o, site_of(caller), h == NULL ? o->owner.site : h->site);
    if (h != NULL) {
        throw_out(o, h);
    }
}

void snag__async_released(const volatile void *lock, enum snag__async_how how, void *caller) {
    struct snag__object *o = object_of(lock, how, false);
    struct snag__hold *mine = snag__hold_mine(o);
    if (mine == NULL) {
        foreign_release(o, caller);
    } else if (snag__hold_reads(mine)) {
        snag__hold_unread(o, mine);
    } else {
        snag__hold_drop(o);
    }
    snag__log(is_mutex(how) ? SNAG_EV_ASYNC_RELEASE : SNAG_EV_ASYNC_RWRELEASE, o, site_of(caller));
}
