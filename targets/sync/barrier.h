/* barrier.h: a barrier by a mutex and a condition variable.
 *
 * The rule: who waits, waits for the end of his own generation, whatever comes behind it.
 */
#ifndef BARRIER_H
#define BARRIER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct barrier {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t full;  /* the last of a generation has come */
    int64_t parties, arrived, generation;
};

static void barrier_init(struct barrier *b, int64_t parties) {
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->full, NULL);
    b->parties = parties;
    b->arrived = b->generation = 0;
}

static void barrier_destroy(struct barrier *b) {
    pthread_cond_destroy(&b->full);
    pthread_mutex_destroy(&b->lock);
}

static bool barrier_wait(struct barrier *b) {
    pthread_mutex_lock(&b->lock);
    int64_t own = b->generation;
    bool last = ++b->arrived == b->parties;
    if (last) {
        b->arrived = 0;
        b->generation++;
        pthread_cond_broadcast(&b->full);
    }
    while (b->generation == own)
        pthread_cond_wait(&b->full, &b->lock);
    pthread_mutex_unlock(&b->lock);
    return last;
}

#endif
