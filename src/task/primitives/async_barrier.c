/* async_barrier.c: those who come wait for the others. See snag/async.h.
 *
 * The rule: whoever comes last lets all go on before anybody can come again.
 */
#include "snag/async.h"

#include "task/primitives/waiters.h"

void snag_async_barrier_init(struct snag_async_barrier *b, uint32_t size) {
    pthread_mutex_init(&b->lock, NULL);
    b->size = size;
    b->arrived = 0;
    b->waiters = (struct snag__waiters){NULL, NULL};
}

void snag_async_barrier_destroy(struct snag_async_barrier *b) {
    pthread_mutex_destroy(&b->lock);
}

bool snag_async_barrier_wait(struct snag_async_barrier *b) {
    struct snag__waiter w;
    pthread_mutex_lock(&b->lock);
    bool last = ++b->arrived == b->size;
    if (last) {
        b->arrived = 0;
        for (struct snag__waiter *next; (next = snag__waiters_take(&b->waiters)) != NULL;)
            snag__waiter_settle(next, 0);
    } else {
        (void)snag__waiters_wait(&b->waiters, &w, &b->lock, SNAG_PARKED_EVENT, b,
                                 __builtin_return_address(0));
    }
    pthread_mutex_unlock(&b->lock);
    return last;
}
