/* sharded-async.c: a key-value store for async tasks, a sharded map inside: healthy.
 *
 * The guards of the map block, and are there for a few instructions: no task is ever suspended with
 * one in hand. The rule: kv_fetch, the visitor and every other await stand before sharded_find or
 * after sharded_release; what was found under a guard is looked up anew after an await, and never
 * kept across it.
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

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    struct kv_entry *spare = malloc(sizeof *spare);
    if (spare == NULL)
        return KV_NOMEM;
    struct sharded_ref ref = sharded_find(&kv->map, key);
    int64_t sum = (ref.entry != NULL ? ref.entry->value : 0) + delta;
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

/* Awaits the answer first: no shard is pinned while it is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

static const char *kv_check(void *shared, enum snag_when when) {
    const struct kv *kv = shared;
    (void)when;
    return sharded_check(&kv->map);
}

#include "adapter.h"
KV_TARGET("kv/sharded-async", SNAG_TASKS);
