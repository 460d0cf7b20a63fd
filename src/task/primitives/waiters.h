/* waiters.h: those who wait for one object, in the order in which they came. For the primitives.
 *
 * Not about what is waited for: whoever makes it come true takes a waiter off the queue and settles
 * it, with what it is to return. The rule: a queue belongs to the mutex that guards its object, and
 * all of this is done under it; a waiter lives on its own stack until it has seen, under that
 * mutex, that it is settled. So nobody can overtake, and a wakeup that is late or not meant for
 * this wait does no harm.
 */
#ifndef SNAG_TASK_PRIMITIVES_WAITERS_H
#define SNAG_TASK_PRIMITIVES_WAITERS_H

#include <stdatomic.h>
#include <stddef.h>

#include "snag/async.h"
#include "snag/task.h"

/* Several waits of which one comes true (select.c): which. NULL: none yet. */
struct snag__select {
    _Atomic(const struct snag__waiter *) winner;
};

struct snag__waiter {
    struct snag__waiter *next;
    struct snag_waker waker;
    struct snag__select *of; /* NULL: it is the only one */
    bool queued;
    bool settled;
    int wants;   /* of which several kinds wait for one object: what it waits for */
    int status;  /* what it is to return */
    void *value; /* that it brings, or is given */
};

static inline bool snag__select_claim(struct snag__select *s, const struct snag__waiter *w) {
    const struct snag__waiter *none = NULL;
    return atomic_compare_exchange_strong(&s->winner, &none, w);
}

static inline const struct snag__waiter *snag__select_winner(struct snag__select *s) {
    return atomic_load(&s->winner);
}

static inline void snag__waiters_append(struct snag__waiters *q, struct snag__waiter *w) {
    w->next = NULL;
    w->queued = true;
    if (q->first == NULL)
        q->first = w;
    else
        q->last->next = w;
    q->last = w;
}

/* The longest waiting one, taken off; NULL: none. Those who have got something else do not count.
 */
static inline struct snag__waiter *snag__waiters_take(struct snag__waiters *q) {
    struct snag__waiter *w;
    while ((w = q->first) != NULL) {
        q->first = w->next;
        w->queued = false;
        if (w->of == NULL || snag__select_claim(w->of, w))
            break;
    }
    return w;
}

/* `w`, which is in there, leaves it. */
static inline void snag__waiters_remove(struct snag__waiters *q, const struct snag__waiter *w) {
    struct snag__waiter *before = NULL, **at = &q->first;
    while (*at != w) {
        before = *at;
        at = &before->next;
    }
    *at = w->next;
    if (q->last == w)
        q->last = before;
}

/* `w` was taken off its queue. */
static inline void snag__waiter_settle(struct snag__waiter *w, int status) {
    w->status = status;
    w->settled = true;
    snag_wake(w->waker);
}

/* Waits in `q` until it is settled, and returns with which status. Called, and returns, with `lock`
 * held. A task that is aborted ends in here, unless it is settled: it has got what it waited for.
 */
static inline int snag__waiters_wait(struct snag__waiters *q, struct snag__waiter *w,
                                     pthread_mutex_t *lock, enum snag_parked what,
                                     const volatile void *object, void *caller) {
    w->waker = snag_waker_self();
    w->of = NULL;
    w->settled = false;
    snag__waiters_append(q, w);
    while (!w->settled) {
        pthread_mutex_unlock(lock);
        bool aborted = snag_park_until(what, object, caller, UINT64_MAX) == SNAG_PARK_ABORTED;
        pthread_mutex_lock(lock);
        if (aborted && !w->settled) {
            snag__waiters_remove(q, w);
            pthread_mutex_unlock(lock);
            snag_task_exit();
        }
    }
    return w->status;
}

#endif
