/* await-in-helper.c: a planted bug. Its healthy twin is mutex-async.c.
 *
 * Wrong: what was changed is recorded in a journal, under the same lock. Sending a full journal
 * to the backend was an ordinary call once and is a round trip now: record_locked awaits it, two
 * calls below the method that holds the blocking mutex, and only when the journal is full. The task
 * is suspended with the mutex; others that want it block their worker, until none is left to resume
 * it. Breaks R1: never suspend while holding a blocking mutex. Shows as suspended-owner, and as
 * suspend-holding-lock where no harm came of it.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

enum { JOURNAL_ENTRIES = 2, JOURNAL_REQUEST = 900 };

/* What was changed since the backend was last told: the keys, in order. */
struct journal {
    int64_t keys[JOURNAL_ENTRIES];
    int64_t count;
};

struct kv {
    pthread_mutex_t lock; /* guards all that follows */
    struct kv_table table;
    struct journal journal;
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

/* Tells the backend what was changed. */
static void journal_send(struct journal *journal) {
    int64_t digest = 0;
    for (int64_t i = 0; i < journal->count; i++)
        digest = digest * KV_KEYS + journal->keys[i];
    journal->count = 0;
    snag_io(JOURNAL_REQUEST + digest);
}

static void record_locked(struct kv *kv, int64_t key) {
    kv->journal.keys[kv->journal.count++] = key;
    if (kv->journal.count == JOURNAL_ENTRIES)
        journal_send(&kv->journal);
}

/* Stores and records it; the lock is held. `spare` is used up or freed. */
static bool store_locked(struct kv *kv, int64_t key, int64_t value, struct kv_entry *spare) {
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    if (stored)
        record_locked(kv, key);
    free(spare);
    return stored;
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    bool stored = store_locked(kv, key, value, spare);
    pthread_mutex_unlock(&kv->lock);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = store_locked(kv, key, sum, spare);
    pthread_mutex_unlock(&kv->lock);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    if (entry != NULL)
        record_locked(kv, key);
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

/* Fetches first: nothing is locked while the answer is under way. What came from the backend is not
 * recorded, for the backend knows it. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    int64_t answer = kv_fetch(key, arg);
    pthread_mutex_lock(&kv->lock);
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
KV_TARGET("kv/await-in-helper", SNAG_TASKS);
