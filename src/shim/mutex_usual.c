/* mutex_usual.c: the usual lock and unlock, in place.
 *
 * Of a plain mutex, by who holds no other and runs no task: with the same outcome as by mutex.c,
 * which sees to all other cases. The rule: where nobody else runs at the point, what was looked at
 * before it holds after it. Where others do, nothing is kept but what is in the pending event and
 * in `usual`, so that no register need be saved, and all is looked at anew, in the function that
 * goes on when it is one's turn again.
 */
#include "shim/mutex_usual.h"

#include "base/assert.h"
#include "exec/rt.h"
#include "sched/log.h"
#include "sched/turn.h"
#include "sched/wait.h"
#include "shim/lock.h"
#include "shim/mutex.h"

int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __real_pthread_mutex_unlock(pthread_mutex_t *m);

int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);

/* The plain mutex at `m`, for who runs no task; NULL: it is new here, or no plain one. Most often
 * it is the one that was used last. */
static inline __attribute__((always_inline)) struct snag__object *
usual_mutex(struct snag__vthread *self, const pthread_mutex_t *m) {
    struct snag__object *o = self->usual;
    if (snag__unlikely(o->address != (uintptr_t)m)) {
        o = snag__object_known(m);
        if (o == NULL || self->task_number != 0) {
            return NULL;
        }
        self->usual = o;
    }
    return snag__likely(snag__mutex_is_plain(o)) ? o : NULL;
}

/* ---- lock ---- */

/* `self`, who held nothing, has it since the event number `event`. */
static inline __attribute__((always_inline)) void
usual_lock_take(struct snag__vthread *self, struct snag__object *o, uint32_t site, uint32_t event) {
    snag__hold_take_only(self, o, site, event);
    snag__sched.changes += 2;
}

/* It stood before the lock, and nobody else ran. */
static inline __attribute__((always_inline)) int usual_lock_passed(struct snag__vthread *self,
                                                                   struct snag__stood at,
                                                                   struct snag__object *o,
                                                                   uint32_t site) {
    usual_lock_take(self, o, site, snag__log_stood(self, at, o->number, site));
    snag__waiters_set_usual(o, false);
    return 0;
}

/* The same, of what is written down. */
static inline __attribute__((always_inline)) int usual_lock_stayed(struct snag__vthread *self,
                                                                   struct snag__object *o) {
    return usual_lock_passed(self, snag__stands_before(self), o, self->pend.site);
}

/* Others may have run, and the running vthread has `waited` for it. */
static inline __attribute__((always_inline)) int usual_lock_again(bool waited) {
    struct snag__vthread *self = snag__self;
    struct snag__object *o = self->usual;
    uint32_t site = self->pend.site;
    bool got = self->ending == SNAG__WAIT_MET;
    if (snag__unlikely(!got || !snag__mutex_is_plain(o) || o->owner.vthread != SNAG__NOBODY ||
                       self->held_first != 0)) {
        return snag__mutex_lock_end(o, SNAG_EV_LOCK, UINT64_MAX, site, waited, got);
    }
    usual_lock_take(self, o, site, snag__log_pending(self, waited ? SNAG_EVF_WAITED : 0U, 0, 0));
    snag__waiters_set(o, false);
    return 0;
}

/* Somebody has it. */
static __attribute__((noinline)) int usual_lock_waits(struct snag__object *o, uint32_t site) {
    if (snag__unlikely(snag__owned_by_actor(o))) {
        return snag__mutex_lock_object(o, SNAG_EV_LOCK, UINT64_MAX, site);
    }
    (void)snag__point_wait(SNAG_EV_LOCK, o, site, false, UINT64_MAX);
    return usual_lock_again(true);
}

/* Others had their turn. */
static int usual_lock_returned(void) {
    struct snag__vthread *self = snag__self;
    (void)snag__wait_usual_over(self, self->usual);
    return usual_lock_again(false);
}

/* It is the turn of `next`; `self` waits for the lock meanwhile, and says so already. */
static inline __attribute__((always_inline)) int usual_lock_turned(struct snag__vthread *self,
                                                                   uint32_t next) {
    snag__wait_until(self, UINT64_MAX);
    return snag__switch_unseen(self, &snag__vthreads[next], usual_lock_returned);
}

static __attribute__((noinline, cold)) int usual_lock_turns_in_crowd(struct snag__vthread *self,
                                                                     uint32_t next) {
    snag__wait_link(self, self->usual);
    return usual_lock_turned(self, next);
}

static __attribute__((noinline)) int usual_lock_turns(struct snag__vthread *self, uint32_t next) {
    struct snag__object *o = self->usual;
    if (snag__unlikely(o->crowd != 0)) {
        return usual_lock_turns_in_crowd(self, next);
    }
    snag__wait_link_few(self, o);
    return usual_lock_turned(self, next);
}

/* It looks again and again. */
static __attribute__((noinline)) int usual_lock_spins(struct snag__vthread *self) {
    self->ending = SNAG__WAIT_MET;
    snag__give_way_ready(self, self->usual);
    return usual_lock_again(false);
}

/* Others can go on, too: the random walk is asked, or whichever strategy it is. Each is a function,
 * for it is where one goes on alone that no register need be saved. */
static __attribute__((noinline)) int usual_lock_walks(struct snag__vthread *self) {
    if (snag__unlikely(snag__spins(self))) {
        return usual_lock_spins(self);
    }
    uint32_t me = self->index, next = snag__pick_walk(self, SNAG__READY);
    return next == me ? usual_lock_stayed(self, self->usual) : usual_lock_turns(self, next);
}

