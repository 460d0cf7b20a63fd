/* async_mutex.c: the async mutex. See snag/async.h.
 *
 * It stays held while it goes from one owner to the next: nobody can come in between. The rule:
 * somebody waits only while it is held.
 */
#include "snag/async.h"

#include "task/async_lock.h"
#include "task/primitives/waiters.h"

void snag_async_mutex_init(struct snag_async_mutex *m) {
    pthread_mutex_init(&m->lock, NULL);
    m->held = false;
    m->waiters = (struct snag__waiters){NULL, NULL};
    snag__async_created(m, SNAG__ASYNC_MUTEX, __builtin_return_address(0));
}

void snag_async_mutex_destroy(struct snag_async_mutex *m) {
    snag__async_destroyed(m, SNAG__ASYNC_MUTEX, __builtin_return_address(0));
    pthread_mutex_destroy(&m->lock);
}

void snag_async_mutex_lock(struct snag_async_mutex *m) {
    void *caller = __builtin_return_address(0);
    struct snag__waiter w;
    snag__async_asked(m, SNAG__ASYNC_MUTEX, caller);
    pthread_mutex_lock(&m->lock);
    if (m->held) {
        snag__async_wanted(m, SNAG__ASYNC_MUTEX, caller);
        snag__waiters_wait(&m->waiters, &w, &m->lock, SNAG_PARKED_MUTEX, m, caller);
    }
    m->held = true;
    snag__async_acquired(m, SNAG__ASYNC_MUTEX, caller);
    pthread_mutex_unlock(&m->lock);
}

bool snag_async_mutex_try_lock(struct snag_async_mutex *m) {
    void *caller = __builtin_return_address(0);
    snag__async_used(m, SNAG__ASYNC_MUTEX, caller);
    pthread_mutex_lock(&m->lock);
    bool got = !m->held;
    if (got) {
        m->held = true;
        snag__async_acquired(m, SNAG__ASYNC_MUTEX, caller);
    }
    pthread_mutex_unlock(&m->lock);
    return got;
}

void snag_async_mutex_unlock(struct snag_async_mutex *m) {
    void *caller = __builtin_return_address(0);
    snag__async_used(m, SNAG__ASYNC_MUTEX, caller);
    pthread_mutex_lock(&m->lock);
    snag__async_released(m, SNAG__ASYNC_MUTEX, caller);
    struct snag__waiter *next = snag__waiters_take(&m->waiters);
    m->held = next != NULL;
    if (next != NULL)
        snag__waiter_settle(next, 0);
    pthread_mutex_unlock(&m->lock);
}
