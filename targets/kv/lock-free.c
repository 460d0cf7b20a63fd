/* lock-free.c: a key-value store without a lock: immutable tables, one atomic root: healthy.
 *
 * A reader takes the current table and reads it at leisure. A writer copies it, changes the copy
 * and swaps the root if it is still the one it copied, else starts again: the swap is the moment at
 * which it happens, for len and for "full" as well. The rule: a table that was ever the root is not
 * written again, and is freed only by whoever swapped it out, once no hazard pointer names it
 * (Michael: Hazard Pointers, IEEE TPDS 15(6), 2004).
 *
 * Deviation: swapped-out tables wait in one shared list, taken as a whole and looked through after
 * every write, so that no thread keeps anything when it ends.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "kv.h"

/* What readers may read while its table is swapped out and waits: written before it is the root. */
struct contents {
    int64_t count;
    int64_t value[KV_KEYS]; /* KV_ABSENT: it is not there */
};

struct table {
    struct contents is;
    struct table *next; /* among those swapped out; of no concern to readers */
};

/* One per operation in progress; used again and again, freed with the store. */
struct hazard {
    struct hazard *next; /* never changes once it is in the list */
    atomic_bool taken;
    _Atomic(struct table *) table; /* what its holder may be reading */
};

struct kv {
    _Atomic(struct table *) root;
    _Atomic(struct hazard *) hazards;
    _Atomic(struct table *) retired;
    int64_t capacity;
};

static struct table *table_copy(const struct table *from) {
    struct table *to = malloc(sizeof *to);
    if (to != NULL)
        to->is = from->is;
    return to;
}

/* ---- hazard pointers ---- */

/* One that nobody else has, made if need be. NULL: out of memory. */
static struct hazard *hazard_take(struct kv *kv) {
    struct hazard *h = atomic_load_explicit(&kv->hazards, memory_order_acquire);
    for (; h != NULL; h = h->next) {
        if (!atomic_exchange_explicit(&h->taken, true, memory_order_acquire))
            return h;
    }
    h = malloc(sizeof *h);
    if (h == NULL)
        return NULL;
    atomic_init(&h->taken, true);
    atomic_init(&h->table, NULL);
    h->next = atomic_load_explicit(&kv->hazards, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&kv->hazards, &h->next, h, memory_order_release,
                                                  memory_order_relaxed)) {
    }
    return h;
}

static void hazard_give(struct hazard *h) {
    atomic_store_explicit(&h->table, NULL, memory_order_release);
    atomic_store_explicit(&h->taken, false, memory_order_release);
}

/* The root, not to be freed until `h` names another: it was the root after `h` named it, so whoever
 * swaps it out looks at `h` later than that. */
static struct table *root_of(struct kv *kv, struct hazard *h) {
    struct table *table = atomic_load_explicit(&kv->root, memory_order_relaxed);
    for (;;) {
        atomic_store(&h->table, table);
        struct table *now = atomic_load(&kv->root);
        if (now == table)
            return table;
        table = now;
    }
}

static bool is_named(struct kv *kv, const struct table *table) {
    struct hazard *h = atomic_load(&kv->hazards);
    while (h != NULL && atomic_load(&h->table) != table)
        h = h->next;
    return h != NULL;
}

/* Puts the tables from `first` to `last` back among those swapped out. */
static void retire(struct kv *kv, struct table *first, struct table *last) {
    last->next = atomic_load_explicit(&kv->retired, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&kv->retired, &last->next, first,
                                                  memory_order_release, memory_order_relaxed)) {
    }
}

/* Frees what was swapped out and nobody reads any more. */
static void reclaim(struct kv *kv) {
    struct table *table = atomic_exchange_explicit(&kv->retired, NULL, memory_order_acquire);
    while (table != NULL) {
        struct table *next = table->next;
        if (is_named(kv, table))
            retire(kv, table, table);
        else
            free(table);
        table = next;
    }
}

