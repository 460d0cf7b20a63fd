/* rwlock.c: a key-value store for threads, a read-write lock inside: healthy.
 *
 * Readers share the lock, and so does who overwrites a value in place. The rules: entries come and
 * go under the write lock only; under the read lock a value is read and written atomically; nobody
 * who holds the lock asks for it again, in either way, nor waits, nor calls back.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

struct kv {
    pthread_rwlock_t
        lock; /* guards `table`; a value may be overwritten by whoever reads, atomically */
    struct kv_table table;
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (pthread_rwlock_init(&kv->lock, NULL) != 0) {
        free(kv);
        return NULL;
    }
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    pthread_rwlock_destroy(&kv->lock);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    pthread_rwlock_rdlock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? __atomic_load_n(&entry->value, __ATOMIC_SEQ_CST) : KV_ABSENT;
    pthread_rwlock_unlock(&kv->lock);
    return value;
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_rwlock_wrlock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    pthread_rwlock_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_rwlock_wrlock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    pthread_rwlock_unlock(&kv->lock);
    free(spare);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    pthread_rwlock_wrlock(&kv->lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    pthread_rwlock_unlock(&kv->lock);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    pthread_rwlock_rdlock(&kv->lock);
    int64_t count = kv->table.count;
    pthread_rwlock_unlock(&kv->lock);
    return count;
}

/* Calls back with a copy, after the lock was given up: the visitor may use the store. */
static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value != KV_ABSENT)
        visitor(key, value, arg);
    return value;
}

/* A key that is there gets its new value in place: one store, which leaves the readers alone. */
static int64_t refresh(struct kv *kv, int64_t key, int64_t value) {
    pthread_rwlock_rdlock(&kv->lock);
    struct kv_entry *entry = kv_table_find(&kv->table, key);
    if (entry == NULL) {
        pthread_rwlock_unlock(&kv->lock);
        return kv_put(kv, key, value); /* it was removed while the backend was asked */
    }
    __atomic_store_n(&entry->value, value, __ATOMIC_SEQ_CST);
    pthread_rwlock_unlock(&kv->lock);
    return KV_OK;
}

/* Fetches first: nothing is locked while the answer is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    bool known = kv_get(kv, key) != KV_ABSENT;
    int64_t answer = kv_fetch(key, arg);
    return known ? refresh(kv, key, answer) : kv_put(kv, key, answer);
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/rwlock", SNAG_THREADS);
