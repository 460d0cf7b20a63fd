/* async_rwlock.c: the async read-write lock. See snag/async.h.
 *
 * It stays held while it goes from one to the next, as the async mutex. The rule: somebody waits
 * only while the first who waits may not have it.
 */
#include "snag/async.h"

#include "snag/task.h"
#include "task/async_lock.h"
#include "task/primitives/waiters.h"

void snag_async_rwlock_init(struct snag_async_rwlock *l) {
    pthread_mutex_init(&l->lock, NULL);
    l->readers = 0;
    l->writer = false;
    l->waiters = (struct snag__waiters){NULL, NULL};
    snag__async_created(l, SNAG__ASYNC_WRITE, __builtin_return_address(0));
}

void snag_async_rwlock_destroy(struct snag_async_rwlock *l) {
    snag__async_destroyed(l, SNAG__ASYNC_WRITE, __builtin_return_address(0));
    pthread_mutex_destroy(&l->lock);
}

/* Under the lock, as all that follows: has it, if nobody is in the way. */
static bool enter(struct snag_async_rwlock *l, enum snag__async_how how) {
    bool got = !l->writer && (how == SNAG__ASYNC_READ || l->readers == 0);
    if (got && how == SNAG__ASYNC_READ)
        l->readers++;
    else if (got)
        l->writer = true;
    return got;
}

/* Those who have waited longest get it, as long as they may have it together. */
static void serve(struct snag_async_rwlock *l) {
    while (l->waiters.first != NULL && enter(l, (enum snag__async_how)l->waiters.first->wants))
        snag__waiter_settle(snag__waiters_take(&l->waiters), 0);
}

/* Who waited is dropped, and has left the queue: those behind may not have to wait any more. */
static void left(void *lock) {
    struct snag_async_rwlock *l = lock;
    pthread_mutex_lock(&l->lock);
    serve(l);
    pthread_mutex_unlock(&l->lock);
}

static void wait(struct snag_async_rwlock *l, enum snag__async_how how, void *caller) {
    struct snag__waiter w = {.wants = how};
    struct snag_cleanup cleanup;
    snag__async_wanted(l, how, caller);
    snag_cleanup_push(&cleanup, left, l);
    (void)snag__waiters_wait(&l->waiters, &w, &l->lock, SNAG_PARKED_RWLOCK, l, caller);
    snag_cleanup_pop(&cleanup, false);
}

static void take(struct snag_async_rwlock *l, enum snag__async_how how, void *caller) {
    snag__async_asked(l, how, caller);
    pthread_mutex_lock(&l->lock);
    if (l->waiters.first != NULL || !enter(l, how))
        wait(l, how, caller);
    snag__async_acquired(l, how, caller);
    pthread_mutex_unlock(&l->lock);
}

void snag_async_rwlock_read(struct snag_async_rwlock *l) {
    take(l, SNAG__ASYNC_READ, __builtin_return_address(0));
}

void snag_async_rwlock_write(struct snag_async_rwlock *l) {
    take(l, SNAG__ASYNC_WRITE, __builtin_return_address(0));
}

static bool try_take(struct snag_async_rwlock *l, enum snag__async_how how, void *caller) {
    snag__async_used(l, how, caller);
    pthread_mutex_lock(&l->lock);
    bool got = l->waiters.first == NULL && enter(l, how);
    if (got)
        snag__async_acquired(l, how, caller);
    pthread_mutex_unlock(&l->lock);
    return got;
}

bool snag_async_rwlock_try_read(struct snag_async_rwlock *l) {
    return try_take(l, SNAG__ASYNC_READ, __builtin_return_address(0));
}

bool snag_async_rwlock_try_write(struct snag_async_rwlock *l) {
    return try_take(l, SNAG__ASYNC_WRITE, __builtin_return_address(0));
}

void snag_async_rwlock_unlock(struct snag_async_rwlock *l) {
    void *caller = __builtin_return_address(0);
    snag__async_used(l, SNAG__ASYNC_WRITE, caller);
    pthread_mutex_lock(&l->lock);
    snag__async_released(l, SNAG__ASYNC_WRITE, caller);
    if (l->writer)
        l->writer = false;
    else
        l->readers--;
    serve(l);
    pthread_mutex_unlock(&l->lock);
}
