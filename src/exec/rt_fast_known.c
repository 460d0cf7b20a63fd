/* rt_fast_known.c: where jemalloc would put the small blocks of an execution, without asking it.
 *
 * With an arena emptied after each execution, no cache and no decay (rt_fast_heap.c), that is a
 * function of what is live: a block goes to the lowest free place of the lowest slab of its class
 * that has one, or else to a new slab in the lowest gap that holds it; a slab whose last block goes
 * is a gap at once. Most executions have a few blocks in a few slabs, and are served here. The
 * rule: every block lies where jemalloc puts it. So what is done is kept, and as soon as it is more
 * than this file knows of (a large block, many slabs, many calls), jemalloc is told all of it,
 * which must give the same addresses, and is asked from there on.
 */
#include "exec/rt_fast.h"

#include <jemalloc/jemalloc.h>
#include <stdint.h>

#include "base/assert.h"
#include "sched/sched.h"

enum {
    PAGE_BYTES = 4096,
    BYTES_MAX = 8192, /* of a block */
    UNIT_BYTES = 8,   /* sizes in one of these are of one class */
    CLASSES_MAX = 40,
    PLACES_MAX = 512, /* of a slab */
    SLABS_MAX = 64,
    PAGES_MAX = 512,
    CALLS_MAX = 2048,
    NONE = SLABS_MAX,
    LG_ALIGN_MASK = 63,   /* of the flags of a call */
    JEMALLOC_BYTES = 2560 /* of stack, in a call: 2,120 were seen, of 5.3 */
};

/* In a loop over few, that is not to become a call. */
#define IN_PLACE() __asm__ volatile("" ::: "memory")

/* A class of sizes. */
struct size_class {
    uint32_t bytes, inverse; /* 2^32 / bytes, rounded up */
    uint16_t places, pages;  /* of each of its slabs */
    uint8_t first;           /* of its slabs, in the order of addresses */
    uint8_t open;            /* the first of them that has room */
};

struct slab {
    uint16_t page, free;
    uint8_t size_class, next;
    uint64_t room[PLACES_MAX / 64]; /* a bit per free place */
};

static struct size_class classes[CLASSES_MAX];
static uint8_t class_of[BYTES_MAX / UNIT_BYTES + 1]; /* of sizes, in units, rounded up */
static uintptr_t heap;                               /* where its pages begin */

static struct slab slabs[SLABS_MAX];
static uint8_t order[SLABS_MAX]; /* those in use, by address; then those that are not */
static uint32_t slabs_count;
static uint8_t slab_of[PAGES_MAX];

/* What was done. */
static struct call {
    void *block;
    uint32_t bytes; /* 0: it was given back */
    int flags;
} calls[CALLS_MAX];
static uint32_t calls_count;
static bool told;   /* jemalloc knows, and is asked */
static bool always; /* it is one whose slabs are none that are known here */

/* ---- slabs ---- */

/* The first from `id` on that has room. */
static uint8_t with_room(uint8_t id) {
    while (id != NONE && slabs[id].free == 0) {
        id = slabs[id].next;
    }
    return id;
}

/* Where a slab of that many pages goes, and before which of those in use. */
static uint32_t gap_for(uint32_t pages, uint32_t *before) {
    uint32_t end = 0, i = 0;
    for (; i < slabs_count; i++) {
        const struct slab *s = &slabs[order[i]];
        if (s->page - end >= pages) {
            break;
        }
        end = s->page + classes[s->size_class].pages;
    }
    *before = i;
    return end;
}

static void all_free(struct slab *s, uint32_t places) {
    s->free = (uint16_t)places;
    uint32_t i = 0;
    for (; places >= 64; places -= 64) {
        s->room[i++] = UINT64_MAX;
    }
    if (places > 0) {
        s->room[i] = (UINT64_C(1) << places) - 1;
    }
}

/* A new slab of a class none of whose slabs has room. False: no room for it here. */
static bool add_slab(struct size_class *c) {
    uint32_t before, page = gap_for(c->pages, &before);
    if (slabs_count == SLABS_MAX || page + c->pages > PAGES_MAX) {
        return false;
    }
    uint8_t id = order[slabs_count];
    for (uint32_t i = slabs_count++; i > before; i--) {
        order[i] = order[i - 1];
        IN_PLACE();
    }
    order[before] = id;
    struct slab *s = &slabs[id];
    s->page = (uint16_t)page;
    s->size_class = (uint8_t)(c - classes);
    all_free(s, c->places);
    for (uint32_t i = 0; i < c->pages; i++) {
        slab_of[page + i] = id;
        IN_PLACE();
    }
    uint8_t *link = &c->first;
    while (*link != NONE && slabs[*link].page < page) {
        link = &slabs[*link].next;
    }
    s->next = *link;
    *link = c->open = id;
    return true;
}

static void remove_slab(uint8_t id) {
    struct slab *s = &slabs[id];
    struct size_class *c = &classes[s->size_class];
    uint8_t *link = &c->first;
    while (*link != id) {
        link = &slabs[*link].next;
    }
    *link = s->next;
    if (c->open == id) {
        c->open = with_room(s->next);
    }
    /* The last one comes down, and so on to where it was. */
    uint8_t down = id;
    for (uint32_t i = --slabs_count;; i--) {
        uint8_t it = order[i];
        order[i] = down;
        if (it == id) {
            break;
        }
        down = it;
    }
}

/* ---- places ---- */

