/* async-mutex.c: a key-value store for async tasks, behind an async mutex: healthy.
 *
 * The mutex is held across the await of a fetch, so that no two tasks fetch at the same time (as
 * with a connection that serves one request after the other): that is what an async mutex is for.
 * Who waits for it is suspended, and leaves its worker to others. The rule: no blocking lock is
 * held at an await, no visitor is called with the mutex in hand, and whoever is cancelled at an
 * await leaves nothing behind.
 */
#include <stdlib.h>

#include "kv.h"
#include "snag/async.h"
#include "snag/task.h"
#include "table.h"

struct kv {
    struct snag_async_mutex lock; /* guards `table`, and the way to the backend */
    struct kv_table table;
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    snag_async_mutex_init(&kv->lock);
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    snag_async_mutex_destroy(&kv->lock);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    snag_async_mutex_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    snag_async_mutex_unlock(&kv->lock);
    return value;
}

/* What is not needed in the end, or when the operation is cancelled while it waits for the lock. */
static void free_spare(void *spare) {
    free(*(struct kv_entry **)spare);
}

static void unlock(void *lock) {
    snag_async_mutex_unlock(lock);
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    struct snag_cleanup cleanup;
    if (spare == NULL)
        return KV_NOMEM;
    snag_cleanup_push(&cleanup, free_spare, &spare);
    snag_async_mutex_lock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    snag_async_mutex_unlock(&kv->lock);
    snag_cleanup_pop(&cleanup, true);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    struct snag_cleanup cleanup;
    if (spare == NULL)
        return KV_NOMEM;
    snag_cleanup_push(&cleanup, free_spare, &spare);
    snag_async_mutex_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    snag_async_mutex_unlock(&kv->lock);
    snag_cleanup_pop(&cleanup, true);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    snag_async_mutex_lock(&kv->lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    snag_async_mutex_unlock(&kv->lock);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

/* When it is free there is nothing to wait for. */
static int64_t kv_len(struct kv *kv) {
    if (!snag_async_mutex_try_lock(&kv->lock))
        snag_async_mutex_lock(&kv->lock);
    int64_t count = kv->table.count;
    snag_async_mutex_unlock(&kv->lock);
    return count;
}

/* Calls back with a copy, after the lock was given up: the visitor may use the store. */
static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value != KV_ABSENT)
        visitor(key, value, arg);
    return value;
}

/* One fetch at a time; the table does not change while the answer is under way. Cancelled there, it
 * gives the lock up. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    struct kv_entry *spare = malloc(sizeof *spare);
    struct snag_cleanup freeing, unlocking;
    if (spare == NULL)
        return KV_NOMEM;
    snag_cleanup_push(&freeing, free_spare, &spare);
    snag_async_mutex_lock(&kv->lock);
    snag_cleanup_push(&unlocking, unlock, &kv->lock);
    bool stored = kv_table_put(&kv->table, key, kv_fetch(key, arg), &spare);
    snag_cleanup_pop(&unlocking, true);
    snag_cleanup_pop(&freeing, true);
    return stored ? KV_OK : KV_FULL;
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/async-mutex", SNAG_TASKS, .cancel = true);
