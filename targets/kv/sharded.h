/* sharded.h: a concurrent map for the kv implementations that are built on one: shards, and guards.
 *
 * Each shard is a hash table with a lock of its own, and grows by itself. Nothing here calls back.
 * sharded_find locks the shard of its key and returns a *guard* of what it found, which pins the
 * shard until sharded_release. The rule: whoever holds a guard touches that shard only through it,
 * and asks the map for nothing else until it is released.
 *
 * The capacity is one for all shards. A new key takes its place in `count` while its shard is
 * pinned, and gives it back likewise: at that moment it is there, or gone, for everybody.
 */
#ifndef KV_SHARDED_H
#define KV_SHARDED_H

#include <pthread.h>
#include <stdatomic.h>

#include "snag/annotate.h"
#include "table.h"

enum { SHARDS = 2 };

struct shard {
    pthread_mutex_t lock;      /* guards the rest */
    struct kv_entry **buckets; /* `buckets_count` lists: a power of two, or none before first use */
    size_t buckets_count;
    size_t entries_count; /* never more than buckets, unless memory ran out */
};

struct sharded {
    struct shard shards[SHARDS];
    _Atomic int64_t count; /* of all shards together */
    int64_t capacity;
};

/* The guard: `shard` is locked. Of a released one `shard` is NULL. */
struct sharded_ref {
    struct shard *shard;
    struct kv_entry *entry; /* NULL: the key is absent */
};

/* The finaliser of MurmurHash3 (Austin Appleby, public domain). */
static inline uint64_t sharded_hash(int64_t key) {
    uint64_t h = (uint64_t)key;
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

static inline struct shard *sharded_shard(struct sharded *map, int64_t key) {
    return &map->shards[sharded_hash(key) % SHARDS];
}

/* The list that `key` belongs to. */
static inline struct kv_entry **shard_bucket(struct kv_entry **buckets, size_t count, int64_t key) {
    return &buckets[sharded_hash(key) / SHARDS % count];
}

static inline bool sharded_init(struct sharded *map, int64_t capacity) {
    map->capacity = capacity;
    for (int i = 0; i < SHARDS; i++) {
        if (pthread_mutex_init(&map->shards[i].lock, NULL) != 0) {
            while (i-- > 0)
                pthread_mutex_destroy(&map->shards[i].lock);
            return false;
        }
    }
    return true;
}

static inline void sharded_fini(struct sharded *map) {
    for (int i = 0; i < SHARDS; i++) {
        struct shard *shard = &map->shards[i];
        for (size_t b = 0; b < shard->buckets_count; b++) {
            while (shard->buckets[b] != NULL) {
                struct kv_entry *entry = shard->buckets[b];
                shard->buckets[b] = entry->next;
                free(entry);
            }
        }
        free(shard->buckets);
        pthread_mutex_destroy(&shard->lock);
    }
}

static inline struct sharded_ref sharded_find(struct sharded *map, int64_t key) {
    struct sharded_ref ref = {.shard = sharded_shard(map, key)};
    pthread_mutex_lock(&ref.shard->lock);
    SNAG_GUARD(&ref.shard->lock);
    if (ref.shard->buckets_count != 0)
        ref.entry = *shard_bucket(ref.shard->buckets, ref.shard->buckets_count, key);
    while (ref.entry != NULL && ref.entry->key != key)
        ref.entry = ref.entry->next;
    return ref;
}

static inline void sharded_release(struct sharded_ref *ref) {
    struct shard *shard = ref->shard;
    *ref = (struct sharded_ref){NULL, NULL};
    pthread_mutex_unlock(&shard->lock);
}

/* Twice the buckets; every entry goes where it now belongs. Without memory all stays as it is. */
static inline void shard_grow(struct shard *shard) {
    size_t count = shard->buckets_count == 0 ? 1 : 2 * shard->buckets_count;
    struct kv_entry **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL)
        return;
    for (size_t b = 0; b < shard->buckets_count; b++) {
        while (shard->buckets[b] != NULL) {
            struct kv_entry *entry = shard->buckets[b];
            struct kv_entry **bucket = shard_bucket(buckets, count, entry->key);
            shard->buckets[b] = entry->next;
            entry->next = *bucket;
            *bucket = entry;
        }
    }
    free(shard->buckets);
    shard->buckets = buckets;
    shard->buckets_count = count;
}

enum sharded_stored { SHARDED_STORED, SHARDED_FULL, SHARDED_NOMEM };

/* A place in the map for one more key. */
static inline bool sharded_reserve(struct sharded *map) {
    int64_t count = atomic_load(&map->count);
    do {
        if (count == map->capacity)
            return false;
    } while (!atomic_compare_exchange_weak(&map->count, &count, count + 1));
    return true;
}

/* Sets `key`, of which `ref` is the guard, to `value`. If the key is new, *spare becomes its entry
 * and is then NULL. */
static inline enum sharded_stored sharded_store(struct sharded *map, struct sharded_ref *ref,
                                                int64_t key, int64_t value,
                                                struct kv_entry **spare) {
    struct shard *shard = ref->shard;
    if (ref->entry == NULL) {
        if (shard->entries_count == shard->buckets_count)
            shard_grow(shard);
        if (shard->buckets_count == 0)
            return SHARDED_NOMEM;
        if (!sharded_reserve(map))
            return SHARDED_FULL;
        struct kv_entry **bucket = shard_bucket(shard->buckets, shard->buckets_count, key);
        ref->entry = *spare;
        *spare = NULL;
        *ref->entry = (struct kv_entry){.next = *bucket, .key = key};
        *bucket = ref->entry;
        shard->entries_count++;
    }
    ref->entry->value = value;
    return SHARDED_STORED;
}

/* Hands the entry that `ref` guards over to the caller; NULL: absent. */
static inline struct kv_entry *sharded_take(struct sharded *map, struct sharded_ref *ref) {
    struct kv_entry *entry = ref->entry;
    if (entry == NULL)
        return NULL;
    struct kv_entry **link =
        shard_bucket(ref->shard->buckets, ref->shard->buckets_count, entry->key);
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    ref->entry = NULL;
    ref->shard->entries_count--;
    atomic_fetch_sub(&map->count, 1);
    return entry;
}

/* NULL, or what is wrong with the map. Reads only. */
static inline const char *sharded_check(const struct sharded *map) {
    int64_t count = 0;
    for (int i = 0; i < SHARDS; i++) {
        const struct shard *shard = &map->shards[i];
        size_t entries = 0;
        for (size_t b = 0; b < shard->buckets_count; b++) {
            for (const struct kv_entry *e = shard->buckets[b]; e != NULL; e = e->next) {
                if (sharded_hash(e->key) % SHARDS != (uint64_t)i ||
                    shard_bucket(shard->buckets, shard->buckets_count, e->key) !=
                        &shard->buckets[b])
                    return "an entry is where nobody looks for it";
                entries++;
            }
        }
        if (entries != shard->entries_count)
            return "a shard's count is not the number of its entries";
        count += (int64_t)entries;
    }
    if (count != map->count)
        return "count is not the number of entries";
    if (count > map->capacity)
        return "more entries than capacity";
    return NULL;
}

#endif