static void *take_place(struct size_class *c) {
    struct slab *s = &slabs[c->open];
    uint32_t word = 0;
    while (s->room[word] == 0) {
        word++;
    }
    uint32_t place = word * 64 + (uint32_t)__builtin_ctzll(s->room[word]);
    s->room[word] &= s->room[word] - 1;
    if (--s->free == 0) {
        c->open = with_room(s->next);
    }
    uint32_t offset = s->page * PAGE_BYTES + place * c->bytes;
    return (void *)(heap + offset);
}

static void give_place(const void *block) {
    uint32_t offset = (uint32_t)((uintptr_t)block - heap);
    uint8_t id = slab_of[offset / PAGE_BYTES];
    struct slab *s = &slabs[id];
    struct size_class *c = &classes[s->size_class];
    uint32_t place = (uint32_t)(((offset - s->page * PAGE_BYTES) * (uint64_t)c->inverse) >> 32);
    s->room[place / 64] |= UINT64_C(1) << (place % 64);
    if (++s->free == c->places) {
        remove_slab(id);
    } else if (c->open == NONE || s->page < slabs[c->open].page) {
        c->open = id;
    }
}

/* ---- jemalloc ---- */

/* How deep it goes on the stack of who calls, where it leaves what the next user must not find. */
static void note_depth(void) {
    if (snag__self != NULL) {
        snag__fiber_note_depth(snag__self->runs, snag__stack_pointer() - JEMALLOC_BYTES);
    }
}

/* It does what was done without it. */
static __attribute__((noinline)) void tell(void) {
    told = true;
    for (uint32_t i = 0; i < calls_count; i++) {
        const struct call *call = &calls[i];
        if (call->bytes != 0) {
            snag__assert(mallocx(call->bytes, call->flags) == call->block);
        } else {
            dallocx(call->block, call->flags);
        }
    }
}

static void keep(void *block, size_t bytes, int flags) {
    calls[calls_count++] = (struct call){block, (uint32_t)bytes, flags};
}

/* NULL: it is not known. */
static void *place_for(size_t bytes, int flags) {
    size_t align = (size_t)1 << (flags & LG_ALIGN_MASK);
    bytes = (bytes + align - 1) & ~(align - 1);
    if (align > PAGE_BYTES || bytes > BYTES_MAX || calls_count == CALLS_MAX) {
        return NULL;
    }
    struct size_class *c = &classes[class_of[(bytes + UNIT_BYTES - 1) / UNIT_BYTES]];
    if (snag__unlikely(c->open == NONE) && !add_slab(c)) {
        return NULL;
    }
    return take_place(c);
}

void *snag__known_allocate(size_t bytes, int flags) {
    if (snag__likely(!told)) {
        void *block = place_for(bytes, flags);
        if (snag__likely(block != NULL)) {
            keep(block, bytes, flags);
            return block;
        }
        tell();
    }
    note_depth();
    return mallocx(bytes, flags);
}

void snag__known_release(void *block, size_t bytes, int flags) {
    if (snag__likely(!told)) {
        if (snag__likely(calls_count < CALLS_MAX)) {
            give_place(block);
            keep(block, 0, flags);
            return;
        }
        tell();
    }
    note_depth();
    sdallocx(block, bytes, flags);
}

static void forget(void) {
    for (uint32_t i = 0; i < slabs_count; i++) {
        struct size_class *c = &classes[slabs[order[i]].size_class];
        c->first = c->open = NONE;
    }
    slabs_count = 0;
}

bool snag__known_over(void) {
    if (slabs_count != 0) {
        forget();
    }
    calls_count = 0;
    bool was = told;
    told = always;
    return was;
}

/* ---- what jemalloc says of its classes ---- */

static void ask(const char *name, uint32_t index, void *to, size_t bytes) {
    size_t mib[4], length = sizeof(mib) / sizeof(mib[0]);
    snag__assert(mallctlnametomib(name, mib, &length) == 0);
    mib[2] = index;
    snag__assert(mallctlbymib(mib, length, to, &bytes, NULL, 0) == 0);
}

/* False: its slabs are larger than they are here. */
static bool ask_class(uint32_t index) {
    uint32_t places;
    size_t bytes, slab_bytes;
    ask("arenas.bin.0.size", index, &bytes, sizeof(bytes));
    ask("arenas.bin.0.nregs", index, &places, sizeof(places));
    ask("arenas.bin.0.slab_size", index, &slab_bytes, sizeof(slab_bytes));
    classes[index] =
        (struct size_class){.bytes = (uint32_t)bytes,
                            .inverse = (uint32_t)(((UINT64_C(1) << 32) - 1) / bytes + 1),
                            .places = (uint16_t)places,
                            .pages = (uint16_t)(slab_bytes / PAGE_BYTES),
                            .first = NONE,
                            .open = NONE};
    return places <= PLACES_MAX;
}

static bool ask_classes(void) {
    uint32_t index = 0;
    bool known = ask_class(0);
    for (uint32_t i = 0; known && i <= BYTES_MAX / UNIT_BYTES; i++) {
        while (known && classes[index].bytes < i * UNIT_BYTES) {
            snag__assert(++index < CLASSES_MAX);
            known = ask_class(index);
        }
        class_of[i] = (uint8_t)index;
    }
    return known;
}

void snag__known_init(int flags) {
    size_t page_bytes = 0, bytes = sizeof(page_bytes);
    snag__assert(mallctl("arenas.page", &page_bytes, &bytes, NULL, 0) == 0);
    always = told = page_bytes != PAGE_BYTES || !ask_classes();
    for (uint32_t i = 0; i < SLABS_MAX; i++) {
        order[i] = (uint8_t)i;
    }
    void *first = mallocx(UNIT_BYTES, flags);
    heap = (uintptr_t)first;
    dallocx(first, flags);
}
