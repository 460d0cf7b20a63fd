/* iterate-while-insert.c: a planted bug. Its healthy twin is sharded.c.
 *
 * Wrong: kv_visit walks the entries of a shard. So that whoever is shown one may use the store, the
 * shard is not pinned meanwhile; only the walk's place is kept, as bucket and position. An insert
 * that makes the table grow, or a remove, moves entries to places that the walk has passed: it
 * misses one that was there all the time. Alone, no thread can see that. Breaks R7: what the map
 * handed out is good only while the shard is pinned. Shows as a non-linearizable history.
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

/* Where a walk over a shard stands: what it shows next. */
struct place {
    size_t bucket, position;
};

/* Copies the next entry; false: that was all. */
static bool walk_next(struct shard *shard, struct place *at, struct kv_entry *copy) {
    const struct kv_entry *entry = NULL;
    pthread_mutex_lock(&shard->lock);
    while (entry == NULL && at->bucket < shard->buckets_count) {
        entry = shard->buckets[at->bucket];
        for (size_t i = 0; i < at->position && entry != NULL; i++)
            entry = entry->next;
        if (entry == NULL)
            *at = (struct place){.bucket = at->bucket + 1};
    }
    if (entry != NULL) {
        *copy = *entry;
        at->position++;
    }
    pthread_mutex_unlock(&shard->lock);
    return entry != NULL;
}

/* Shows every entry of a shard. */
static void walk(struct shard *shard, kv_visitor *visitor, void *arg) {
    struct place at = {0};
    struct kv_entry copy;
    while (walk_next(shard, &at, &copy))
        visitor(copy.key, copy.value, arg);
}

struct search {
    int64_t key, found; /* its value */
    kv_visitor *visitor;
    void *arg;
};

static void show_if_wanted(int64_t key, int64_t value, void *arg) {
    struct search *search = arg;
    if (key == search->key && search->found == KV_ABSENT) {
        search->found = value;
        search->visitor(key, value, search->arg);
    }
}

static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    struct search search = {key, KV_ABSENT, visitor, arg};
    walk(sharded_shard(&kv->map, key), show_if_wanted, &search);
    return search.found;
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
KV_TARGET("kv/iterate-while-insert", SNAG_THREADS);
