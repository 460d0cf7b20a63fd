/* park.c: waiting for a wakeup, and waking: what async primitives are built on. See snag/async.h.
 *
 * It does not know what is waited for: an address stands for it in the wait-for graph. The rule: a
 * wakeup is kept until it is used, so that one that comes before the park is not lost; and a waker
 * happens before the woken.
 */
#include "task/park.h"

#include "snag/async.h"

#include "base/assert.h"
#include "exec/rt.h"
#include "oracle/held.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "sched/wait.h"

enum { WHO_VTHREAD = 1 << 16 }; /* in a waker: a vthread's index; else the index of a task */

static const struct {
    enum snag_event_kind event;
    enum snag__object_kind object;
} parked[] = {
    [SNAG_PARKED_EVENT] = {SNAG_EV_PARK, SNAG__OBJECT_AWAITED},
    [SNAG_PARKED_MUTEX] = {SNAG_EV_PARK_MUTEX, SNAG__OBJECT_ASYNC_MUTEX},
    [SNAG_PARKED_CHANNEL] = {SNAG_EV_PARK_CHANNEL, SNAG__OBJECT_CHANNEL},
    [SNAG_PARKED_SEMAPHORE] = {SNAG_EV_PARK_SEMAPHORE, SNAG__OBJECT_SEM},
    [SNAG_PARKED_ROOM] = {SNAG_EV_PARK_ROOM, SNAG__OBJECT_CHANNEL},
    [SNAG_PARKED_RWLOCK] = {SNAG_EV_PARK_RWLOCK, SNAG__OBJECT_ASYNC_RWLOCK},
};

struct snag_waker snag_waker_self(void) {
    snag__assert(snag__self != NULL);
    const struct snag__task *t = snag__self->task;
    return (struct snag_waker){t != NULL ? t->index : WHO_VTHREAD | (uint32_t)snag__self->index};
}

/* Stands before it, and says of what it is. True: it need not wait. */
static bool begin(bool woken, enum snag_event_kind kind, const struct snag__object *o,
                  uint32_t site) {
    bool spurious = !woken && snag__fault(SNAG_FAULT_SPURIOUS, SNAG__FAULT_HERE);
    struct snag_event *e = snag__log(kind, o, site);
    e->value = woken;
    e->flags = spurious ? SNAG_EVF_FAULT : 0;
    return woken || spurious;
}

static enum snag_park_end park_task(struct snag__task *t, enum snag_event_kind kind,
                                    struct snag__object *o, uint64_t until, uint32_t site) {
    snag__point(kind, o, site);
    bool returns = begin(t->woken, kind, o, site), in_time = true;
    snag__held_across();
    if (!returns && !snag__task_doomed(t)) {
        t->parked = true;
        t->awaits_room = kind == SNAG_EV_PARK_ROOM;
        t->sleeps = until != UINT64_MAX;
        in_time = snag__task_suspend(t, o->number, until, site);
    }
    returns |= t->woken;
    t->woken = false;
    t->woken_from = 0;
    snag__rt_acquire(t);
    if (!returns && snag__task_doomed(t)) {
        return SNAG_PARK_ABORTED;
    }
    return returns || in_time ? SNAG_PARK_WOKEN : SNAG_PARK_LATE;
}

static enum snag_park_end park_vthread(struct snag__vthread *v, enum snag_event_kind kind,
                                       struct snag__object *o, uint64_t until, uint32_t site) {
    snag__point(kind, o, site);
    bool returns = begin(v->woken, kind, o, site);
    snag__held_across();
    if (!returns) {
        v->awaits_room = kind == SNAG_EV_PARK_ROOM;
        (void)snag__point_wait(SNAG_EV_UNPARK, o, site, v->woken || until <= snag__sched.now,
                               until);
        returns = v->woken;
        snag__log(SNAG_EV_UNPARK, o, site)->flags =
            returns ? SNAG_EVF_WAITED : SNAG_EVF_WAITED | SNAG_EVF_TIMEOUT;
    }
    v->woken = false;
    snag__rt_acquire(v);
    return returns ? SNAG_PARK_WOKEN : SNAG_PARK_LATE;
}

enum snag_park_end snag_park_until(enum snag_parked what, const volatile void *object, void *caller,
                                   uint64_t until) {
    snag__assert(snag__self != NULL && (unsigned)what < sizeof(parked) / sizeof(parked[0]));
    uint32_t site = (uint32_t)((uintptr_t)caller - snag__sched.image);
    struct snag__object *o = snag__object_declared(object, parked[what].object, false);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    if (snag__self->task != NULL) {
        return park_task(snag__self->task, parked[what].event, o, until, site);
    }
    return park_vthread(snag__self, parked[what].event, o, until, site);
}

void snag_park(enum snag_parked what, const volatile void *object, void *caller) {
    if (snag_park_until(what, object, caller, UINT64_MAX) == SNAG_PARK_ABORTED) {
        snag_task_exit();
    }
}

void snag__wake_task(struct snag__task *t) {
    snag__rt_release(t);
    t->woken = true;
    if (t->parked) {
        t->woken_from = t->awaits;
        snag__task_ready(t);
    }
}

void snag__wake_vthread(struct snag__vthread *v) {
    snag__rt_release(v);
    v->woken = true;
    if (snag__is_parked(v)) {
        snag__waiter_set(v, true);
    }
}

static bool is_vthread(struct snag_waker waker) {
    return waker.who >= WHO_VTHREAD;
}

static bool is_somebody(struct snag_waker waker) {
    return is_vthread(waker) ? waker.who - WHO_VTHREAD < snag__sched.vthreads
                             : waker.who < snag__task_count();
}

void snag__wake_quietly(struct snag_waker waker) {
    snag__assert(is_somebody(waker));
    if (is_vthread(waker)) {
        snag__wake_vthread(&snag__vthreads[waker.who - WHO_VTHREAD]);
    } else {
        snag__wake_task(snag__task_at(waker.who));
    }
}

void snag_wake(struct snag_waker waker) {
    snag__assert(snag__self != NULL);
    uint32_t site = SNAG__SITE();
    if (!is_somebody(waker)) {
        snag__raise_misuse("a wake of nobody", 0, site, 0);
        return;
    }
    snag__point(SNAG_EV_WAKE, NULL, site);
    snag__wake_quietly(waker);
    snag__log(SNAG_EV_WAKE, NULL, site)->value = waker.who;
}
