/* semaphore.h: a semaphore by a mutex and a condition variable.
 *
 * The rule: whoever waits looks again after every wakeup, under the lock.
 */
#ifndef SEMAPHORE_H
#define SEMAPHORE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct semaphore {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t freed; /* there is a permit more */
    int64_t permits;
};

static void semaphore_init(struct semaphore *s, int64_t permits) {
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->freed, NULL);
    s->permits = permits;
}

static void semaphore_destroy(struct semaphore *s) {
    pthread_cond_destroy(&s->freed);
    pthread_mutex_destroy(&s->lock);
}

static void semaphore_acquire(struct semaphore *s) {
    pthread_mutex_lock(&s->lock);
    while (s->permits == 0)
        pthread_cond_wait(&s->freed, &s->lock);
    s->permits--;
    pthread_mutex_unlock(&s->lock);
}

static bool semaphore_try_acquire(struct semaphore *s) {
    pthread_mutex_lock(&s->lock);
    bool got = s->permits > 0;
    s->permits -= got;
    pthread_mutex_unlock(&s->lock);
    return got;
}

static void semaphore_release(struct semaphore *s) {
    pthread_mutex_lock(&s->lock);
    s->permits++;
    pthread_cond_signal(&s->freed);
    pthread_mutex_unlock(&s->lock);
}

#endif
