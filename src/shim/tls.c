/* tls.c: emulated thread-locals. See tls.h.
 *
 * Storage is a bump arena of the harness's own, so that a thread-local is no allocation of the code
 * under test. Outside controlled mode (constructors, the driver) there is one set, made once.
 */
#include "shim/tls.h"

#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "sched/sched.h"

/* What the compiler emits for each thread-local variable (libgcc's emutls.c, the same in clang). */
struct control {
    size_t size, align;
    void *place; /* libgcc's index: not used, because it would be lost when .data is put back */
    const char *initial;
};

struct snag__tls {
    struct snag__tls *next;
    const struct control *control;
    void *data;
};

enum { ARENA_BYTES = 4 << 20, OUTSIDE_BYTES = 256 << 10 };

static char arena[ARENA_BYTES] __attribute__((aligned(4096)));
static char outside_arena[OUTSIDE_BYTES] __attribute__((aligned(4096)));
static size_t arena_used, outside_used;
static struct snag__tls *outside;

static void *bump(char *from, size_t *used, size_t room, size_t bytes, size_t align) {
    size_t at = (*used + align - 1) & ~(align - 1);
    if (at + bytes > room) {
        return NULL;
    }
    *used = at + bytes;
    return from + at;
}

static struct snag__tls *make(const struct control *c, bool inside) {
    char *from = inside ? arena : outside_arena;
    size_t *used = inside ? &arena_used : &outside_used;
    size_t room = inside ? ARENA_BYTES : OUTSIDE_BYTES;
    struct snag__tls *t = bump(from, used, room, sizeof(*t), _Alignof(struct snag__tls));
    char *data = bump(from, used, room, c->size, c->align > 16 ? c->align : 16);
    if (t == NULL || data == NULL) {
        if (inside) {
            snag__sched_limit(SNAG_LIMIT_THREAD_LOCALS);
        }
        snag__panic("the code under test has more thread-locals than there is room for", __FILE__,
                    __LINE__);
    }
    /* By hand: a memcpy or memset would be seen by ThreadSanitizer as an access of this fiber. */
    for (size_t i = 0; i < c->size; i++) {
        ((volatile char *)data)[i] = c->initial != NULL ? c->initial[i] : 0;
    }
    t->control = c;
    t->data = data;
    return t;
}

void *__emutls_get_address(struct control *c);

void *__emutls_get_address(struct control *c) {
    struct snag__tls **head = snag__self != NULL ? &snag__self->tls : &outside;
    for (struct snag__tls *t = *head; t != NULL; t = t->next) {
        if (t->control == c) {
            return t->data;
        }
    }
    struct snag__tls *t = make(c, snag__self != NULL);
    t->next = *head;
    *head = t;
    return t->data;
}

static bool lies_in(const void *address, const char *from, size_t room) {
    return (uintptr_t)address - (uintptr_t)from < room;
}

bool snag__tls_contains(const void *address) {
    return lies_in(address, arena, ARENA_BYTES) || lies_in(address, outside_arena, OUTSIDE_BYTES);
}

void snag__tls_reset(void) {
    arena_used = 0; /* each vthread's list vanished with it */
}
