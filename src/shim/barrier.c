/* barrier.c: pthread barriers, under control.
 *
 * A wait is two events: the first arrives, the second ("leave") has seen all others arrive; the
 * last to arrive needs no second one, and is the one who is told that it was. A barrier may be
 * destroyed as soon as all have arrived, though some have not left yet.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "shim/lock.h"
#include "shim/signal/signal.h"

int __real_pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attr,
                                unsigned count);
int __real_pthread_barrier_destroy(pthread_barrier_t *b);
int __real_pthread_barrier_wait(pthread_barrier_t *b);

int __wrap_pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attr,
                                unsigned count);
int __wrap_pthread_barrier_destroy(pthread_barrier_t *b);
int __wrap_pthread_barrier_wait(pthread_barrier_t *b);

enum {
    COUNT_AT = 2 * sizeof(unsigned), /* in the pthread_barrier_t, as in glibc */
    COUNT_MAX = INT_MAX - 1          /* as in glibc */
};

/* The object's value: how many have arrived; its state: the parity of the round. */
static unsigned count_of(const pthread_barrier_t *b) {
    unsigned count;
    memcpy(&count, (const char *)b + COUNT_AT, sizeof(count));
    return count;
}

/* Each round orders for itself: who arrives for the next has nothing to do with who leaves late. */
static const void *round_place(const struct snag__object *o) {
    return (const char *)o->address + o->state * sizeof(uint64_t);
}

/* After the point. False, after telling: it is none. */
static bool used(struct snag__object *o, uint32_t site) {
    snag__lock_used(o, site);
    unsigned count = count_of((const pthread_barrier_t *)o->address);
    if (snag__likely(count != 0 && count <= COUNT_MAX) || o->destroyed) {
        return true;
    }
    snag__lock_never_made(o, site);
    return false;
}

int __wrap_pthread_barrier_wait(pthread_barrier_t *b) {
    if (snag__self == NULL) {
        return __real_pthread_barrier_wait(b);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__lock_object(b, SNAG__OBJECT_BARRIER);
    snag__point(SNAG_EV_BARRIER_WAIT, o, site);
    if (snag__unlikely(!used(o, site))) {
        return EINVAL;
    }
    const void *place = round_place(o);
    snag__rt_release(place);
    bool last = ++o->value == count_of(b);
    snag__log(SNAG_EV_BARRIER_WAIT, o, site)->value = o->value;
    if (last) {
        o->value = 0;
        o->state ^= 1;
        snag__waiters_set(o, true);
    } else {
        uint8_t round = o->state;
        while (!snag__point_wait(SNAG_EV_BARRIER_LEAVE, o, site, o->state != round, UINT64_MAX)) {
            (void)snag__signals_deliver();
        }
        snag__lock_log(SNAG_EV_BARRIER_LEAVE, o, site, 0, SNAG_EVF_WAITED);
    }
    snag__rt_acquire(place);
    return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

int __wrap_pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attr,
                                unsigned count) {
    if (snag__self == NULL) {
        return __real_pthread_barrier_init(b, attr, count);
    }
    if (count == 0 || count > COUNT_MAX) {
        return EINVAL;
    }
    uint32_t site = SNAG__SITE();
    memset(b, 0, sizeof(*b));
    memcpy((char *)b + COUNT_AT, &count, sizeof(count));
    snag__log(SNAG_EV_BARRIER_INIT, snag__lock_made(b, SNAG__OBJECT_BARRIER, site), site)->value =
        count;
    snag__rt_written(b, site);
    return 0;
}

int __wrap_pthread_barrier_destroy(pthread_barrier_t *b) {
    if (snag__self == NULL) {
        return __real_pthread_barrier_destroy(b);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = snag__lock_object(b, SNAG__OBJECT_BARRIER);
    snag__point(SNAG_EV_BARRIER_DESTROY, o, site);
    if (snag__unlikely(!used(o, site))) {
        return EINVAL;
    }
    if (o->value > 0) {
        snag__lock_misuse("destroy of a % that is waited on", o, site, snag__lock_waiter_site(o));
    } else {
        snag__lock_destroyed(o, site);
    }
    snag__lock_log(SNAG_EV_BARRIER_DESTROY, o, site, 0, 0);
    return 0;
}
