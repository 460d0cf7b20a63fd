/* once.c: pthread_once, and the function-local statics of C++, under control. See once.h.
 *
 * While the routine or initialiser runs, its runner holds the control as a lock: who asks for it
 * meanwhile waits, and one that asks for itself does so for ever. Whether it has been run stands in
 * the control itself, as the C and C++ libraries have it, so that one that was done before the
 * execution began is. An exception that leaves it makes it as new.
 *
 * The code under test reads the first byte of a guard by itself, as an atomic: that one is an
 * object of its own, and the lock is known by the byte after it.
 */
#include "shim/once.h"

#include <pthread.h>

#include "base/assert.h"
#include "exec/marker.h"
#include "exec/rt.h"
#include "shim/lock.h"
#include "shim/signal/signal.h"

int __real_pthread_once(pthread_once_t *control, void (*routine)(void));
int __real___cxa_guard_acquire(uint64_t *guard);
void __real___cxa_guard_release(uint64_t *guard);
void __real___cxa_guard_abort(uint64_t *guard);

int __wrap_pthread_once(pthread_once_t *control, void (*routine)(void));
int __wrap___cxa_guard_acquire(uint64_t *guard);
void __wrap___cxa_guard_release(uint64_t *guard);
void __wrap___cxa_guard_abort(uint64_t *guard);

enum { FRESH = 0, ONCE_DONE = 2, GUARD_DONE = 1 };
enum of { OF_ONCE, OF_GUARD }; /* `state` of its object */

static bool is_guard(const struct snag__object *o) {
    return o->state == OF_GUARD;
}

/* What it is known by to the code under test. */
static volatile char *place_of(const struct snag__object *o) {
    return (volatile char *)o->address - (is_guard(o) ? 1 : 0);
}

static bool is_done(const struct snag__object *o) {
    return is_guard(o) ? *place_of(o) == GUARD_DONE : *(volatile int *)place_of(o) == ONCE_DONE;
}

/* What is in a guard besides is the compiler's. */
static bool is_fresh(const struct snag__object *o) {
    return is_guard(o) || *(volatile int *)place_of(o) == FRESH;
}

static void give_up(struct snag__object *o, bool done) {
    if (is_guard(o)) {
        *place_of(o) = done ? GUARD_DONE : FRESH;
    } else {
        *(volatile int *)place_of(o) = done ? ONCE_DONE : FRESH;
    }
    snag__rt_release((const void *)place_of(o));
    snag__hold_drop(o);
    snag__waiters_set(o, true);
}

static bool another_runs(const struct snag__object *o) {
    return o->owner.vthread != SNAG__NOBODY && !snag__owned_by_actor(o);
}

/* Waits until nobody runs it. True: the caller holds it, and is to run it. */
static bool enter(struct snag__object *o, uint32_t site) {
    bool waits = another_runs(o);
    while (!snag__point_wait(SNAG_EV_ONCE, o, site, !another_runs(o), UINT64_MAX)) {
        (void)snag__signals_deliver();
    }
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_self_deadlock(o, &o->owner, site);
    }
    bool done = is_done(o);
    if (snag__unlikely(!done && !is_fresh(o)) && !snag__lock_was_made(o)) {
        snag__lock_never_made(o, site);
    }
    struct snag_event *e = snag__log(SNAG_EV_ONCE, o, site);
    e->value = !done;
    e->flags = waits ? SNAG_EVF_WAITED : 0;
    snag__rt_acquire((const void *)place_of(o)); /* also of one who has not come to the end of it */
    if (!done) {
        snag__hold_take(o, site);
        snag__waiters_set(o, false);
    }
    return !done;
}

static void leave(struct snag__object *o, bool done, uint32_t site) {
    snag__point(SNAG_EV_ONCE_DONE, o, site);
    give_up(o, done);
    snag__log(SNAG_EV_ONCE_DONE, o, site)->flags = done ? 0 : SNAG_EVF_FAILED;
}

/* ---- pthread_once ---- */

struct run {
    struct snag__object *object;
    uint32_t site;
    bool returned;
};

/* Called when an exception goes by, too: this file is compiled for that. */
static void over(struct run *r) {
    leave(r->object, r->returned, r->site);
}

static void run(struct snag__object *o, void (*routine)(void), uint32_t site) {
    __attribute__((cleanup(over))) struct run r = {.object = o, .site = site};
    routine();
    r.returned = true;
}

void snag__once(int *control, void (*routine)(void), uint32_t site) {
    struct snag__object *o = snag__lock_object(control, SNAG__OBJECT_ONCE);
    if (enter(o, site)) {
        run(o, routine, site);
    }
}

int __wrap_pthread_once(pthread_once_t *control, void (*routine)(void)) {
    if (snag__self == NULL) {
        return __real_pthread_once(control, routine);
    }
    if (*control == ONCE_DONE && snag__in_text_library((uintptr_t)__builtin_return_address(0))) {
        return 0; /* a locale's, at every turn: nobody's affair */
    }
    snag__once(control, routine, SNAG__SITE());
    return 0;
}

/* ---- function-local statics ---- */

static struct snag__object *object_of(uint64_t *guard) {
    struct snag__object *o = snag__lock_object((char *)guard + 1, SNAG__OBJECT_ONCE);
    o->state = OF_GUARD;
    return o;
}

int __wrap___cxa_guard_acquire(uint64_t *guard) {
    if (snag__self == NULL) {
        return __real___cxa_guard_acquire(guard);
    }
    return enter(object_of(guard), SNAG__SITE());
}

void __wrap___cxa_guard_release(uint64_t *guard) {
    if (snag__self == NULL) {
        __real___cxa_guard_release(guard);
    } else {
        leave(object_of(guard), true, SNAG__SITE());
    }
}

void __wrap___cxa_guard_abort(uint64_t *guard) {
    if (snag__self == NULL) {
        __real___cxa_guard_abort(guard);
    } else {
        leave(object_of(guard), false, SNAG__SITE());
    }
}

void snag__onces_runner_ends(void) {
    uint32_t next;
    for (uint32_t id = snag__self->held_first; id != 0; id = next) {
        const struct snag__hold *h = snag__hold_get(id);
        struct snag__object *o = snag__object_get(h->object);
        next = h->next_held;
        if (o->kind == SNAG__OBJECT_ONCE) {
            give_up(o, false);
        }
    }
}
