/* async_semaphore.c: permits, handed out in turn. See snag/async.h.
 *
 * The rule: somebody waits only while there is no permit; one that is given back goes straight to
 * the longest waiting.
 */
#include "snag/async.h"

#include "snag/select.h"
#include "task/primitives/waiters.h"

void snag_async_semaphore_init(struct snag_async_semaphore *s, uint32_t permits) {
    pthread_mutex_init(&s->lock, NULL);
    s->permits = permits;
    s->waiters = (struct snag__waiters){NULL, NULL};
}

void snag_async_semaphore_destroy(struct snag_async_semaphore *s) {
    pthread_mutex_destroy(&s->lock);
}

/* Under the lock. */
static bool take(struct snag_async_semaphore *s) {
    bool got = s->permits > 0;
    s->permits -= got;
    return got;
}

void snag_async_semaphore_acquire(struct snag_async_semaphore *s) {
    struct snag__waiter w;
    pthread_mutex_lock(&s->lock);
    if (!take(s))
        (void)snag__waiters_wait(&s->waiters, &w, &s->lock, SNAG_PARKED_SEMAPHORE, s,
                                 __builtin_return_address(0));
    pthread_mutex_unlock(&s->lock);
}

bool snag_async_semaphore_try_acquire(struct snag_async_semaphore *s) {
    pthread_mutex_lock(&s->lock);
    bool got = take(s);
    pthread_mutex_unlock(&s->lock);
    return got;
}

void snag_async_semaphore_release(struct snag_async_semaphore *s) {
    pthread_mutex_lock(&s->lock);
    struct snag__waiter *next = snag__waiters_take(&s->waiters);
    if (next != NULL)
        snag__waiter_settle(next, 0);
    else
        s->permits++;
    pthread_mutex_unlock(&s->lock);
}

static bool has_permit(const struct snag_source *source) {
    return ((const struct snag_async_semaphore *)source->of)->permits > 0;
}

static int take_permit(void *of, void **message) {
    (void)message;
    (void)take(of);
    return 0;
}

struct snag_source snag_source_semaphore(struct snag_async_semaphore *s) {
    return (struct snag_source){.lock = &s->lock,
                                .waiters = &s->waiters,
                                .of = s,
                                .what = SNAG_PARKED_SEMAPHORE,
                                .ready = has_permit,
                                .take = take_permit};
}
