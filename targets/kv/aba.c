/* aba.c: a planted bug. Its healthy twin is free-list.c.
 *
 * Wrong: the head of the free list is the bare number of an entry. Whoever takes one reads the
 * entry on top and its successor, then swaps the head; if others took both meanwhile and gave the
 * first one back, the swap succeeds, and makes an entry free that is in use. No access is unordered
 * and the results may be right for long; what is broken is the invariant that an entry is in one
 * place. Breaks R3: an object belongs to whoever took it, until it is given back.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "kv.h"

enum { ENTRIES = 24, NONE = 0xff }; /* one per key, and one per put in progress */

struct entry {
    int64_t value;         /* whose entry it is may touch it */
    _Atomic uint32_t next; /* in the free list; whoever is about to take it may read it late */
};

struct kv {
    pthread_mutex_t lock; /* guards the table: `entry_of`, `count`, the values of its entries */
    uint32_t entry_of[KV_KEYS];
    int64_t count, capacity;
    _Atomic uint32_t head; /* of the free list */
    struct entry entries[ENTRIES];
};

/* ---- the free list ---- */

/* NONE: all are in use. */
static uint32_t entry_take(struct kv *kv) {
    uint32_t entry = atomic_load_explicit(&kv->head, memory_order_acquire);
    uint32_t next;
    do {
        if (entry == NONE)
            return NONE;
        next = atomic_load_explicit(&kv->entries[entry].next, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak_explicit(&kv->head, &entry, next, memory_order_acquire,
                                                    memory_order_acquire));
    return entry;
}

static void entry_give(struct kv *kv, uint32_t entry) {
    uint32_t head = atomic_load_explicit(&kv->head, memory_order_relaxed);
    do {
        atomic_store_explicit(&kv->entries[entry].next, head, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak_explicit(&kv->head, &head, entry, memory_order_release,
                                                    memory_order_relaxed));
}

/* ---- the store ---- */

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (pthread_mutex_init(&kv->lock, NULL) != 0) {
        free(kv);
        return NULL;
    }
    for (uint32_t key = 0; key < KV_KEYS; key++)
        kv->entry_of[key] = NONE;
    for (uint32_t i = 0; i < ENTRIES; i++)
        atomic_init(&kv->entries[i].next, i + 1 < ENTRIES ? i + 1 : NONE);
    atomic_init(&kv->head, 0);
    kv->capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    pthread_mutex_destroy(&kv->lock);
    free(kv);
}

static int64_t value_of(const struct kv *kv, int64_t key) {
    uint32_t entry = kv->entry_of[key];
    return entry != NONE ? kv->entries[entry].value : KV_ABSENT;
}

/* Makes *entry the entry of `key`, with this value; *entry is then the one to give back, which may
 * be NONE. False: full, nothing was changed. */
static bool replace(struct kv *kv, int64_t key, int64_t value, uint32_t *entry) {
    uint32_t old = kv->entry_of[key];
    if (old == NONE) {
        if (kv->count == kv->capacity)
            return false;
        kv->count++;
    }
    kv->entries[*entry].value = value;
    kv->entry_of[key] = *entry;
    *entry = old;
    return true;
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->lock);
    int64_t value = value_of(kv, key);
    pthread_mutex_unlock(&kv->lock);
    return value;
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    uint32_t entry = entry_take(kv);
    if (entry == NONE)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    bool stored = replace(kv, key, value, &entry);
    pthread_mutex_unlock(&kv->lock);
    if (entry != NONE)
        entry_give(kv, entry);
    return stored ? KV_OK : KV_FULL;
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    uint32_t entry = entry_take(kv);
    if (entry == NONE)
        return KV_NOMEM;
    pthread_mutex_lock(&kv->lock);
    int64_t held = value_of(kv, key);
    int64_t sum = (held != KV_ABSENT ? held : 0) + delta;
    bool stored = replace(kv, key, sum, &entry);
    pthread_mutex_unlock(&kv->lock);
    if (entry != NONE)
        entry_give(kv, entry);
    return stored ? sum : KV_FULL;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    pthread_mutex_lock(&kv->lock);
    int64_t value = value_of(kv, key);
    uint32_t entry = kv->entry_of[key];
    if (entry != NONE) {
        kv->entry_of[key] = NONE;
        kv->count--;
    }
    pthread_mutex_unlock(&kv->lock);
    if (entry != NONE)
        entry_give(kv, entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    pthread_mutex_lock(&kv->lock);
    int64_t count = kv->count;
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

/* Fetches first: nothing is locked while the answer is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

/* Looked at before every step of every task: no entry is in two places. */
static const char *kv_check(void *shared, enum snag_when when) {
    struct kv *kv = shared;
    int places[ENTRIES] = {0};
    int64_t used = 0;
    (void)when;
    for (int key = 0; key < KV_KEYS; key++) {
        if (kv->entry_of[key] != NONE) {
            places[kv->entry_of[key]]++;
            used++;
        }
    }
    for (uint32_t i = kv->head; i != NONE && places[i] < 2; i = kv->entries[i].next)
        places[i]++;
    for (int i = 0; i < ENTRIES; i++) {
        if (places[i] > 1)
            return "an entry is in two places";
    }
    if (used != kv->count)
        return "count is not the number of entries";
    return used > kv->capacity ? "more entries than capacity" : NULL;
}

#define KV_CHECK_WHEN (SNAG_AT_QUIESCENCE | SNAG_ALWAYS)
#include "adapter.h"
KV_TARGET("kv/aba", SNAG_THREADS);
