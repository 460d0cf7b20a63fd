/* blocking-mutex-around-io.c: a planted bug. Its healthy twin is mutex-async.c.
 *
 * Wrong: the backend is asked by a client library for threads, whose round trip blocks the caller,
 * and under the blocking mutex of the table, so that only one request is under way at a time. No
 * task is suspended with the mutex; but the worker that runs it is blocked as long as the backend
 * takes, and so is every other one whose task wants the table: tasks that could go on do not. It
 * should be fetched by an await, before the mutex is taken; to have one request at a time, an async
 * mutex should guard the way to the backend. Breaks R2: blocking mutex for plain data, async mutex
 * for what is held across a wait. Shows as blocking-in-async, and as the hint lock-around-io where
 * nobody was kept waiting.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "kv.h"
#include "table.h"

struct kv {
    pthread_mutex_t lock; /* guards `table`, and the way to the backend */
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

/* The client for threads: sends the request, and sits there until the answer has come. */
static int64_t fetch_blocking(int64_t key, int64_t arg) {
    static const struct timespec round_trip = {.tv_nsec = 40000000};
    nanosleep(&round_trip, NULL);
    return snag_io_answer(kv_request(key, arg));
}

static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    int64_t answer = fetch_blocking(key, arg);
    bool stored = kv_table_put(&kv->table, key, answer, &spare);
    pthread_mutex_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/blocking-mutex-around-io", SNAG_TASKS);