/* ---- the store ---- */

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    struct table *table = calloc(1, sizeof *table);
    if (kv == NULL || table == NULL) {
        free(kv);
        free(table);
        return NULL;
    }
    for (int key = 0; key < KV_KEYS; key++)
        table->is.value[key] = KV_ABSENT;
    atomic_init(&kv->root, table);
    atomic_init(&kv->hazards, NULL);
    atomic_init(&kv->retired, NULL);
    kv->capacity = config->values[KV_CONFIG_CAPACITY];
    return kv;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    retire(kv, kv->root, kv->root);
    for (struct table *table = kv->retired, *next; table != NULL; table = next) {
        next = table->next;
        free(table);
    }
    for (struct hazard *h = kv->hazards, *next; h != NULL; h = next) {
        next = h->next;
        free(h);
    }
    free(kv);
}

/* Changes a private copy; the result of the operation. */
typedef int64_t kv_change(const struct kv *kv, struct contents *copy, int64_t key, int64_t arg);

/* Swaps the root for a copy with `change` applied; nothing is swapped if that answers with a code.
 */
static int64_t update(struct kv *kv, kv_change *change, int64_t key, int64_t arg) {
    struct hazard *h = hazard_take(kv);
    if (h == NULL)
        return KV_NOMEM;
    int64_t result;
    for (;;) {
        struct table *old = root_of(kv, h);
        struct table *new = table_copy(old);
        result = new != NULL ? change(kv, &new->is, key, arg) : KV_NOMEM;
        if (result < 0) {
            free(new);
            hazard_give(h);
            return result;
        }
        if (atomic_compare_exchange_strong(&kv->root, &old, new)) {
            hazard_give(h);
            retire(kv, old, old);
            break;
        }
        free(new);
    }
    reclaim(kv);
    return result;
}

static int64_t change_put(const struct kv *kv, struct contents *copy, int64_t key, int64_t value) {
    if (copy->value[key] == KV_ABSENT) {
        if (copy->count == kv->capacity)
            return KV_FULL;
        copy->count++;
    }
    copy->value[key] = value;
    return KV_OK;
}

static int64_t change_add(const struct kv *kv, struct contents *copy, int64_t key, int64_t delta) {
    int64_t sum = (copy->value[key] != KV_ABSENT ? copy->value[key] : 0) + delta;
    int64_t status = change_put(kv, copy, key, sum);
    return status == KV_OK ? sum : status;
}

static int64_t change_remove(const struct kv *kv, struct contents *copy, int64_t key, int64_t arg) {
    (void)kv, (void)arg;
    int64_t value = copy->value[key];
    if (value != KV_ABSENT) {
        copy->value[key] = KV_ABSENT;
        copy->count--;
    }
    return value;
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    struct hazard *h = hazard_take(kv);
    if (h == NULL)
        return KV_NOMEM;
    int64_t value = root_of(kv, h)->is.value[key];
    hazard_give(h);
    return value;
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    return update(kv, change_put, key, value);
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    return update(kv, change_add, key, delta);
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    return update(kv, change_remove, key, 0);
}

static int64_t kv_len(struct kv *kv) {
    struct hazard *h = hazard_take(kv);
    if (h == NULL)
        return KV_NOMEM;
    int64_t count = root_of(kv, h)->is.count;
    hazard_give(h);
    return count;
}

/* Calls back with a copy, when no table is held any more: the visitor may use the store. */
static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value >= 0)
        visitor(key, value, arg);
    return value;
}

static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

static const char *kv_check(void *shared, enum snag_when when) {
    struct kv *kv = shared;
    const struct contents *root = &((struct table *)kv->root)->is;
    int64_t count = 0;
    (void)when;
    for (int key = 0; key < KV_KEYS; key++)
        count += root->value[key] != KV_ABSENT;
    for (const struct hazard *h = kv->hazards; h != NULL; h = h->next) {
        if (h->taken || h->table != NULL)
            return "a hazard pointer was not given back";
    }
    if (count != root->count)
        return "count is not the number of keys";
    return count > kv->capacity ? "more keys than capacity" : NULL;
}

#include "adapter.h"
KV_TARGET("kv/lock-free", SNAG_THREADS);
