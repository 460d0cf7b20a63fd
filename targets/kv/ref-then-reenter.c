/* ref-then-reenter.c: a planted bug. Its healthy twin is sharded.c.
 *
 * Wrong: kv_add allocates the entry of a new key without a guard. If somebody else stored the key
 * meanwhile, it reads their value by kv_get, although it holds a guard of that very key: the map is
 * entered again on the shard that the thread itself pins. Alone, no thread ever comes that way.
 * Breaks R7: a guard pins its shard; do not re-enter the map under it. Shows as self-deadlock.
 */
#include <pthread.h>
#include <stdlib.h>

#include "kv.h"
#include "sharded.h"

struct kv {
    struct sharded map;
};

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    if (!sharded_init(&kv->map, config->values[KV_CONFIG_CAPACITY])) {
        free(kv);
        return NULL;
    }
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    sharded_fini(&kv->map);
    free(kv);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    struct sharded_ref ref = sharded_find(&kv->map, key);
    int64_t value = ref.entry != NULL ? ref.entry->value : KV_ABSENT;
    sharded_release(&ref);
    return value;
}

/* What kv_put or kv_add returns, given what it returns when it succeeds. */
static int64_t code_of(enum sharded_stored stored, int64_t success) {
    switch (stored) {
    case SHARDED_STORED:
        return success;
    case SHARDED_FULL:
        return KV_FULL;
    case SHARDED_NOMEM:
        break;
    }
    return KV_NOMEM;
}

/* The entry that a new key would need is allocated before the shard is pinned, freed if unused. */
static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    struct sharded_ref ref = sharded_find(&kv->map, key);
    enum sharded_stored stored = sharded_store(&kv->map, &ref, key, value, &spare);
    sharded_release(&ref);
    free(spare);
    return code_of(stored, KV_OK);
}

/* A new key's entry is allocated only when it is needed, and while no shard is pinned. */
static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct sharded_ref ref = sharded_find(&kv->map, key);
    if (ref.entry != NULL) {
        int64_t sum = ref.entry->value += delta;
        sharded_release(&ref);
        return sum;
    }
    sharded_release(&ref);
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    ref = sharded_find(&kv->map, key);
    int64_t sum = delta;
    if (ref.entry != NULL)
        sum += kv_get(kv, key); /* somebody was faster: add to theirs */
    enum sharded_stored stored = sharded_store(&kv->map, &ref, key, sum, &spare);
    sharded_release(&ref);
    free(spare);
    return code_of(stored, sum);
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    struct sharded_ref ref = sharded_find(&kv->map, key);
    struct kv_entry *entry = sharded_take(&kv->map, &ref);
    sharded_release(&ref);
    int64_t value = entry != NULL ? entry->value : KV_ABSENT;
    free(entry);
    return value;
}

static int64_t kv_len(struct kv *kv) {
    return atomic_load(&kv->map.count);
}

/* Calls back with a copy, after the shard was released: the visitor may use the store. */
static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value != KV_ABSENT)
        visitor(key, value, arg);
    return value;
}

/* Fetches first: no shard is pinned while the answer is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return sharded_check(&kv->map);
}

#include "adapter.h"
KV_TARGET("kv/ref-then-reenter", SNAG_THREADS);
