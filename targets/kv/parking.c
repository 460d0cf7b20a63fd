/* parking.c: a key-value store for threads, its lock one word, its sleepers in a parking lot:
 * healthy.
 *
 * The lock is as in WebKit's WTF::Lock: whoever comes while it is free takes it, though others
 * sleep (barging); the one that was woken tries again like everybody. The rules: PARKED is set in
 * the word before anybody sleeps on it, and taken away only with the last sleeper; `table` is
 * touched only between lock and unlock, and nothing is called there that locks, waits or calls
 * back.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "kv.h"
#include "parking_lot.h"
#include "table.h"

enum { LOCKED = 1, PARKED = 2 }; /* 0: free, and nobody sleeps */

struct kv {
    _Atomic uint32_t lock; /* guards `table`: a set of LOCKED, PARKED */
    struct kv_table table;
};

static void word_lock_slowly(_Atomic uint32_t *word) {
    for (;;) {
        uint32_t seen = atomic_load(word);
        if (!(seen & LOCKED)) {
            if (atomic_compare_exchange_weak(word, &seen, seen | LOCKED))
                return;
        } else if ((seen & PARKED) || atomic_compare_exchange_weak(word, &seen, LOCKED | PARKED)) {
            parking_lot_park(word, LOCKED | PARKED);
        }
    }
}

static void word_lock(_Atomic uint32_t *word) {
    uint32_t idle = 0;
    if (!atomic_compare_exchange_strong(word, &idle, LOCKED))
        word_lock_slowly(word);
}

static void word_unlock(_Atomic uint32_t *word) {
    uint32_t alone = LOCKED;
    if (!atomic_compare_exchange_strong(word, &alone, 0))
        parking_lot_unpark_one(word, PARKED, 0);
}

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    kv->table.capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    kv_table_clear(&kv->table);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    word_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    word_unlock(&kv->lock);
    return value;
}

/* The entry that a new key would need is allocated before the lock is taken, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    word_lock(&kv->lock);
    bool stored = kv_table_put(&kv->table, key, value, &spare);
    word_unlock(&kv->lock);
    free(spare);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    word_lock(&kv->lock);
    const struct kv_entry *entry = kv_table_find(&kv->table, key);
    int64_t sum = (entry != NULL ? entry->value : 0) + delta;
    bool stored = kv_table_put(&kv->table, key, sum, &spare);
    word_unlock(&kv->lock);
    free(spare);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    word_lock(&kv->lock);
    struct kv_entry *entry = kv_table_take(&kv->table, key);
    word_unlock(&kv->lock);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    word_lock(&kv->lock);
    int64_t count = kv->table.count;
    word_unlock(&kv->lock);
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
KV_TARGET("kv/parking", SNAG_THREADS);
