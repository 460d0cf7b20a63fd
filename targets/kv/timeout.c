/* timeout.c: a key-value store for async tasks that do not wait for ever: healthy.
 *
 * The way to the backend is an async mutex, for it serves one request after the other. A request
 * for which that takes too long is dropped. The rule: a request may be dropped at each of its
 * awaits, so what it holds there has a cleanup that gives it back.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "snag/async.h"
#include "table.h"

/* The backend alone is always faster. */
#define PATIENCE_NS UINT64_C(4000000)

struct kv {
    pthread_mutex_t lock; /* guards `table`; never held across an await */
    struct kv_table table;
    struct snag_async_mutex way; /* to the backend */
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (pthread_mutex_init(&kv->lock, NULL) != 0) {
        free(kv);
        return NULL;
    }
    snag_async_mutex_init(&kv->way);
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    snag_async_mutex_destroy(&kv->way);
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

struct request {
    struct kv *kv;
    int64_t key, arg, answer;
};

static void give_back(void *way) {
    snag_async_mutex_unlock(way);
}

/* May be dropped at each of its awaits. */
static void ask(void *argument) {
    struct request *r = argument;
    struct snag_cleanup cleanup;
    snag_async_mutex_lock(&r->kv->way);
    snag_cleanup_push(&cleanup, give_back, &r->kv->way);
    r->answer = kv_fetch(r->key, r->arg);
    snag_cleanup_pop(&cleanup, true);
}

/* Whoever was not patient enough asks once more, with all the time in the world. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    struct request r = {.kv = kv, .key = key, .arg = arg};
    if (!snag_task_timeout(PATIENCE_NS, ask, &r))
        ask(&r);
    return kv_put(kv, key, r.answer);
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/timeout", SNAG_TASKS);
