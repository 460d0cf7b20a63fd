/* two_waiters.c: a place for one item, two who put and two who get.
 *
 * Wrong: those who wait for an item and those who wait for room share a condition variable, and one
 * of them is woken. It may be one who has no use for it.
 */
#include "crew.h"

#include "snag/scenario.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool full;

#ifdef FIXED
#define WAKE pthread_cond_broadcast
#else
#define WAKE pthread_cond_signal
#endif

static void make(bool wanted) {
    pthread_mutex_lock(&lock);
    while (full == wanted) {
        pthread_cond_wait(&changed, &lock);
    }
    full = wanted;
    WAKE(&changed);
    pthread_mutex_unlock(&lock);
}

static void *put(void *unused) {
    make(true);
    return unused;
}

static void *get(void *unused) {
    make(false);
    return unused;
}

SNAG_SCENARIO(two_waiters) {
    begin(put, NULL);
    begin(put, NULL);
    begin(get, NULL);
    begin(get, NULL);
    await_all();
}
