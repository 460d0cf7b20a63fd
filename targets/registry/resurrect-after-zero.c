/* resurrect-after-zero.c: a planted bug. Its healthy twin is refcounted.c.
 *
 * Wrong: acquire makes a strong reference from a weak one by looking whether the count is zero and
 * then adding one. If the last reference goes in between, a dead object is handed out, and used
 * when whoever brought its count to zero has freed the content. Every access is atomic. Breaks R3:
 * what is dead stays dead.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"

enum { CLOSED = -1, LINE_BYTES = 128 /* what no two objects share: it is fetched as a whole */ };

struct content {
    _Alignas(LINE_BYTES) _Atomic int64_t uses; /* or CLOSED */
};

struct object {
    _Alignas(LINE_BYTES) _Atomic int64_t strong;
    _Atomic int64_t weak;
    int64_t id; /* never changes */
};

/* One reference; of which kind, whoever holds it knows. */
struct ref {
    struct object *object;
    struct content *content;
};

struct registry {
    _Alignas(LINE_BYTES) pthread_mutex_t lock; /* guards the rest */
    struct ref known[REGISTRY_IDS];            /* no object: there is none any more */
    bool held[REGISTRY_IDS];                   /* by a strong reference too */
};

/* ---- objects ---- */

/* With one reference of each kind. False: out of memory. */
static bool object_new(int64_t id, struct ref *ref) {
    struct object *object = aligned_alloc(LINE_BYTES, sizeof *object);
    struct content *content = aligned_alloc(LINE_BYTES, sizeof *content);
    if (object == NULL || content == NULL) {
        free(object);
        free(content);
        return false;
    }
    atomic_init(&object->strong, 1);
    atomic_init(&object->weak, 1);
    atomic_init(&content->uses, 0);
    object->id = id;
    *ref = (struct ref){.object = object, .content = content};
    return true;
}

static void object_watch(struct object *object) {
    atomic_fetch_add_explicit(&object->weak, 1, memory_order_relaxed);
}

static void object_unwatch(struct object *object) {
    if (atomic_fetch_sub_explicit(&object->weak, 1, memory_order_acq_rel) == 1)
        free(object);
}

/* From a weak reference to a strong one. False: it is dead. */
static bool object_revive(struct object *object) {
    int64_t strong = atomic_load_explicit(&object->strong, memory_order_relaxed);
    do {
        if (strong == 0)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&object->strong, &strong, strong + 1,
                                                    memory_order_acquire, memory_order_relaxed));
    return true;
}

/* True: that was the last strong reference, and object_end() is due. */
static bool object_drop(struct object *object) {
    return atomic_fetch_sub_explicit(&object->strong, 1, memory_order_acq_rel) == 1;
}

/* It is dead: its content is closed and goes, the table forgets it and gives its weak reference
 * back. */
static void object_end(struct registry *registry, int64_t id, struct content *content) {
    atomic_store_explicit(&content->uses, CLOSED, memory_order_relaxed);
    free(content);
    pthread_mutex_lock(&registry->lock);
    struct object *object = registry->known[id].object;
    registry->known[id].object = NULL;
    pthread_mutex_unlock(&registry->lock);
    if (object != NULL)
        object_unwatch(object);
}

/* ---- references ---- */

static int64_t ref_name(const struct ref *ref) {
    return registry_name(ref->object->id);
}

static int64_t ref_use(struct ref *ref) {
    return atomic_fetch_add_explicit(&ref->content->uses, 1, memory_order_relaxed) + 1;
}

static enum registry_status ref_watch(const struct ref *ref, struct ref **out) {
    struct ref *weak = malloc(sizeof *weak);
    if (weak == NULL)
        return REGISTRY_NOMEM;
    *weak = *ref;
    object_watch(weak->object);
    *out = weak;
    return REGISTRY_OK;
}

static enum registry_status ref_upgrade(const struct ref *weak, struct ref **out) {
    struct ref *ref = malloc(sizeof *ref);
    if (ref == NULL)
        return REGISTRY_NOMEM;
    if (!object_revive(weak->object)) {
        free(ref);
        return REGISTRY_DEAD;
    }
    *ref = *weak;
    *out = ref;
    return REGISTRY_OK;
}

static void ref_unwatch(struct ref *weak) {
    object_unwatch(weak->object);
    free(weak);
}

/* ---- the registry ---- */

/* The lock is held for a copy and a weak reference, from which the strong one is made. */
static enum registry_status registry_acquire(struct registry *registry, int64_t id,
                                             struct ref **out) {
    struct ref *ref = malloc(sizeof *ref);
    if (ref == NULL)
        return REGISTRY_NOMEM;
    pthread_mutex_lock(&registry->lock);
    *ref = registry->known[id];
    if (ref->object != NULL)
        object_watch(ref->object);
    pthread_mutex_unlock(&registry->lock);
    bool alive = ref->object != NULL &&
                 atomic_load_explicit(&ref->object->strong, memory_order_relaxed) != 0;
    if (alive)
        atomic_fetch_add_explicit(&ref->object->strong, 1, memory_order_acquire);
    if (ref->object != NULL)
        object_unwatch(ref->object);
    if (!alive) {
        free(ref);
        return REGISTRY_DEAD;
    }
    *out = ref;
    return REGISTRY_OK;
}

static void registry_release(struct registry *registry, struct ref *ref) {
    int64_t id = ref->object->id;
    if (object_drop(ref->object))
        object_end(registry, id, ref->content);
    free(ref);
}

static int64_t registry_evict(struct registry *registry, int64_t id) {
    pthread_mutex_lock(&registry->lock);
    struct ref ref = registry->known[id];
    bool held = registry->held[id];
    registry->held[id] = false;
    bool last = held && object_drop(ref.object);
    pthread_mutex_unlock(&registry->lock);
    if (last)
        object_end(registry, id, ref.content);
    return held;
}

static void registry_destroy(void *shared) {
    struct registry *registry = shared;
    for (int64_t id = 0; id < REGISTRY_IDS; id++)
        registry_evict(registry, id);
    pthread_mutex_destroy(&registry->lock);
    free(registry);
}

static void *registry_create(const struct snag_config *config) {
    struct registry *registry = aligned_alloc(LINE_BYTES, sizeof *registry);
    if (registry == NULL)
        return NULL;
    memset(registry, 0, sizeof *registry);
    if (pthread_mutex_init(&registry->lock, NULL) != 0) {
        free(registry);
        return NULL;
    }
    for (int64_t id = 0; id < config->values[REGISTRY_CONFIG_LOADED]; id++) {
        registry->held[id] = object_new(id, &registry->known[id]);
        if (!registry->held[id]) {
            registry_destroy(registry);
            return NULL;
        }
    }
    return registry;
}

/* At rest only the registry refers to anything. */
static const char *registry_check(void *shared, enum snag_when when) {
    struct registry *registry = shared;
    (void)when;
    for (int id = 0; id < REGISTRY_IDS; id++) {
        struct object *object = registry->known[id].object;
        if (registry->held[id] != (object != NULL))
            return "an object that nobody refers to is known";
        if (object != NULL && (object->strong != 1 || object->weak != 1))
            return "a count is not the number of references";
    }
    return NULL;
}

#include "adapter.h"
REGISTRY_TARGET("registry/resurrect-after-zero");
