/* stale-cache: a value in a store, and a copy of it in front.
 *
 * Wrong: lookup() reads the store, and afterwards puts what it read into the cache. An update that
 * comes in between clears an entry that is not there yet; what is put in then is out of date, and
 * stays.
 * Expected: exit status 1. */
#include <pthread.h>
#include <stdio.h>

enum { NOTHING = 0, OLD = 1, NEW = 2 };
static pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t cache_lock = PTHREAD_RWLOCK_INITIALIZER;
static int store = OLD;
static int cache = NOTHING;

static int lookup(void) {
    pthread_rwlock_rdlock(&cache_lock);
    int value = cache;
    pthread_rwlock_unlock(&cache_lock);
    if (value != NOTHING)
        return value;
    pthread_mutex_lock(&store_lock);
    value = store;
    pthread_mutex_unlock(&store_lock);
    pthread_rwlock_wrlock(&cache_lock);
    cache = value;
    pthread_rwlock_unlock(&cache_lock);
    return value;
}

static void update(int value) {
    pthread_mutex_lock(&store_lock);
    store = value;
    pthread_mutex_unlock(&store_lock);
    pthread_rwlock_wrlock(&cache_lock);
    cache = NOTHING;
    pthread_rwlock_unlock(&cache_lock);
}

static void *read_it(void *unused) {
    (void)unused;
    lookup();
    return NULL;
}

int main(void) {
    pthread_t reader;
    pthread_create(&reader, NULL, read_it, NULL);
    update(NEW);
    pthread_join(reader, NULL);
    int value = lookup();
    printf("the value is %s\n", value == NEW ? "new" : "old");
    return value == NEW ? 0 : 1;
}
