/* wait.c: lists of waiters, and virtual time. See wait.h and sched.h. */
#include "sched/wait.h"

#include <string.h>

#include "sched/crowd.h"
#include "sched/pick.h"
#include "shim/signal/signal.h"

void snag__wait_link(struct snag__vthread *v, struct snag__object *o) {
    snag__wait_link_few(v, o);
    if (snag__unlikely(o->crowd != 0)) {
        snag__crowd_add(o, v);
    }
}

static void unlink_waiter(struct snag__vthread *v) {
    if (v->waits_for == 0) {
        return;
    }
    struct snag__object *o = snag__object_get(v->waits_for);
    snag__wait_unlink_few(v, o);
    if (snag__unlikely(o->crowd != 0)) {
        snag__crowd_remove(o, v);
    }
}

static void expire(struct snag__vthread *v);

/* It can not go on, but what is to end its wait may have come meanwhile. */
static inline bool is_due(const struct snag__vthread *v) {
    return v->deadline <= snag__sched.now || v->signalled;
}
static void end_due(struct snag__vthread *v) {
    if (v->deadline <= snag__sched.now) {
        expire(v); /* it could have gone on in time and was not let to */
    } else if (snag__unlikely(v->signalled)) {
        snag__signal_ends_wait(v); /* which was sent while it could go on */
    }
}

void snag__waiter_set(struct snag__vthread *v, bool enabled) {
    if (enabled) {
        snag__enable(v);
        return;
    }
    snag__disable(v);
    end_due(v);
}

/* Some of the `n` that have been told to wait are due. */
static __attribute__((noinline, cold)) void end_all_due(struct snag__object *o, uint32_t n) {
    uint16_t next;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = next) {
        struct snag__vthread *v = &snag__vthreads[w];
        next = v->wait_next;
        end_due(v);
    }
    if (n >= SNAG__CROWD_MIN) {
        snag__crowd_gather(o);
    }
}

static void waiters_enable(struct snag__object *o) {
    uint32_t n = 0;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next, n++) {
        snag__set_put(w, true);
    }
    if (n >= SNAG__CROWD_MIN) {
        snag__crowd_gather(o);
    }
}

static void waiters_disable(struct snag__object *o) {
    uint32_t n = 0;
    bool due = false;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next, n++) {
        snag__set_put(w, false);
        due |= is_due(&snag__vthreads[w]);
    }
    if (snag__unlikely(due)) {
        end_all_due(o, n);
    } else if (n >= SNAG__CROWD_MIN) {
        snag__crowd_gather(o);
    }
}

static __attribute__((noinline)) void set_all(struct snag__object *o, bool enabled) {
    if (o->crowd != 0 && snag__crowd_set(o, enabled)) {
        return;
    }
    if (enabled) {
        waiters_enable(o);
    } else {
        waiters_disable(o);
    }
}

/* In place, where at most one waits, as is usual; nothing is done here after a call, so that
 * nothing is kept over one. */
__attribute__((always_inline)) void snag__waiters_set_usual(struct snag__object *o, bool enabled) {
    uint16_t w = o->waiters_first;
    if (w == SNAG__NOBODY) {
        return;
    }
    if (snag__unlikely(w != o->waiters_last)) {
        set_all(o, enabled);
    } else {
        snag__set_put(w, enabled);
    }
}

__attribute__((always_inline)) void snag__waiters_set(struct snag__object *o, bool enabled) {
    if (o->waiters_first == SNAG__NOBODY) {
        return;
    }
    if (!enabled && snag__unlikely(snag__waits_may_end())) {
        set_all(o, enabled);
    } else {
        snag__waiters_set_usual(o, enabled);
    }
}

void snag__waiters_deadline(struct snag__object *o, uint64_t deadline) {
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
        struct snag__vthread *v = &snag__vthreads[w];
        if (v->deadline > deadline) {
            snag__sched.timed_waiters += v->deadline == UINT64_MAX;
            v->deadline = deadline;
        }
    }
    snag__pick_settle();
}

static void cancel_deadline(struct snag__vthread *v) {
    if (snag__unlikely(v->deadline != UINT64_MAX)) {
        v->deadline = UINT64_MAX;
        snag__sched.timed_waiters--;
        snag__pick_settle();
    }
}

/* The mutex is free, or `v` kept it: it had locked it more often than it gave it up. */
static bool can_relock(const struct snag__vthread *v, const struct snag__object *mutex) {
    return mutex->owner.vthread == SNAG__NOBODY || mutex->owner.vthread == v->index;
}

