/* object.c: the table of objects: open addressing by address, emptied by raising a generation.
 *
 * See object.h. The table is sized so that it never fills: SNAG__OBJECTS_MAX entries at most in
 * twice as many slots.
 */
#include "sched/object.h"

#include <string.h>

#include "base/assert.h"
#include "base/clear.h"
#include "sched/name.h"

enum { SLOTS = SNAG__OBJECTS_MAX * 2 };
/* In the address of what stands beside the object that calls show there: what is declared, and what
 * the kernel would keep of those who wait there. No other object has one so high. */
static const uintptr_t DECLARED = (uintptr_t)1 << 63, WAITED = (uintptr_t)1 << 62;

struct slot {
    uintptr_t address;
    uint32_t generation;
    uint32_t number;
};

_Static_assert(sizeof(struct snag__object) % 16 == 0, "it is cleared by sixteen bytes");

static struct slot slots[SLOTS];
static _Alignas(64) struct snag__object objects[SNAG__OBJECTS_MAX + 1];
static uint32_t used;
static bool any_beside;
static uint32_t generation = 1;
static uint64_t lines; /* a bit per line of memory, modulo 64, in which one may be asked for */

enum { LINE_LOG2 = 6, PAGE_LOG2 = 12, LINES_PER_PAGE = 64 };

/* Those of a page follow each other; those of the next begin elsewhere, for blocks of every size
 * begin where a page does. */
static inline uint32_t line_bit(uintptr_t address) {
    return (uint32_t)((address >> LINE_LOG2) + (address >> PAGE_LOG2) * 11) % LINES_PER_PAGE;
}

static inline uint64_t line_bits(uintptr_t from, size_t bytes) {
    uintptr_t last = from + bytes - 1;
    if (last >> PAGE_LOG2 != from >> PAGE_LOG2) {
        return UINT64_MAX;
    }
    uint64_t run = (UINT64_C(2) << ((last >> LINE_LOG2) - (from >> LINE_LOG2))) - 1;
    uint32_t by = line_bit(from);
    return run << by | run >> (-by % LINES_PER_PAGE);
}

static inline uint32_t first_slot(uintptr_t address) {
    uint64_t h = (uint64_t)address * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 40) & (SLOTS - 1);
}

static struct slot *find(uintptr_t address) {
    uint32_t i = first_slot(address);
    while (slots[i].generation == generation && slots[i].address != address) {
        i = (i + 1) & (SLOTS - 1);
    }
    return &slots[i];
}

static inline struct snag__object *next_object(uintptr_t address, enum snag__object_kind kind) {
    if (snag__unlikely(used == SNAG__OBJECTS_MAX)) {
        return NULL;
    }
    uint32_t number = ++used;
    struct snag__object *o = &objects[number];
    snag__clear_few(o, sizeof(*o));
    o->address = address;
    o->number = o->owner.object = number;
    o->kind = (uint8_t)kind;
    o->waiters_first = o->waiters_last = o->owner.vthread = SNAG__NOBODY;
    return o;
}

static __attribute__((noinline)) struct snag__object *make(struct slot *s, uintptr_t address,
                                                           enum snag__object_kind kind) {
    struct snag__object *o = next_object(address, kind);
    if (o == NULL) {
        return NULL;
    }
    if (s->generation == generation) {
        objects[s->number].gone = true;
    }
    lines |= UINT64_C(1) << line_bit(address);
    s->address = address;
    s->generation = generation;
    s->number = o->number;
    if (snag__unlikely(snag__names_count != 0)) {
        o->name = snag__name_of(address & ~(DECLARED | WAITED));
    }
    return o;
}

bool snag__objects_fit(uint32_t n) {
    return used + n <= SNAG__OBJECTS_MAX;
}

static __attribute__((noinline)) struct snag__object *find_or_make(uintptr_t address,
                                                                   enum snag__object_kind kind) {
    struct slot *s = find(address);
    struct snag__object *o = s->generation == generation ? &objects[s->number] : NULL;
    return o != NULL && o->kind == kind ? o : make(s, address, kind);
}

