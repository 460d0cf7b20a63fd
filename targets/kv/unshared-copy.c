/* unshared-copy.c: a planted bug. Its healthy twin is mutex.c.
 *
 * Updates are made one at a time, under `writers`; readers take only the inner lock, for as long as
 * they read. Wrong: kv_add copies the struct that holds the writers' lock, and locks the copy:
 * nobody else ever waits for that one, so another update may come between its read and its write
 * and be lost. The table itself is locked at every access, so no race detector speaks. Breaks R3:
 * shared state is one object, its mutex inside, passed on by reference.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

struct writers {
    pthread_mutex_t lock; /* held from the first read of an update to its last write */
    int64_t largest;      /* value that may be stored */
};

struct kv {
    struct writers writers; /* taken before `lock` */
    pthread_mutex_t lock;   /* guards `table` */
    struct kv_table table;
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (pthread_mutex_init(&kv->writers.lock, NULL) != 0) {
        free(kv);
        return NULL;
    }
    if (pthread_mutex_init(&kv->lock, NULL) != 0) {
        pthread_mutex_destroy(&kv->writers.lock);
        free(kv);
        return NULL;
    }
    kv->writers.largest = INT32_MAX;
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    pthread_mutex_destroy(&kv->lock);
    pthread_mutex_destroy(&kv->writers.lock);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    pthread_mutex_unlock(&kv->lock);
    return value;
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t store(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    pthread_mutex_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    pthread_mutex_lock(&kv->writers.lock);
    int64_t status = store(kv, key, value);
    pthread_mutex_unlock(&kv->writers.lock);
    return status;
}

/* A sum that would be too large stays at the largest. */
static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct writers writers = kv->writers;
    pthread_mutex_lock(&writers.lock);
    int64_t held = kv_get(kv, key);
    int64_t sum = (held != KV_ABSENT ? held : 0) + delta;
    if (sum > writers.largest)
        sum = writers.largest;
    int64_t status = store(kv, key, sum);
    pthread_mutex_unlock(&writers.lock);
    return status == KV_OK ? sum : status;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->writers.lock);
    pthread_mutex_lock(&kv->lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    pthread_mutex_unlock(&kv->lock);
    pthread_mutex_unlock(&kv->writers.lock);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    pthread_mutex_lock(&kv->lock);
    int64_t count = kv->table.count;
    pthread_mutex_unlock(&kv->lock);
    return count;
}

/* Calls back with a copy, after the lock was given up: the visitor may use the store. */
static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value != KV_ABSENT)
        visitor(key, value, arg);
    return value;
}

/* Fetches first: nothing is locked while the answer is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/unshared-copy", SNAG_THREADS);
