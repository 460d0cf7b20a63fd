/* rwlock_upgrade.c: a read-write lock whose readers may become the writer, and two who do.
 *
 * Wrong: an upgrade waits until its own is the only reader left. Two who both read, and both want
 * to write, wait for each other. In the fixed twin the second one is refused, and comes again.
 */
#include "crew.h"

#include "snag/scenario.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int readers;
static bool upgrading, writing;
static int value;

static void read_lock(void) {
    pthread_mutex_lock(&lock);
    while (writing) {
        pthread_cond_wait(&changed, &lock);
    }
    readers++;
    pthread_mutex_unlock(&lock);
}

static void read_unlock(void) {
    pthread_mutex_lock(&lock);
    readers--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* False: it is still read locked. */
static bool upgrade(void) {
    pthread_mutex_lock(&lock);
#ifdef FIXED
    if (upgrading) {
        pthread_mutex_unlock(&lock);
        return false;
    }
#endif
    upgrading = true;
    while (readers > 1) {
        pthread_cond_wait(&changed, &lock);
    }
    readers = 0;
    upgrading = false;
    writing = true;
    pthread_mutex_unlock(&lock);
    return true;
}

static void write_unlock(void) {
    pthread_mutex_lock(&lock);
    writing = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void *advance(void *unused) {
    read_lock();
    while (!upgrade()) {
        read_unlock();
        read_lock();
    }
    value++;
    write_unlock();
    return unused;
}

SNAG_SCENARIO(rwlock_upgrade) {
    begin(advance, NULL);
    begin(advance, NULL);
    await_all();
    snag_assert(value == 2);
}
