/* barrier-reuse.c: a planted bug. Its healthy twin is condvar.c.
 *
 * Wrong: who waits at the barrier goes on when nobody is counted any more. Whoever came last sets
 * the count back and lets them go; but if somebody comes again before they have looked, they count
 * him, and wait on, with the one who let them go. Breaks R6: a wait needs a condition of its own,
 * that is not taken back.
 */
#include <pthread.h>

#include "notify.h"
#include "semaphore.h"

struct barrier {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t full;  /* the last of a generation has come */
    int64_t parties, arrived;
};

static void barrier_init(struct barrier *b, int64_t parties) {
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->full, NULL);
    b->parties = parties;
    b->arrived = 0;
}

static void barrier_destroy(struct barrier *b) {
    pthread_cond_destroy(&b->full);
    pthread_mutex_destroy(&b->lock);
}

static bool barrier_wait(struct barrier *b) {
    pthread_mutex_lock(&b->lock);
    bool last = ++b->arrived == b->parties;
    if (last) {
        b->arrived = 0;
        pthread_cond_broadcast(&b->full);
    }
    while (b->arrived != 0)
        pthread_cond_wait(&b->full, &b->lock);
    pthread_mutex_unlock(&b->lock);
    return last;
}

#include "waits_adapter.h"
WAITS_TARGET("sync/barrier-reuse", SNAG_THREADS, SYNC_ONCE | SYNC_RWLOCK);