/* In place, where the locks ask, as the next: nearly always it is there, and in the first slot. */
__attribute__((always_inline)) struct snag__object *
snag__object_known(const volatile void *address) {
    const struct slot *s = &slots[first_slot((uintptr_t)address)];
    bool found = s->generation == generation && s->address == (uintptr_t)address;
    return snag__likely(found) ? &objects[s->number] : NULL;
}

__attribute__((always_inline)) struct snag__object *snag__object_at(const volatile void *address,
                                                                    enum snag__object_kind kind) {
    const struct slot *s = &slots[first_slot((uintptr_t)address)];
    struct snag__object *o = &objects[s->number];
    bool found = s->generation == generation && s->address == (uintptr_t)address;
    return snag__likely(found && o->kind == kind) ? o : find_or_make((uintptr_t)address, kind);
}

struct snag__object *snag__object_new(const volatile void *address, enum snag__object_kind kind) {
    return make(find((uintptr_t)address), (uintptr_t)address, kind);
}

struct snag__object *snag__object_unlisted(const volatile void *address,
                                           enum snag__object_kind kind) {
    return next_object((uintptr_t)address, kind);
}

struct snag__object *snag__object_declared(const volatile void *address,
                                           enum snag__object_kind kind, bool anew) {
    const volatile void *at = (const volatile void *)((uintptr_t)address | DECLARED);
    any_beside = true;
    return anew ? snag__object_new(at, kind) : snag__object_at(at, kind);
}

struct snag__object *snag__object_futex(const volatile void *address) {
    any_beside = true;
    return snag__object_at((const volatile void *)((uintptr_t)address | WAITED),
                           SNAG__OBJECT_FUTEX);
}

static struct snag__object *peek(uintptr_t address) {
    const struct slot *s = find(address);
    return s->generation == generation && s->number != 0 ? &objects[s->number] : NULL;
}

struct snag__object *snag__object_peek(const volatile void *address) {
    return peek((uintptr_t)address);
}

struct snag__object *snag__object_peek_declared(const volatile void *address) {
    return peek((uintptr_t)address | DECLARED);
}

static void set_name(uintptr_t address, uint16_t name) {
    const struct slot *s = find(address);
    if (s->generation == generation) {
        objects[s->number].name = name;
    }
}

void snag__object_name(const volatile void *address, uint16_t name) {
    set_name((uintptr_t)address, name);
    set_name((uintptr_t)address | DECLARED, name);
    set_name((uintptr_t)address | WAITED, name);
}

struct snag__object *snag__object_get(uint32_t number) {
    snag__assert(number - 1 < used);
    return &objects[number];
}

const char *snag__object_word(const struct snag__object *o) {
    static const char *const words[] = {
#define X(id, word, short_word) word,
#include "base/object_kinds.def"
#undef X
    };
    return words[o->kind];
}

/* A slot keeps its place in the chains of others; number 0 stands for an object of no kind. */
static void forget(uintptr_t address) {
    struct slot *s = find(address);
    if (s->generation == generation) {
        objects[s->number].gone = true;
        s->number = 0;
    }
}

static void forget_range(uintptr_t from, size_t bytes) {
    if (used <= bytes) {
        for (uint32_t i = 1; i <= used; i++) {
            if (objects[i].address - from < bytes) {
                forget(objects[i].address);
            }
        }
    } else {
        for (size_t i = 0; i < bytes; i++) {
            forget(from + i);
        }
    }
}

void snag__objects_forget(uintptr_t from, size_t bytes) {
    snag__names_forget(from, bytes);
    if ((lines & line_bits(from, bytes)) == 0) {
        return;
    }
    forget_range(from, bytes);
    if (snag__unlikely(any_beside)) {
        forget_range(from | DECLARED, bytes);
        forget_range(from | WAITED, bytes);
    }
}

void snag__objects_reset(void) {
    if (snag__unlikely(snag__names_count != 0)) {
        snag__names_reset();
    }
    any_beside = false;
    lines = 0;
    used = 0;
    snag__holds_reset();
    if (++generation == 0) {
        memset(slots, 0, sizeof(slots));
        generation = 1;
    }
}
