/* rt_fast_small.c: the small blocks of an execution: slabs in pages of the heap's own, before
 * jemalloc is asked.
 *
 * Most executions have a few blocks in a few slabs. An arena without caches or decay
 * (rt_fast_heap.c) takes a lock for each, and to empty it afterwards takes longer than all of them:
 * half the time of a small target. Here a block goes to the lowest free place of the lowest slab of
 * its class that has one, or else to a new slab in the lowest gap; a slab whose last block goes is
 * a gap at once. What is larger, or more, is jemalloc's. The rule: where a block lies depends on
 * the calls of this execution alone.
 */
#include "exec/rt_fast.h"

#include <stdint.h>

#include "base/assert.h"

enum {
    PAGE_BYTES = 4096,
    BYTES_MAX = 8192, /* of a block */
    UNIT_BYTES = 8,   /* sizes in one of these are of one class */
    CLASSES_MAX = 40,
    PLACES_MAX = PAGE_BYTES / UNIT_BYTES, /* of a slab */
    PLACES_MIN = 4,
    SLABS_MAX = 64,
    PAGES_MAX = SNAG__SMALL_BYTES / PAGE_BYTES,
    NONE = SLABS_MAX
};

/* In a loop over few, that is not to become a call. */
#define IN_PLACE() __asm__ volatile("" ::: "memory")

/* A class of sizes. */
struct class {
    uint32_t bytes, inverse; /* 2^32 / bytes, rounded up */
    uint16_t places, pages;  /* of each of its slabs */
    uint8_t first;           /* of its slabs, in the order of addresses */
    uint8_t open;            /* the first of them that has room */
};

struct slab {
    uint16_t page, free;
    uint8_t class, next;
    uint64_t room[PLACES_MAX / 64]; /* a bit per free place */
};

static struct class classes[CLASSES_MAX];
static uint8_t class_of[BYTES_MAX / UNIT_BYTES + 1]; /* of sizes, in units, rounded up */
static uintptr_t heap;                               /* where its pages begin */

static struct slab slabs[SLABS_MAX];
static uint8_t order[SLABS_MAX]; /* those in use, by address; then those that are not */
static uint32_t slabs_count;
static uint8_t slab_of[PAGES_MAX];

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
        end = s->page + classes[s->class].pages;
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
static bool add_slab(struct class *c) {
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
    s->class = (uint8_t)(c - classes);
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
    struct class *c = &classes[s->class];
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

static void *take_place(struct class *c) {
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
    uint32_t offset = s->page * (uint32_t)PAGE_BYTES + place * c->bytes;
    return (void *)(heap + offset);
}

static void give_place(const void *block) {
    uint32_t offset = (uint32_t)((uintptr_t)block - heap);
    uint8_t id = slab_of[offset / PAGE_BYTES];
    struct slab *s = &slabs[id];
    struct class *c = &classes[s->class];
    uint32_t place = (uint32_t)(((offset - s->page * PAGE_BYTES) * (uint64_t)c->inverse) >> 32);
    s->room[place / 64] |= UINT64_C(1) << (place % 64);
    if (++s->free == c->places) {
        remove_slab(id);
    } else if (c->open == NONE || s->page < slabs[c->open].page) {
        c->open = id;
    }
}

/* ---- blocks ---- */

void *snag__small_allocate(size_t bytes, size_t align) {
    bytes = align > 1 ? (bytes + align - 1) & ~(align - 1) : bytes;
    if (snag__unlikely(align > PAGE_BYTES || bytes - 1 >= BYTES_MAX)) {
        return NULL;
    }
    struct class *c = &classes[class_of[(bytes + UNIT_BYTES - 1) / UNIT_BYTES]];
    if (snag__unlikely(c->open == NONE) && !add_slab(c)) {
        return NULL;
    }
    return take_place(c);
}

bool snag__small_release(const void *block) {
    if (snag__unlikely((uintptr_t)block - heap >= SNAG__SMALL_BYTES)) {
        return false;
    }
    give_place(block);
    return true;
}

void snag__small_over(void) {
    for (uint32_t i = 0; i < slabs_count; i++) {
        struct class *c = &classes[slabs[order[i]].class];
        c->first = c->open = NONE;
    }
    slabs_count = 0;
}

/* ---- classes ---- */

/* 8, 16, 32, 48, 64, 80, … in steps of a quarter of the power of two below, so that a class is a
 * multiple of every alignment that the sizes in it are. */
static uint32_t next_class(uint32_t bytes) {
    uint32_t power = bytes < 64 ? 64 : UINT32_C(1) << (31 - __builtin_clz(bytes));
    return bytes == UNIT_BYTES ? 2 * UNIT_BYTES : bytes + power / 4;
}

static void make_class(struct class *c, uint32_t bytes) {
    uint32_t pages = (PLACES_MIN * bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    *c = (struct class){.bytes = bytes,
                        .inverse = (uint32_t)(((UINT64_C(1) << 32) - 1) / bytes + 1),
                        .places = (uint16_t)(pages * PAGE_BYTES / bytes),
                        .pages = (uint16_t)pages,
                        .first = NONE,
                        .open = NONE};
}

void snag__small_init(void *pages) {
    uint32_t class = 0, bytes = UNIT_BYTES;
    make_class(&classes[0], bytes);
    for (uint32_t i = 0; i <= BYTES_MAX / UNIT_BYTES; i++) {
        if (bytes < i * UNIT_BYTES) {
            bytes = next_class(bytes);
            snag__assert(++class < CLASSES_MAX);
            make_class(&classes[class], bytes);
        }
        class_of[i] = (uint8_t) class;
    }
    for (uint32_t i = 0; i < SLABS_MAX; i++) {
        order[i] = (uint8_t)i;
    }
    heap = (uintptr_t)pages;
}
