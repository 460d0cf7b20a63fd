/* async-lock-in-blocking-code.c: a planted bug. Its healthy twin is async-mutex.c.
 *
 * Wrong: the length is asked for by a library that knows nothing of tasks, and calls back on a
 * thread of its own; kv_len hands it the question and blocks until the thread has answered. The
 * thread takes the async mutex, as it may, and waits for its owner, a task that is suspended in a
 * fetch; and that task needs the very worker on which kv_len sits. With two workers it takes two
 * such calls. Code that blocks should run on the blocking pool, and be awaited; or what it needs
 * should be guarded by a blocking mutex that nobody holds across an await. Breaks R2: blocking
 * mutex for plain data, async mutex for what is held across a wait. Shows as suspended-owner.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "snag/async.h"
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

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    snag_async_mutex_lock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    snag_async_mutex_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    snag_async_mutex_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    snag_async_mutex_unlock(&kv->lock);
    free(spare);
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

/* A question, and its answer. */
struct count {
    struct kv *kv;
    int64_t entries;
};

/* On the library's thread: no task, so that what awaits elsewhere blocks here. */
static void *count_entries(void *argument) {
    struct count *count = argument;
    snag_async_mutex_lock(&count->kv->lock);
    count->entries = count->kv->table.count;
    snag_async_mutex_unlock(&count->kv->lock);
    return NULL;
}

static int64_t kv_len(struct kv *kv) {
    struct count count = {.kv = kv};
    pthread_t library;
    if (pthread_create(&library, NULL, count_entries, &count) != 0)
        return KV_NOMEM;
    pthread_join(library, NULL);
    return count.entries;
}

/* Calls back with a copy, after the lock was given up: the visitor may use the store. */
static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value != KV_ABSENT)
        visitor(key, value, arg);
    return value;
}

/* One fetch at a time; the table does not change while the answer is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    snag_async_mutex_lock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, kv_fetch(key, arg), &spare);
    snag_async_mutex_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/async-lock-in-blocking-code", SNAG_TASKS);
