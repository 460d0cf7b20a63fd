/* stale-cache, mended: from the look at the store to the entry in the cache, nobody changes either.
 * Expected: nothing. */
#include <pthread.h>
#include <stdio.h>

enum { NOTHING = 0, OLD = 1, NEW = 2 };
static pthread_rwlock_t cache_lock = PTHREAD_RWLOCK_INITIALIZER;
static int store = OLD;
static int cache = NOTHING;

static int lookup(void) {
    pthread_rwlock_rdlock(&cache_lock);
    int value = cache;
    pthread_rwlock_unlock(&cache_lock);
    if (value != NOTHING)
        return value;
    pthread_rwlock_wrlock(&cache_lock);
    value = store;
    cache = value;
    pthread_rwlock_unlock(&cache_lock);
    return value;
}

static void update(int value) {
    pthread_rwlock_wrlock(&cache_lock);
    store = value;
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
