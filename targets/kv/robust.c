/* robust.c: a key-value store for threads, one robust mutex inside: healthy.
 *
 * A thread of kv_fetch_put may end while it holds the mutex; the next one that locks it is told so,
 * repairs the table and goes on. The rule: `table` is touched only between lock_table and
 * unlock_table, and nothing is called there that locks, waits or calls back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

struct kv {
    pthread_mutex_t lock; /* guards `table` */
    struct kv_table table;
};

/* False: out of memory or the like; nothing is left to destroy. */
static bool make_lock(pthread_mutex_t *lock) {
    pthread_mutexattr_t attr;
    if (pthread_mutexattr_init(&attr) != 0)
        return false;
    bool made = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0 &&
                pthread_mutex_init(lock, &attr) == 0;
    pthread_mutexattr_destroy(&attr);
    return made;
}

/* Whoever died with the lock may have stopped anywhere: what the table says of itself is counted
 * anew. */
static void repair(struct kv_table *table) {
    table->count = 0;
    for (const struct kv_entry *entry = table->entries; entry != NULL; entry = entry->next)
        table->count++;
}

static void lock_table(struct kv *kv) {
    if (pthread_mutex_lock(&kv->lock) == EOWNERDEAD) {
        repair(&kv->table);
        pthread_mutex_consistent(&kv->lock);
    }
}

static void unlock_table(struct kv *kv) {
    pthread_mutex_unlock(&kv->lock);
}

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (!make_lock(&kv->lock)) {
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
    lock_table(kv);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    unlock_table(kv);
    return value;
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    lock_table(kv);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    unlock_table(kv);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    lock_table(kv);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    unlock_table(kv);
    free(spare);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    lock_table(kv);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    unlock_table(kv);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    lock_table(kv);
    int64_t count = kv->table.count;
    unlock_table(kv);
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
    lock_table(kv);
    bool room = kv->table.count < kv->table.capacity || kv_table_find(&kv->table, key) != NULL;
    unlock_table(kv);
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

/* Stores under the lock, or ends the thread with it, wherever it is just then. */
static void store_locked(struct job *job, int64_t value) {
    struct kv_table *table = &job->kv->table;
    struct kv_entry *entry = kv_table_find(table, job->key);
    if (entry == NULL) {
        if (++table->count > table->capacity)
            give_up(job, KV_FULL);
        entry = malloc(sizeof *entry);
        if (entry == NULL)
            give_up(job, KV_NOMEM);
        *entry = (struct kv_entry){.next = table->entries, .key = job->key};
        table->entries = entry;
    }
    entry->value = value;
}

static void *fetch_main(void *arg) {
    struct job *job = arg;
    int64_t answer = kv_fetch(job->key, job->arg);
    lock_table(job->kv);
    store_locked(job, answer);
    unlock_table(job->kv);
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
    if (job.result != KV_OK) { /* if nobody came sooner, the table is repaired now */
        lock_table(kv);
        unlock_table(kv);
    }
    return job.result;
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/robust", SNAG_THREADS);
