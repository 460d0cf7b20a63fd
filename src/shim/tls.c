/* tls.c: emulated thread-locals. See tls.h.
 *
 * The storage of a vthread's is a bump arena of the harness's own, so that a thread-local is no
 * allocation of the code under test. Outside executions (constructors, the driver, a program that
 * runs as it is) every OS thread has its own, from the heap, which end with it.
 */
#define _GNU_SOURCE
#include "shim/tls.h"

#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/assert.h"
#include "sched/sched.h"

struct snag__tls {
    struct snag__tls *next;
    const struct snag__tls_control *control;
    void *data;
};

enum { ARENA_BYTES = 4 << 20, ALIGN_MIN = 16 };

static char arena[ARENA_BYTES] __attribute__((aligned(4096)));
size_t snag__tls_used;

static void *bump(size_t bytes, size_t align) {
    size_t at = (snag__tls_used + align - 1) & ~(align - 1);
    if (at + bytes > ARENA_BYTES) {
        snag__sched_limit(SNAG_LIMIT_THREAD_LOCALS);
    }
    snag__tls_used = at + bytes;
    return arena + at;
}

void *snag__tls_room(size_t bytes) {
    return bump(bytes, _Alignof(max_align_t));
}

static struct snag__tls *find(struct snag__tls *first, const struct snag__tls_control *c) {
    while (first != NULL && first->control != c) {
        first = first->next;
    }
    return first;
}

/* By hand: a memcpy or memset would be seen by ThreadSanitizer as an access of this fiber. */
static void fill(void *to, const char *from, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        ((volatile char *)to)[i] = from != NULL ? from[i] : 0;
    }
}

/* ---- of an OS thread ---- */

static _Thread_local struct snag__tls *outside;
static _Thread_local unsigned rounds; /* of destructors that it has seen */
static pthread_key_t at_end;
static pthread_once_t at_end_made = PTHREAD_ONCE_INIT;

/* Other keys' destructors may still look at them: they go in the last round. */
static void thread_ended(void *any) {
    if (++rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
        (void)pthread_setspecific(at_end, any);
        return;
    }
    while (outside != NULL) {
        struct snag__tls *t = outside;
        outside = t->next;
        free(t->data);
        free(t);
    }
}

static void make_key(void) {
    snag__assert(pthread_key_create(&at_end, thread_ended) == 0);
}

static void *address_outside(const struct snag__tls_control *c) {
    struct snag__tls *t = find(outside, c);
    if (t == NULL) {
        (void)pthread_once(&at_end_made, make_key);
        t = malloc(sizeof(*t));
        snag__assert(t != NULL);
        *t = (struct snag__tls){.next = outside, .control = c};
        size_t align = c->align > ALIGN_MIN ? c->align : ALIGN_MIN;
        snag__assert(posix_memalign(&t->data, align, c->size) == 0);
        fill(t->data, c->initial, c->size);
        outside = t;
        (void)pthread_setspecific(at_end, t);
    }
    return t->data;
}

/* ---- of a vthread ---- */

/* The main thread finds what constructors left in its own. */
static const char *initial_of(const struct snag__tls_control *c) {
    const struct snag__tls *t =
        snag__unlikely(outside != NULL) && snag__self->index == 0 ? find(outside, c) : NULL;
    return t != NULL ? t->data : c->initial;
}

static void *make(const struct snag__tls_control *c) {
    struct snag__tls *t = bump(sizeof(*t), _Alignof(struct snag__tls));
    *t = (struct snag__tls){.next = snag__self->tls, .control = c};
    t->data = bump(c->size, c->align > ALIGN_MIN ? c->align : ALIGN_MIN);
    fill(t->data, initial_of(c), c->size);
    snag__self->tls = t;
    return t->data;
}

void *__emutls_get_address(const struct snag__tls_control *c) {
    if (snag__unlikely(snag__self == NULL)) {
        return address_outside(c);
    }
    struct snag__tls *t = find(snag__self->tls, c);
    return t != NULL ? t->data : make(c);
}

bool snag__tls_contains(const void *address) {
    return (uintptr_t)address - (uintptr_t)arena < ARENA_BYTES;
}

const void *snag__tls_memory(size_t *bytes) {
    *bytes = snag__tls_used;
    return arena;
}