void snag__waiter_move(struct snag__vthread *v) {
    struct snag__object *mutex = snag__object_get(v->waits_with);
    cancel_deadline(v); /* the mutex it waits for as long as it takes */
    unlink_waiter(v);
    snag__wait_link(v, mutex);
    v->waits_with = 0;
    v->pend.object = mutex->number;
    if (can_relock(v, mutex)) {
        snag__enable(v);
    }
}

void snag__waiter_free(struct snag__vthread *v) {
    cancel_deadline(v);
    unlink_waiter(v);
    snag__enable(v);
}

void snag__waiter_requeue(struct snag__vthread *v, struct snag__object *o) {
    unlink_waiter(v);
    snag__wait_link(v, o);
    v->pend.object = o->number;
}

uint32_t snag__waiter_choose(const uint64_t *set, uint32_t n, uint32_t first) {
    struct snag_choice c = {.kind = SNAG_CHOOSE_WAKE,
                            .n = n,
                            .def = first,
                            .current = snag__self->index,
                            .words = snag__sched.words,
                            .set = set,
                            .step = snag__sched.points};
    return snag__choose(&c);
}

uint32_t snag__waiters(const struct snag__object *o, uint64_t *set) {
    uint32_t n = 0;
    memset(set, 0, snag__sched.words * sizeof(set[0]));
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
        set[w / 64] |= UINT64_C(1) << (w % 64);
        n++;
    }
    return n;
}

/* ---- virtual time ---- */

/* Ends `v`'s wait by its deadline: it can go on, or, after a condition wait, waits for the mutex.
 */
static void expire(struct snag__vthread *v) {
    if (snag__enabled(v)) {
        return; /* what it waited for has come in time, unless another takes it first */
    }
    cancel_deadline(v);
    v->ending = SNAG__WAIT_TIME;
    v->expired = true;
    if (v->waits_with != 0) {
        snag__waiter_move(v);
    } else {
        unlink_waiter(v);
        snag__enable(v);
    }
}

/* Who is cancelled in a condition wait needs its mutex first; who handles a signal there does so
 * without, and waits on: a wakeup that comes until then finds it by `interrupted`. */
void snag__wait_end(struct snag__vthread *v, enum snag__wait_ending how) {
    if (snag__enabled(v)) {
        return;
    }
    if (how == SNAG__WAIT_SIGNAL) {
        if (v->waits_with != 0) {
            v->interrupted = v->waits_for;
            snag__sched.interrupted = true;
        }
        snag__waiter_free(v);
        v->waits_with = 0;
    } else {
        expire(v);
    }
    v->ending = (uint8_t)how;
}

void snag__time_advance(uint64_t now) {
    uint64_t from = snag__sched.now;
    snag__sched.now = now > from ? now : from;
    snag__sched.changes++;
    snag__sched.advances++;
    if (snag__sched.candidates == 0) {
        snag__sched.passed(from);
    }
    if (snag__sched.timed_waiters == 0) {
        return;
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        struct snag__vthread *v = &snag__vthreads[i];
        if (v->deadline <= snag__sched.now && v->state == SNAG__VTHREAD_LIVE) {
            expire(v);
        }
    }
}

/* The waiter with the earliest deadline that is not enabled. `productive`: only one that could then
 * go on at once. NULL: none. */
struct snag__vthread *snag__wait_earliest(bool productive) {
    struct snag__vthread *best = NULL;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        struct snag__vthread *v = &snag__vthreads[i];
        if (v->state != SNAG__VTHREAD_LIVE || v->deadline == UINT64_MAX || snag__enabled(v)) {
            continue;
        }
        if (productive && v->waits_with != 0 && !can_relock(v, snag__object_get(v->waits_with))) {
            continue;
        }
        if (best == NULL || v->deadline < best->deadline) {
            best = v;
        }
    }
    return best;
}

void snag__wait_until(struct snag__vthread *self, uint64_t deadline) {
    self->ending = SNAG__WAIT_MET;
    self->expired = false;
    if (deadline != UINT64_MAX) {
        self->deadline = deadline;
        snag__sched.timed_waiters++;
        snag__pick_settle();
    }
}

/* Not waiting any more, for whichever reason. */
bool snag__wait_over(struct snag__vthread *self) {
    unlink_waiter(self);
    cancel_deadline(self);
    return self->ending == SNAG__WAIT_MET;
}
