/* non-atomic-count.c: a planted bug. Its healthy twin is refcounted.c.
 *
 * An entry of the registry stays as long as the registry, so that a weak reference to it needs no
 * count; its content goes with the last strong one.
 * Wrong: the count of those is read and written in one piece each, but not changed in one step. Who
 * raises it shares a lock with others who do, and so may write what was made from a count that is
 * no longer so; who lowers it looks whether it came to zero when the lock has been given up, and so
 * may see what another did. The content is freed under a reference, or twice. Breaks R3: a count of
 * references is shared by all who hold one.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "registry.h"

enum { CONTENT_BYTES = 64 /* of an object, for its users */ };

/* An entry of the registry; a reference to it, of either kind, is its address. */
struct ref {
    pthread_rwlock_t counting; /* shared by those who raise the count */
    pthread_mutex_t writing;   /* of the count */
    int64_t strong;            /* references; 0: it is dead */
    void *content;
    int64_t id; /* never changes */
    _Atomic int64_t uses;
};

struct registry {
    pthread_mutex_t lock;    /* guards `held` */
    bool held[REGISTRY_IDS]; /* the registry has a strong reference of its own */
    struct ref known[REGISTRY_IDS];
};

/* ---- references ---- */

static void ref_init(struct ref *ref, int64_t id) {
    pthread_rwlock_init(&ref->counting, NULL);
    pthread_mutex_init(&ref->writing, NULL);
    ref->id = id;
}

static void ref_destroy(struct ref *ref) {
    pthread_mutex_destroy(&ref->writing);
    pthread_rwlock_destroy(&ref->counting);
}

/* Who writes excludes others who do. */
static void ref_count(struct ref *ref, int64_t strong) {
    pthread_mutex_lock(&ref->writing);
    ref->strong = strong;
    pthread_mutex_unlock(&ref->writing);
}

/* One more strong reference. False: it is dead. */
static bool ref_raise(struct ref *ref) {
    pthread_rwlock_rdlock(&ref->counting);
    int64_t strong = ref->strong;
    if (strong != 0)
        ref_count(ref, strong + 1);
    pthread_rwlock_unlock(&ref->counting);
    return strong != 0;
}

/* One strong reference less; with the last, the content goes. */
static void ref_lower(struct ref *ref) {
    pthread_rwlock_wrlock(&ref->counting);
    ref_count(ref, ref->strong - 1);
    pthread_rwlock_unlock(&ref->counting);
    if (ref->strong == 0)
        free(ref->content);
}

static int64_t ref_name(const struct ref *ref) {
    return registry_name(ref->id);
}

static int64_t ref_use(struct ref *ref) {
    return atomic_fetch_add_explicit(&ref->uses, 1, memory_order_relaxed) + 1;
}

static enum registry_status ref_watch(struct ref *ref, struct ref **out) {
    *out = ref;
    return REGISTRY_OK;
}

static enum registry_status ref_upgrade(struct ref *weak, struct ref **out) {
    if (!ref_raise(weak))
        return REGISTRY_DEAD;
    *out = weak;
    return REGISTRY_OK;
}

static void ref_unwatch(struct ref *weak) {
    (void)weak;
}

/* ---- the registry ---- */

static enum registry_status registry_acquire(struct registry *registry, int64_t id,
                                             struct ref **out) {
    return ref_upgrade(&registry->known[id], out);
}

static void registry_release(struct registry *registry, struct ref *ref) {
    (void)registry;
    ref_lower(ref);
}

static int64_t registry_evict(struct registry *registry, int64_t id) {
    pthread_mutex_lock(&registry->lock);
    bool held = registry->held[id];
    registry->held[id] = false;
    if (held)
        ref_lower(&registry->known[id]);
    pthread_mutex_unlock(&registry->lock);
    return held;
}

static void registry_destroy(void *shared) {
    struct registry *registry = shared;
    for (int64_t id = 0; id < REGISTRY_IDS; id++)
        registry_evict(registry, id);
    for (int64_t id = 0; id < REGISTRY_IDS; id++)
        ref_destroy(&registry->known[id]);
    pthread_mutex_destroy(&registry->lock);
    free(registry);
}

/* With a strong reference of the registry's own. False: out of memory. */
static bool registry_load(struct registry *registry, int64_t id) {
    struct ref *ref = &registry->known[id];
    ref->content = malloc(CONTENT_BYTES);
    ref->strong = registry->held[id] = ref->content != NULL;
    return registry->held[id];
}

static void *registry_create(const struct snag_config *config) {
    struct registry *registry = calloc(1, sizeof *registry);
    if (registry == NULL)
        return NULL;
    pthread_mutex_init(&registry->lock, NULL);
    for (int64_t id = 0; id < REGISTRY_IDS; id++)
        ref_init(&registry->known[id], id);
    for (int64_t id = 0; id < config->values[REGISTRY_CONFIG_LOADED]; id++) {
        if (!registry_load(registry, id)) {
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
        if (registry->known[id].strong != registry->held[id])
            return "a count is not the number of references";
    }
    return NULL;
}

#include "adapter.h"
REGISTRY_TARGET("registry/non-atomic-count");
