/* async_notify.c: the news that something has happened. See snag/async.h.
 *
 * The rule: somebody waits only while no notification is kept.
 */
#include "snag/async.h"

#include "snag/select.h"
#include "task/primitives/waiters.h"

void snag_async_notify_init(struct snag_async_notify *n) {
    pthread_mutex_init(&n->lock, NULL);
    n->kept = false;
    n->waiters = (struct snag__waiters){NULL, NULL};
}

void snag_async_notify_destroy(struct snag_async_notify *n) {
    pthread_mutex_destroy(&n->lock);
}

void snag_async_notify_wait(struct snag_async_notify *n) {
    struct snag__waiter w;
    pthread_mutex_lock(&n->lock);
    if (!n->kept)
        (void)snag__waiters_wait(&n->waiters, &w, &n->lock, SNAG_PARKED_EVENT, n,
                                 __builtin_return_address(0));
    else
        n->kept = false;
    pthread_mutex_unlock(&n->lock);
}

void snag_async_notify_one(struct snag_async_notify *n) {
    pthread_mutex_lock(&n->lock);
    struct snag__waiter *next = snag__waiters_take(&n->waiters);
    if (next != NULL)
        snag__waiter_settle(next, 0);
    else
        n->kept = true;
    pthread_mutex_unlock(&n->lock);
}

uint32_t snag_async_notify_all(struct snag_async_notify *n) {
    uint32_t told = 0;
    pthread_mutex_lock(&n->lock);
    for (struct snag__waiter *w; (w = snag__waiters_take(&n->waiters)) != NULL; told++)
        snag__waiter_settle(w, 0);
    pthread_mutex_unlock(&n->lock);
    return told;
}

static bool is_kept(const struct snag_source *source) {
    return ((const struct snag_async_notify *)source->of)->kept;
}

static int use_up(void *of, void **message) {
    (void)message;
    ((struct snag_async_notify *)of)->kept = false;
    return 0;
}

struct snag_source snag_source_notify(struct snag_async_notify *n) {
    return (struct snag_source){.lock = &n->lock,
                                .waiters = &n->waiters,
                                .of = n,
                                .what = SNAG_PARKED_EVENT,
                                .ready = is_kept,
                                .take = use_up};
}
