/* spin.c: a key-value store for threads, guarded by a spin lock of its own on C11 atomics: healthy.
 *
 * Not a lock for long critical sections: whoever waits for it burns a core, so nothing is called
 * under it that allocates, waits or calls back. The rule: taking it acquires what giving it up
 * released, and the loop that waits only reads, so that waiters do not steal the line from the
 * owner.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "kv.h"
#include "table.h"

struct kv {
    atomic_bool held; /* the lock: guards `table` */
    struct kv_table table;
};

static void kv_lock(struct kv *kv) {
    while (atomic_exchange_explicit(&kv->held, true, memory_order_acquire)) {
        while (atomic_load_explicit(&kv->held, memory_order_relaxed))
            sched_yield();
    }
}

static void kv_unlock(struct kv *kv) {
    atomic_store_explicit(&kv->held, false, memory_order_release);
}

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    atomic_init(&kv->held, false);
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    kv_lock(kv);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    kv_unlock(kv);
    return value;
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    kv_lock(kv);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    kv_unlock(kv);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    kv_lock(kv);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    kv_unlock(kv);
    free(spare);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    kv_lock(kv);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    kv_unlock(kv);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    kv_lock(kv);
    int64_t count = kv->table.count;
    kv_unlock(kv);
    return count;
}

/* Calls back with a copy, after the lock was given up: the visitor may use the store. */
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
    return kv_table_check(&kv->table);
}

#include "adapter.h"
KV_TARGET("kv/spin", SNAG_THREADS);
