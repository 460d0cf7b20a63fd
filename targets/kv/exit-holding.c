/* exit-holding.c: a planted bug. Its healthy twin is robust.c.
 *
 * Wrong: kv_fetch_put leaves its work to a thread of its own. What that cannot store, because the
 * table was filled up while the backend was asked, ends the thread, by pthread_exit two calls below
 * the lock, which nobody will ever unlock. Alone, no thread ever comes that way. Breaks R4: a lock
 * is given up where it was taken, on every path. Shows as the hang of whoever comes next, or as a
 * misuse, when the mutex is destroyed held.
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

/* What a fetch is given, and what became of it. */
struct job {
    struct kv *kv;
    int64_t key, arg, result;
};

/* Ends the fetching thread. */
static _Noreturn void give_up(struct job *job, int64_t code) {
    job->result = code;
    pthread_exit(NULL);
}

/* Stores under the lock, or ends the thread. */
static void store_locked(struct job *job, int64_t value) {
    struct kv_table *table = &job->kv->table;
    struct kv_entry *spare = NULL;
    if (kv_table_find(table, job->key) == NULL) {
        if (table->count == table->capacity)
            give_up(job, KV_FULL);
        spare = malloc(sizeof *spare);
        if (spare == NULL)
            give_up(job, KV_NOMEM);
    }
    kv_table_put(table, job->key, value, &spare);
}

static void *fetch_main(void *arg) {
    struct job *job = arg;
    int64_t answer = kv_fetch(job->key, job->arg);
    pthread_mutex_lock(&job->kv->lock);
    store_locked(job, answer);
    pthread_mutex_unlock(&job->kv->lock);
    job->result = KV_OK;
    return NULL;
}

/* The backend's library is not made for the caller's thread: it gets one of its own. A full table
 * is told at once: the backend is slow, and is not asked in vain. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    struct job job = {.kv = kv, .key = key, .arg = arg};
    pthread_t thread;
    if (!has_room(kv, key))
        return KV_FULL;
    if (pthread_create(&thread, NULL, fetch_main, &job) != 0)
        return KV_NOMEM;
    pthread_join(thread, NULL);
    return job.result;
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/exit-holding", SNAG_THREADS);
