/* scattered-locks.c: a planted bug. Its healthy twin is mutex.c.
 *
 * Wrong: table and statistics have a lock each, taken wherever they are needed. Every method takes
 * the table's first, except kv_remove, which takes the statistics' first: two threads can each hold
 * what the other one waits for. Breaks R4: centralise locking inside the type, in one order.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

struct kv {
    pthread_mutex_t table_lock; /* guards `table` */
    struct kv_table table;
    pthread_mutex_t stats_lock; /* guards the counts, which move together with the table */
    int64_t hits, misses;       /* of get and visit */
    int64_t created, removed;   /* keys */
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (pthread_mutex_init(&kv->table_lock, NULL) != 0) {
        free(kv);
        return NULL;
    }
    if (pthread_mutex_init(&kv->stats_lock, NULL) != 0) {
        pthread_mutex_destroy(&kv->table_lock);
        free(kv);
        return NULL;
    }
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    pthread_mutex_destroy(&kv->stats_lock);
    pthread_mutex_destroy(&kv->table_lock);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->table_lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    pthread_mutex_lock(&kv->stats_lock);
    if (entry != NULL)
        kv->hits++;
    else
        kv->misses++;
    pthread_mutex_unlock(&kv->stats_lock);
    pthread_mutex_unlock(&kv->table_lock);
    return value;
}

/* Stores under the table's lock, which is held. `spare` is used up or freed. */
static bool store_locked(struct kv *kv, int64_t key, int64_t value, struct kv_entry *spare) {
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    if (stored && spare == NULL) {
        pthread_mutex_lock(&kv->stats_lock);
        kv->created++;
        pthread_mutex_unlock(&kv->stats_lock);
    }
    free(spare);
    return stored;
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->table_lock);
    bool stored = store_locked(kv, key, value, spare);
    pthread_mutex_unlock(&kv->table_lock);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->table_lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = store_locked(kv, key, sum, spare);
    pthread_mutex_unlock(&kv->table_lock);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->stats_lock);
    pthread_mutex_lock(&kv->table_lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    if (entry != NULL)
        kv->removed++;
    pthread_mutex_unlock(&kv->table_lock);
    pthread_mutex_unlock(&kv->stats_lock);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    pthread_mutex_lock(&kv->table_lock);
    int64_t count = kv->table.count;
    pthread_mutex_unlock(&kv->table_lock);
    return count;
}

/* Calls back with a copy, after the locks were given up: the visitor may use the store. */
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
    if (kv->created - kv->removed != kv->table.count)
        return "keys created less keys removed is not the number of keys";
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/scattered-locks", SNAG_THREADS);
