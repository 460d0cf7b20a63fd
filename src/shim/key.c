/* key.c: thread-specific data, under control. See key.h.
 *
 * A key is the lowest free number, as in glibc. Reading and setting a value is the vthread's own
 * business and no scheduling point; making and deleting a key is one. A destructor runs on the
 * vthread that ends, as its code, up to PTHREAD_DESTRUCTOR_ITERATIONS times around.
 */
#include "shim/key.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/assert.h"
#include "exec/parts.h"
#include "oracle/raise.h"
#include "shim/lock.h"

int __real_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __real_pthread_key_delete(pthread_key_t key);
void *__real_pthread_getspecific(pthread_key_t key);
int __real_pthread_setspecific(pthread_key_t key, const void *value);

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __wrap_pthread_key_delete(pthread_key_t key);
void *__wrap_pthread_getspecific(pthread_key_t key);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value);

struct key {
    void (*destructor)(void *);
    uint32_t number; /* of its object, under control; 0: made outside */
    uint32_t uses; /* keys that had this place before: a value set for one is not one of the next */
    uint32_t deleted_site;
    bool live, outside;
};

/* A value counts in the execution and for the key that it was set in. */
struct value {
    uint64_t generation;
    void *data;
};

static struct key keys[PTHREAD_KEYS_MAX], outside_keys[PTHREAD_KEYS_MAX];
static struct value values[SNAG__VTHREADS_MAX][PTHREAD_KEYS_MAX];
static uint32_t execution;
static unsigned highest; /* keys[highest..] have not been used in this execution */
static unsigned outside_highest;

void snag__keys_begin(void) {
    unsigned n = highest > outside_highest ? highest : outside_highest;
    for (unsigned i = 0; i < n; i++) {
        keys[i] = outside_keys[i];
    }
    highest = outside_highest;
    execution++;
}

void snag__key_made_outside(unsigned key, void (*destructor)(void *)) {
    if (key < PTHREAD_KEYS_MAX) {
        snag__part_use(SNAG__PART_KEYS);
        outside_keys[key] = (struct key){.destructor = destructor, .live = true, .outside = true};
        outside_highest = key >= outside_highest ? key + 1 : outside_highest;
    }
}

void snag__key_deleted_outside(unsigned key) {
    if (key < PTHREAD_KEYS_MAX) {
        snag__part_use(SNAG__PART_KEYS);
        outside_keys[key].live = false;
    }
}

static uint64_t generation_of(const struct key *k) {
    return (uint64_t)execution << 32 | (k->uses + 1);
}

/* NULL, and a misuse, if there is no such key. */
static struct key *used(unsigned key, const char *never, const char *deleted, uint32_t site) {
    struct key *k = key < PTHREAD_KEYS_MAX ? &keys[key] : NULL;
    if (k != NULL && k->live) {
        return k;
    }
    if (k != NULL && k->deleted_site != 0) {
        snag__raise_misuse(deleted, k->number, site, k->deleted_site);
    } else {
        snag__raise_misuse(never, 0, site, 0);
    }
    return NULL;
}

int snag__key_create(unsigned *key, void (*destructor)(void *), uint32_t site) {
    snag__point(SNAG_EV_KEY_CREATE, NULL, site);
    unsigned i = 0;
    while (i < PTHREAD_KEYS_MAX && keys[i].live) {
        i++;
    }
    if (i == PTHREAD_KEYS_MAX) {
        snag__log(SNAG_EV_KEY_CREATE, NULL, site)->flags = SNAG_EVF_FAILED;
        return EAGAIN;
    }
    snag__part_use(SNAG__PART_KEYS);
    highest = i >= highest ? i + 1 : highest;
    const struct snag__object *o = snag__lock_renew(&keys[i], SNAG__OBJECT_KEY);
    keys[i] = (struct key){
        .destructor = destructor, .number = o->number, .uses = keys[i].uses + 1, .live = true};
    snag__log(SNAG_EV_KEY_CREATE, o, site);
    *key = i;
    return 0;
}

int snag__key_delete(unsigned key, uint32_t site) {
    const struct snag__object *o =
        key < PTHREAD_KEYS_MAX && keys[key].number != 0 ? snag__object_get(keys[key].number) : NULL;
    snag__point(SNAG_EV_KEY_DELETE, o, site);
    struct key *k = used(key, "delete of a key that was never created",
                         "delete of a key that was deleted before", site);
    if (k != NULL) {
        snag__part_use(SNAG__PART_KEYS);
        k->live = false;
        k->deleted_site = site;
    }
    snag__log(SNAG_EV_KEY_DELETE, o, site)->flags = k == NULL ? SNAG_EVF_FAILED : 0;
    return k != NULL ? 0 : EINVAL;
}

void *snag__key_get(unsigned key, uint32_t site) {
    const struct key *k =
        used(key, "use of a key that was never created", "use of a key that was deleted", site);
    if (k == NULL) {
        return NULL;
    }
    const struct value *v = &values[snag__self->index][key];
    return v->generation == generation_of(k) ? v->data : NULL;
}

int snag__key_set(unsigned key, void *value, uint32_t site) {
    const struct key *k =
        used(key, "use of a key that was never created", "use of a key that was deleted", site);
    if (k == NULL) {
        return EINVAL;
    }
    snag__part_use(SNAG__PART_KEYS);
    values[snag__self->index][key] = (struct value){.generation = generation_of(k), .data = value};
    return 0;
}

/* One round through all keys. False: there was nothing to do. */
static bool destroy_round(void) {
    bool any = false;
    for (unsigned i = 0; i < highest; i++) {
        struct value *v = &values[snag__self->index][i];
        if (!keys[i].live || keys[i].destructor == NULL ||
            v->generation != generation_of(&keys[i]) || v->data == NULL) {
            continue;
        }
        void *data = v->data;
        v->data = NULL;
        any = true;
        keys[i].destructor(data);
    }
    return any;
}

void snag__keys_owner_ends(void) {
    for (int i = 0; i < PTHREAD_DESTRUCTOR_ITERATIONS && destroy_round(); i++) {
    }
}

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
    if (snag__self != NULL) {
        return snag__key_create(key, destructor, SNAG__SITE());
    }
    int result = __real_pthread_key_create(key, destructor);
    if (result == 0) {
        snag__key_made_outside(*key, destructor);
    }
    return result;
}

int __wrap_pthread_key_delete(pthread_key_t key) {
    if (snag__self != NULL) {
        return snag__key_delete(key, SNAG__SITE());
    }
    snag__key_deleted_outside(key);
    return __real_pthread_key_delete(key);
}

void *__wrap_pthread_getspecific(pthread_key_t key) {
    if (snag__self == NULL) {
        return __real_pthread_getspecific(key);
    }
    return snag__key_get(key, SNAG__SITE());
}

int __wrap_pthread_setspecific(pthread_key_t key, const void *value) {
    if (snag__self == NULL) {
        return __real_pthread_setspecific(key, value);
    }
    return snag__key_set(key, (void *)value, SNAG__SITE());
}

const void *snag__keys_memory(uint32_t index, size_t *bytes) {
    *bytes = highest * sizeof(values[0][0]);
    return values[index];
}
