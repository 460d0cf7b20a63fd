/* registry.h: what the registry specification and its implementations agree on: operations, names.
 *
 * A registry is loaded with objects, known by id. Whoever acquires an object holds a reference to
 * it; the registry holds one itself until it is told to evict the object; the object lives while
 * anybody holds one, and is known while it lives. A weak reference does not keep it alive, but can
 * be upgraded while it lives. The rule: the name of an object says its id, so that a model without
 * pointers knows what a handle refers to.
 */
#ifndef REGISTRY_H
#define REGISTRY_H

#include <stdint.h>

#include "snag/spec.h"

/* Index of each operation in registry_spec.ops. */
enum registry_op {
    REGISTRY_ACQUIRE, /* (id): a reference to the object; its name, or REGISTRY_GONE */
    REGISTRY_USE,     /* (ref): how often the object was used, this time included */
    REGISTRY_RELEASE, /* (ref): gives the reference back */
    REGISTRY_EVICT,   /* (id): the registry gives its own reference back; 1, or 0: it held none */
    REGISTRY_WATCH,   /* (ref): a weak reference to the same object; its name */
    REGISTRY_UPGRADE, /* (weak): a reference to the object; its name, or REGISTRY_GONE */
    REGISTRY_UNWATCH  /* (weak): gives the weak reference back */
};

enum { REGISTRY_GONE = 0, REGISTRY_IDS = 3, REGISTRY_CONFIG_LOADED = 0 };

extern const struct snag_spec registry_spec;

static inline int64_t registry_name(int64_t id) {
    return id + 1;
}

/* What an implementation answers when it was asked for a reference. */
enum registry_status {
    REGISTRY_OK,
    REGISTRY_DEAD, /* there is no such object any more */
    REGISTRY_NOMEM /* the allocator refused; nothing was changed */
};

#endif
