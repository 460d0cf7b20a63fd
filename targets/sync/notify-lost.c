/* notify-lost.c: a planted bug. Its healthy twin is condvar.c.
 *
 * Wrong: whoever notifies and finds nobody waiting keeps the notification, but after it has given
 * the lock up: a flag that is atomic seems to need none. Who comes in between sees no notification
 * and sleeps, and the flag is set when nobody looks any more. Breaks R6: waits belong into one
 * primitive that gets them right.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "barrier.h"
#include "semaphore.h"

struct notify {
    pthread_mutex_t lock; /* guards the rest, but for `kept` */
    pthread_cond_t more;  /* somebody more was told */
    atomic_bool kept;
    int64_t came, told; /* how many have waited, and of them, how many were told */
};

static void notify_init(struct notify *n) {
    pthread_mutex_init(&n->lock, NULL);
    pthread_cond_init(&n->more, NULL);
    atomic_init(&n->kept, false);
    n->came = n->told = 0;
}

static void notify_destroy(struct notify *n) {
    pthread_cond_destroy(&n->more);
    pthread_mutex_destroy(&n->lock);
}

static void notify_wait(struct notify *n) {
    pthread_mutex_lock(&n->lock);
    int64_t self = n->came++;
    while (n->told <= self) {
        if (atomic_exchange(&n->kept, false))
            n->told++;
        else
            pthread_cond_wait(&n->more, &n->lock);
    }
    pthread_mutex_unlock(&n->lock);
}

static void notify_one(struct notify *n) {
    pthread_mutex_lock(&n->lock);
    bool waits = n->told < n->came;
    n->told += waits;
    pthread_cond_broadcast(&n->more);
    pthread_mutex_unlock(&n->lock);
    if (!waits)
        atomic_store(&n->kept, true);
}

static int64_t notify_all(struct notify *n) {
    pthread_mutex_lock(&n->lock);
    int64_t waiting = n->came - n->told;
    n->told = n->came;
    pthread_cond_broadcast(&n->more);
    pthread_mutex_unlock(&n->lock);
    return waiting;
}

#include "waits_adapter.h"
WAITS_TARGET("sync/notify-lost", SNAG_THREADS, SYNC_ONCE | SYNC_RWLOCK);
