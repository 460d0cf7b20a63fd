/* notify.h: notifications by a mutex and a condition variable.
 *
 * Those who wait are numbered as they come, and told in that order. The rule: what is kept, and who
 * waits, changes under the lock only; somebody waits only while nothing is kept.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct notify {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t more;  /* somebody more was told */
    bool kept;
    int64_t came, told; /* how many have waited, and of them, how many were told */
};

static void notify_init(struct notify *n) {
    pthread_mutex_init(&n->lock, NULL);
    pthread_cond_init(&n->more, NULL);
    n->kept = false;
    n->came = n->told = 0;
}

static void notify_destroy(struct notify *n) {
    pthread_cond_destroy(&n->more);
    pthread_mutex_destroy(&n->lock);
}

static void notify_wait(struct notify *n) {
    pthread_mutex_lock(&n->lock);
    if (!n->kept) {
        int64_t self = n->came++;
        while (n->told <= self)
            pthread_cond_wait(&n->more, &n->lock);
    } else {
        n->kept = false;
    }
    pthread_mutex_unlock(&n->lock);
}

static void notify_one(struct notify *n) {
    pthread_mutex_lock(&n->lock);
    if (n->told < n->came) {
        n->told++;
        pthread_cond_broadcast(&n->more); /* whose turn it is, only they know */
    } else {
        n->kept = true;
    }
    pthread_mutex_unlock(&n->lock);
}

static int64_t notify_all(struct notify *n) {
    pthread_mutex_lock(&n->lock);
    int64_t waiting = n->came - n->told;
    n->told = n->came;
    pthread_cond_broadcast(&n->more);
    pthread_mutex_unlock(&n->lock);
    return waiting;
}

#endif
