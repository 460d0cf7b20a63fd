/* forgotten-unlock-path.c: a planted bug. Its healthy twin is mutex.c.
 *
 * Wrong: kv_fetch_put looks for room before it asks the backend, so as not to ask in vain, and once
 * more when it stores the answer. If the table was filled up meanwhile it returns from between lock
 * and unlock: the store stays locked for good. Alone, no thread ever comes that way. Breaks R4:
 * centralise locking inside the type; a lock taken in many places is forgotten in one of them.
 * Shows as misuse (an operation returned holding a lock) and as the hang that follows.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

struct kv {
    pthread_mutex_t lock; /* guards `table` */
    struct kv_table table;
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (pthread_mutex_init(&kv->lock, NULL) != 0) {
        free(kv);
        return NULL;
    }
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    pthread_mutex_destroy(&kv->lock);
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
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    pthread_mutex_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    pthread_mutex_unlock(&kv->lock);
    free(spare);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    pthread_mutex_unlock(&kv->lock);
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

static bool has_room(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->lock);
    bool room = kv->table.count < kv->table.capacity || kv_table_find(&kv->table, key) != NULL;
    pthread_mutex_unlock(&kv->lock);
    return room;
}

/* A full table is told at once: the backend is slow, and is not asked in vain. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    if (!has_room(kv, key))
        return KV_FULL;
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    int64_t answer = kv_fetch(key, arg);
    pthread_mutex_lock(&kv->lock);
    if (!kv_table_put(&kv->table, key, answer, &spare)) {
        free(spare);
        return KV_FULL;
    }
    pthread_mutex_unlock(&kv->lock);
    free(spare);
    return KV_OK;
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/forgotten-unlock-path", SNAG_THREADS);