static __attribute__((noinline)) int usual_lock_asks(struct snag__vthread *self) {
    if (snag__unlikely(snag__spins(self))) {
        return usual_lock_spins(self);
    }
    uint32_t next = snag__pick_ready(self);
    self = snag__self;
    return next == self->index ? usual_lock_stayed(self, self->usual)
                               : usual_lock_turns(self, next);
}

/* Nobody has it, `self` has no other, and the point is usual. */
static inline __attribute__((always_inline)) int
usual_lock_free(struct snag__vthread *self, struct snag__object *o, uint32_t site) {
    struct snag__stood at = snag__stand_before(self, SNAG_EV_LOCK, o, site);
    if (snag__goes_on_alone()) {
        return usual_lock_passed(self, at, o, site);
    }
    return snag__sched.walk != NULL ? usual_lock_walks(self) : usual_lock_asks(self);
}

/* It is new here, or no plain one, or something else is unusual. */
static __attribute__((noinline)) int usual_lock_new(pthread_mutex_t *m, uint32_t site) {
    struct snag__vthread *self = snag__self;
    struct snag__object *o = snag__mutex_object(m, site);
    bool usual = snag__mutex_is_default(o) && !snag__rt_sees && self->task_number == 0;
    if (!usual || o->owner.vthread != SNAG__NOBODY || self->held_first != 0 ||
        !snag__pick_is_usual(SNAG__READY)) {
        return snag__mutex_lock_object(o, SNAG_EV_LOCK, UINT64_MAX, site);
    }
    o->what = SNAG__MUTEX_PLAIN;
    self->usual = o;
    return usual_lock_free(self, o, site);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *m) {
    struct snag__vthread *self = snag__self;
    if (snag__unlikely(self == NULL)) {
        return __real_pthread_mutex_lock(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = usual_mutex(self, m);
    if (snag__unlikely(o == NULL || self->held_first != 0 || !snag__pick_is_usual(SNAG__READY))) {
        return usual_lock_new(m, site);
    }
    return o->owner.vthread == SNAG__NOBODY ? usual_lock_free(self, o, site)
                                            : usual_lock_waits(o, site);
}

/* ---- unlock ---- */

/* It does not have it any more. */
static inline __attribute__((always_inline)) void usual_unlock_drop(struct snag__vthread *self,
                                                                    struct snag__object *o) {
    snag__hold_drop_newest(self, o);
    snag__sched.changes += 2;
}

/* As of the lock. */
static inline __attribute__((always_inline)) int usual_unlock_passed(struct snag__vthread *self,
                                                                     struct snag__stood at,
                                                                     struct snag__object *o,
                                                                     uint32_t site) {
    (void)snag__log_stood(self, at, o->number, site);
    usual_unlock_drop(self, o);
    snag__waiters_set_usual(o, true);
    return 0;
}

static inline __attribute__((always_inline)) int usual_unlock_stayed(struct snag__vthread *self,
                                                                     struct snag__object *o) {
    return usual_unlock_passed(self, snag__stands_before(self), o, self->pend.site);
}

static inline __attribute__((always_inline)) int usual_unlock_again(void) {
    struct snag__vthread *self = snag__self;
    struct snag__object *o = self->usual;
    if (snag__unlikely(!snag__mutex_is_plain(o) || self->held_first != o->number)) {
        return snag__mutex_unlock_end(o, self->pend.site);
    }
    (void)snag__log_pending(self, 0, 0, 0);
    usual_unlock_drop(self, o);
    snag__waiters_set(o, true);
    return 0;
}

static int usual_unlock_returned(void) {
    return usual_unlock_again();
}

static __attribute__((noinline)) int usual_unlock_turns(struct snag__vthread *self, uint32_t next) {
    return snag__switch_unseen(self, &snag__vthreads[next], usual_unlock_returned);
}

static __attribute__((noinline)) int usual_unlock_spins(struct snag__vthread *self) {
    snag__give_way_ready(self, NULL);
    return usual_unlock_again();
}

static __attribute__((noinline)) int usual_unlock_walks(struct snag__vthread *self) {
    if (snag__unlikely(snag__spins(self))) {
        return usual_unlock_spins(self);
    }
    uint32_t me = self->index, next = snag__pick_walk(self, SNAG__READY);
    return next == me ? usual_unlock_stayed(self, self->usual) : usual_unlock_turns(self, next);
}

static __attribute__((noinline)) int usual_unlock_asks(struct snag__vthread *self) {
    if (snag__unlikely(snag__spins(self))) {
        return usual_unlock_spins(self);
    }
    uint32_t next = snag__pick_ready(self);
    self = snag__self;
    return next == self->index ? usual_unlock_stayed(self, self->usual)
                               : usual_unlock_turns(self, next);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *m) {
    struct snag__vthread *self = snag__self;
    if (snag__unlikely(self == NULL)) {
        return __real_pthread_mutex_unlock(m);
    }
    uint32_t site = SNAG__SITE();
    struct snag__object *o = usual_mutex(self, m);
    if (snag__unlikely(o == NULL || self->held_first != o->number ||
                       !snag__pick_is_usual(SNAG__READY))) {
        return snag__mutex_unlock(m, site);
    }
    struct snag__stood at = snag__stand_before(self, SNAG_EV_UNLOCK, o, site);
    if (snag__goes_on_alone()) {
        return usual_unlock_passed(self, at, o, site);
    }
    return snag__sched.walk != NULL ? usual_unlock_walks(self) : usual_unlock_asks(self);
}
