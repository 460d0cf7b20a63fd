/* spin.c: pthread spin locks, under control: who finds one taken waits, and does not spin.
 *
 * Nobody is asked for in a spin lock: its owner who comes again, or ends without giving it up,
 * hangs it. The rule: see lock.h.
 */
#include <errno.h>
#include <pthread.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/lock_order.h"
#include "shim/lock.h"
#include "shim/signal/signal.h"

int __real_pthread_spin_init(pthread_spinlock_t *s, int shared);
int __real_pthread_spin_destroy(pthread_spinlock_t *s);
int __real_pthread_spin_lock(pthread_spinlock_t *s);
int __real_pthread_spin_trylock(pthread_spinlock_t *s);
int __real_pthread_spin_unlock(pthread_spinlock_t *s);

int __wrap_pthread_spin_init(pthread_spinlock_t *s, int shared);
int __wrap_pthread_spin_destroy(pthread_spinlock_t *s);
int __wrap_pthread_spin_lock(pthread_spinlock_t *s);
int __wrap_pthread_spin_trylock(pthread_spinlock_t *s);
int __wrap_pthread_spin_unlock(pthread_spinlock_t *s);

/* What an initialiser of glibc leaves in one. */
#if defined(__x86_64__)
enum { FREE = 1 };
#else
enum { FREE = 0 };
#endif

static struct snag__object *object_of(pthread_spinlock_t *s) {
    return snag__lock_object(s, SNAG__OBJECT_SPIN);
}

static void used(struct snag__object *o, uint32_t site) {
    snag__lock_used(o, site);
    if (snag__unlikely(o->owner.event == 0 && !o->destroyed) &&
        *(const pthread_spinlock_t *)o->address != FREE && !snag__lock_was_made(o)) {
        snag__lock_never_made(o, site);
    }
}

static void take(struct snag__object *o, uint32_t site) {
    snag__hold_take(o, site);
    if (o->waiters_first != SNAG__NOBODY) {
        snag__waiters_set(o, false);
    }
    snag__rt_locked((const void *)o->address, false);
}

static void drop(struct snag__object *o) {
    snag__rt_unlocked((const void *)o->address);
    snag__hold_drop(o);
    if (o->waiters_first != SNAG__NOBODY) {
        snag__waiters_set(o, true);
    }
}

/* Another one holds it. */
static bool stays_out(const struct snag__object *o) {
    return o->owner.vthread != SNAG__NOBODY && !snag__owned_by_actor(o);
}

int __wrap_pthread_spin_lock(pthread_spinlock_t *s) {
    if (snag__self == NULL) {
        return __real_pthread_spin_lock(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s);
    bool waits = stays_out(o);
    while (!snag__point_wait(SNAG_EV_SPIN_LOCK, o, site, !stays_out(o), UINT64_MAX)) {
        (void)snag__signals_deliver();
    }
    used(o, site);
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_self_deadlock(o, &o->owner, site);
    }
    take(o, site);
    snag__lock_order_took(&o->owner, false, site);
    snag__lock_log(SNAG_EV_SPIN_LOCK, o, site, 0, waits ? SNAG_EVF_WAITED : 0U);
    return 0;
}

int __wrap_pthread_spin_trylock(pthread_spinlock_t *s) {
    if (snag__self == NULL) {
        return __real_pthread_spin_trylock(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s);
    snag__point(SNAG_EV_SPIN_TRYLOCK, o, site);
    used(o, site);
    int result = o->owner.vthread == SNAG__NOBODY ? 0 : EBUSY;
    if (result == 0) {
        take(o, site);
    }
    snag__lock_log(SNAG_EV_SPIN_TRYLOCK, o, site, result, 0);
    return result;
}

int __wrap_pthread_spin_unlock(pthread_spinlock_t *s) {
    if (snag__self == NULL) {
        return __real_pthread_spin_unlock(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s);
    snag__point(SNAG_EV_SPIN_UNLOCK, o, site);
    used(o, site);
    bool free = o->owner.vthread == SNAG__NOBODY;
    if (free || !snag__owned_by_actor(o)) {
        snag__lock_misuse(free ? "unlock of a % that is not locked"
                               : "unlock of a % that another one owns",
                          o, site, o->owner.site);
    }
    if (!free) {
        drop(o);
    }
    snag__lock_log(SNAG_EV_SPIN_UNLOCK, o, site, 0, 0);
    return 0;
}

int __wrap_pthread_spin_init(pthread_spinlock_t *s, int shared) {
    if (snag__self == NULL) {
        return __real_pthread_spin_init(s, shared);
    }
    uint32_t site = SNAG__SITE();
    *s = FREE;
    snag__log(SNAG_EV_SPIN_INIT, snag__lock_made(s, SNAG__OBJECT_SPIN, site), site);
    snag__rt_written((const void *)s, site);
    return 0;
}

int __wrap_pthread_spin_destroy(pthread_spinlock_t *s) {
    if (snag__self == NULL) {
        return __real_pthread_spin_destroy(s);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = object_of(s);
    snag__point(SNAG_EV_SPIN_DESTROY, o, site);
    used(o, site);
    if (o->owner.vthread != SNAG__NOBODY) {
        snag__lock_destroyed_held(o, &o->owner, site);
    } else {
        snag__lock_destroyed(o, site);
    }
    snag__lock_log(SNAG_EV_SPIN_DESTROY, o, site, 0, 0);
    return 0;
}
