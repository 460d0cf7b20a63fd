/* queue.c: the queue of queue.h.
 *
 * Wrong: queue_close() needs no lock, it seems, for the flag is atomic. But whoever has just found
 * it down, and is about to wait, sleeps through the broadcast.
 * Expected: a lost wakeup. */
#include "queue.h"

void queue_init(struct queue *q) {
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
    q->count = 0;
    atomic_init(&q->closed, false);
}

void queue_put(struct queue *q, int number) {
    pthread_mutex_lock(&q->lock);
    while (q->count == QUEUE_ROOM)
        pthread_cond_wait(&q->changed, &q->lock);
    q->numbers[q->count++] = number;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

void queue_close(struct queue *q) {
    atomic_store(&q->closed, true);
    pthread_cond_broadcast(&q->changed);
}

bool queue_get(struct queue *q, int *number) {
    pthread_mutex_lock(&q->lock);
    while (q->count == 0 && !atomic_load(&q->closed))
        pthread_cond_wait(&q->changed, &q->lock);
    bool got = q->count > 0;
    if (got) {
        *number = q->numbers[--q->count];
        pthread_cond_broadcast(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    return got;
}
