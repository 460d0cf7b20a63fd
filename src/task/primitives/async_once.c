/* async_once.c: a value that is made once, by the first who asks. See snag/async.h.
 *
 * The rule: one at a time makes it, without the lock; whoever comes meanwhile waits, and if it was
 * not made, the longest waiting one makes it.
 */
#include "snag/async.h"

#include "task/primitives/waiters.h"

enum { UNMADE, BEING_MADE, MADE };

void snag_async_once_init(struct snag_async_once *o) {
    pthread_mutex_init(&o->lock, NULL);
    o->state = UNMADE;
    o->value = NULL;
    o->waiters = (struct snag__waiters){NULL, NULL};
}

void snag_async_once_destroy(struct snag_async_once *o) {
    pthread_mutex_destroy(&o->lock);
}

/* Under the lock: `made` is there, or the next one is to make it. */
static void finish(struct snag_async_once *o, void *made) {
    struct snag__waiter *w;
    o->value = made;
    o->state = made != NULL ? MADE : UNMADE;
    while ((w = snag__waiters_take(&o->waiters)) != NULL) {
        if (made == NULL)
            o->state = BEING_MADE; /* by this one */
        snag__waiter_settle(w, o->state);
        if (made == NULL)
            break;
    }
}

/* Who was to make it is dropped while doing so. */
static void abandon(void *cell) {
    struct snag_async_once *o = cell;
    pthread_mutex_lock(&o->lock);
    finish(o, NULL);
    pthread_mutex_unlock(&o->lock);
}

void *snag_async_once_get(struct snag_async_once *o, void *(*make)(void *argument),
                          void *argument) {
    struct snag__waiter w;
    pthread_mutex_lock(&o->lock);
    int state = o->state == UNMADE ? BEING_MADE : MADE;
    if (o->state == BEING_MADE)
        state = snag__waiters_wait(&o->waiters, &w, &o->lock, SNAG_PARKED_EVENT, o,
                                   __builtin_return_address(0));
    else if (o->state == UNMADE)
        o->state = BEING_MADE;
    if (state == BEING_MADE) {
        pthread_mutex_unlock(&o->lock);
        struct snag_cleanup cleanup;
        snag_cleanup_push(&cleanup, abandon, o);
        void *made = make(argument);
        snag_cleanup_pop(&cleanup, false);
        pthread_mutex_lock(&o->lock);
        finish(o, made);
    }
    void *value = o->value;
    pthread_mutex_unlock(&o->lock);
    return value;
}
