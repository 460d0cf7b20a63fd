/* heap.c: the malloc family, under control. See heap.h.
 *
 * Blocks are recorded in order of allocation, and found by address through an open-addressing table
 * that a generation empties, and which stays in a corner of its memory as long as there are few. An
 * address that is used again in one execution takes over its slot.
 */
#include "shim/heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "exec/pages.h"
#include "exec/parts.h"
#include "exec/rt.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "sched/learn.h"
#include "sched/log.h"
#include "sched/plain.h"
#include "sched/sched.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_reallocarray(void *p, size_t n, size_t size);
void __real_free(void *p);
void *__real_aligned_alloc(size_t align, size_t n);
int __real_posix_memalign(void **p, size_t align, size_t n);
void *__real_memalign(size_t align, size_t n);
void __real__ZdlPv(void *p); /* operator delete and delete[] */
void __real__ZdaPv(void *p);

void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void __wrap_free(void *p);
void *__wrap_aligned_alloc(size_t align, size_t n);
int __wrap_posix_memalign(void **p, size_t align, size_t n);
void *__wrap_memalign(size_t align, size_t n);

enum { SLOTS = SNAG__BLOCKS_MAX * 2, SLOTS_FEW = 512 };
enum { ALIGN_LEAST = 8 }; /* of a block, whoever made it */

struct slot {
    uint32_t generation;
    uint32_t block; /* index into blocks */
};

static struct slot slots[SLOTS];
static struct snag__block blocks[SNAG__BLOCKS_MAX];
static uint32_t generation;
static uint32_t slots_used = SLOTS_FEW; /* a power of two */
static uint32_t blocks_count, live_count;
static uint32_t blocks_room = SLOTS_FEW / 2; /* for how many blocks that is enough */
static uint64_t live_bytes, bytes_max;

static struct slot *find(uintptr_t address) {
    uint32_t i = (uint32_t)((address * UINT64_C(0x9e3779b97f4a7c15)) >> 40) & (slots_used - 1);
    while (slots[i].generation == generation && blocks[slots[i].block].address != address) {
        i = (i + 1) & (slots_used - 1);
    }
    return &slots[i];
}

/* With no block in any. */
static void use_slots(uint32_t count) {
    slots_used = count;
    blocks_room = count / 2;
    if (++generation == 0) {
        memset(slots, 0, sizeof(slots));
        generation = 1;
    }
}

static void put(uint32_t block) {
    *find(blocks[block].address) = (struct slot){.generation = generation, .block = block};
}

/* For another block, or the execution ends. */
static __attribute__((noinline)) void make_room(void) {
    if (slots_used == SLOTS) {
        snag__sched_limit(SNAG_LIMIT_HEAP);
    }
    use_slots(slots_used * 2);
    for (uint32_t i = 0; i < blocks_count; i++) {
        put(i);
    }
}

static struct snag__block *block_at(const void *p) {
    struct slot *s = find((uintptr_t)p);
    return s->generation == generation ? &blocks[s->block] : NULL;
}

static void *refuse(size_t n, uint32_t site) {
    struct snag_event *e = snag__log(SNAG_EV_ALLOC, NULL, site);
    e->value = (uint32_t)n;
    e->flags = SNAG_EVF_FAILED | SNAG_EVF_FAULT;
    errno = ENOMEM;
    return NULL;
}

static inline void *allocate(size_t n, size_t align, bool zero, enum snag__block_family family,
                             uint32_t site) {
    if (n > PTRDIFF_MAX) { /* no object is that large, whatever the bound */
        errno = ENOMEM;
        return NULL;
    }
    if (snag__fault(SNAG_FAULT_OOM, SNAG__FAULT_SUB)) {
        return refuse(n, site);
    }
    if (n > bytes_max - live_bytes) {
        snag__sched_limit(SNAG_LIMIT_HEAP);
    }
    if (snag__unlikely(blocks_count == blocks_room)) {
        make_room();
    }
    snag__rt_call_begin(site);
    void *p = snag__rt_alloc(n, align, zero);
    snag__rt_call_end();
    if (p == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    snag__objects_forget((uintptr_t)p, n);
    if (snag__unlikely(snag__plain.learns)) {
        snag__learn_forget((uintptr_t)p, n);
    }
    struct slot *s = find((uintptr_t)p);
    s->generation = generation;
    s->block = blocks_count++;
    snag__part_use(SNAG__PART_HEAP);
    struct snag_event *e = snag__log_inline(SNAG_EV_ALLOC, NULL, site);
    e->value = (uint32_t)n;
    blocks[s->block] = (struct snag__block){.address = (uintptr_t)p,
                                            .bytes = n,
                                            .align = align,
                                            .site = site,
                                            .event = snag__recorder->events_count - 1,
                                            .vthread = e->vthread,
                                            .task = e->task,
                                            .live = true,
                                            .family = (uint8_t)family};
    live_count++;
    live_bytes += n;
    return p;
}

static void release(struct snag__block *b, uint32_t site) {
    if (snag__unlikely(snag__plain.learns)) {
        snag__learn_freed(b->address, b->bytes);
    }
    b->live = false;
    b->freed_site = site;
    live_count--;
    live_bytes -= b->bytes;
    struct snag_event *e = snag__log_inline(SNAG_EV_FREE, NULL, site);
    b->freed_vthread = e->vthread;
    b->freed_task = e->task;
    e->value = (uint32_t)b->bytes;
    snag__rt_call_begin(site);
    snag__rt_free((void *)b->address, b->bytes, b->align);
    snag__rt_call_end();
}

extern const char __executable_start[], _end[]; /* made by the linker: the image, .bss included */

/* Not in the table: can it be no block of another allocator either? That one is not asked: where
 * it crashes of an address that is none depends on what it did before. */
static bool is_no_block(const void *p) {
    uintptr_t image = (uintptr_t)__executable_start;
    return snag__rt_heap_owns(p) || snag__fiber_contains(p) ||
           (uintptr_t)p - image < (uintptr_t)_end - image || (uintptr_t)p % ALIGN_LEAST != 0 ||
           !snag__page_is_mapped(p);
}

/* The running actor, at `site`, does with a freed block what is no more to be done. */
static void raise_freed(enum snag_finding_kind kind, const struct snag__block *b, uint32_t site) {
    struct snag_finding *f = snag__raise(kind);
    struct snag_party *p = snag__raise_party(f, 0, site);
    if (p != NULL) {
        p->holds_site = b->freed_site;
    }
    snag__heap_parties(f, b);
    snag__raise_done(f);
}

/* Given back to another function than that of where it came from. */
static void raise_mismatch(const struct snag__block *b, enum snag__block_family family,
                           uint32_t site) {
    static const char *const texts[] = {
        [SNAG__BLOCK_MALLOC] = "free of a block that operator new gave",
        [SNAG__BLOCK_NEW] = "delete of a block that operator new did not give",
        [SNAG__BLOCK_NEW_ARRAY] = "delete[] of a block that operator new[] did not give"};
    snag__raise_misuse(texts[family], 0, site, b->site);
}

/* Not a block of ours. */
static void free_other(void *p, enum snag__block_family family, uint32_t site) {
    if (is_no_block(p)) {
        snag__raise_misuse("free of what is no allocated block", 0, site, 0);
    } else if (family == SNAG__BLOCK_MALLOC) {
        __real_free(p);
    } else if (family == SNAG__BLOCK_NEW) {
        __real__ZdlPv(p);
    } else {
        __real__ZdaPv(p);
    }
}

static inline void free_at(void *p, enum snag__block_family family, uint32_t site) {
    struct snag__block *b = block_at(p);
    if (snag__unlikely(b == NULL)) {
        free_other(p, family, site);
        return;
    }
    if (!b->live) {
        raise_freed(SNAG_DOUBLE_FREE, b, site);
        return;
    }
    if (snag__unlikely(b->family != family)) {
        raise_mismatch(b, family, site);
    }
    release(b, site);
}

void *snag__heap_allocate(size_t n, size_t align, enum snag__block_family family, uint32_t site) {
    return allocate(n, align, false, family, site);
}

void snag__heap_release(void *p, enum snag__block_family family, uint32_t site) {
    free_at(p, family, site);
}

void *__wrap_malloc(size_t n) {
    if (snag__unlikely(snag__self == NULL)) {
        return __real_malloc(n);
    }
    return allocate(n, 0, false, SNAG__BLOCK_MALLOC, SNAG__SITE());
}

void *__wrap_calloc(size_t n, size_t size) {
    if (snag__unlikely(snag__self == NULL)) {
        return __real_calloc(n, size);
    }
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return allocate(bytes, 0, true, SNAG__BLOCK_MALLOC, SNAG__SITE());
}

void __wrap_free(void *p) {
    if (snag__unlikely(snag__self == NULL)) {
        __real_free(p);
    } else if (p != NULL) {
        free_at(p, SNAG__BLOCK_MALLOC, SNAG__SITE());
    }
}

static void *reallocate(void *p, size_t n, uint32_t site) {
    if (p == NULL) {
        return allocate(n, 0, false, SNAG__BLOCK_MALLOC, site);
    }
    struct snag__block *b = block_at(p);
    if (b == NULL && is_no_block(p)) {
        snag__raise_misuse("realloc of what is no allocated block", 0, site, 0);
        return NULL;
    }
    if (b == NULL) {
        return __real_realloc(p, n);
    }
    if (!b->live) {
        raise_freed(SNAG_USE_AFTER_FREE, b, site);
        return NULL;
    }
    if (n == 0) {
        release(b, site);
        return NULL;
    }
    size_t keep = b->bytes < n ? b->bytes : n;
    void *to = allocate(n, 0, false, SNAG__BLOCK_MALLOC, site);
    if (to != NULL) {
        snag__rt_call_begin(site);
        memcpy(to, p, keep);
        snag__rt_call_end();
        release(block_at(p), site);
    }
    return to;
}

void *__wrap_realloc(void *p, size_t n) {
    if (snag__self == NULL) {
        return __real_realloc(p, n);
    }
    return reallocate(p, n, SNAG__SITE());
}

void *__wrap_reallocarray(void *p, size_t n, size_t size) {
    if (snag__self == NULL) {
        return __real_reallocarray(p, n, size);
    }
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return reallocate(p, bytes, SNAG__SITE());
}

static bool power_of_two(size_t n) {
    return n != 0 && (n & (n - 1)) == 0;
}

void *__wrap_aligned_alloc(size_t align, size_t n) {
    if (snag__self == NULL) {
        return __real_aligned_alloc(align, n);
    }
    if (!power_of_two(align)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(n, align, false, SNAG__BLOCK_MALLOC, SNAG__SITE());
}

void *__wrap_memalign(size_t align, size_t n) {
    if (snag__self == NULL) {
        return __real_memalign(align, n);
    }
    if (!power_of_two(align)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(n, align, false, SNAG__BLOCK_MALLOC, SNAG__SITE());
}

int __wrap_posix_memalign(void **p, size_t align, size_t n) {
    if (snag__self == NULL) {
        return __real_posix_memalign(p, align, n);
    }
    if (!power_of_two(align) || align % sizeof(void *) != 0) {
        return EINVAL;
    }
    int kept = errno;
    void *to = allocate(n, align, false, SNAG__BLOCK_MALLOC, SNAG__SITE());
    errno = kept;
    if (to == NULL) {
        return ENOMEM;
    }
    *p = to;
    return 0;
}

void snag__heap_begin(uint64_t max) {
    bytes_max = max;
    blocks_count = live_count = 0;
    live_bytes = 0;
    use_slots(SLOTS_FEW);
}

void snag__heap_end(void) {
    if (blocks_count == 0) {
        return;
    }
    for (uint32_t i = 0; live_count > 0; i++) {
        if (blocks[i].live) {
            blocks[i].live = false;
            live_count--;
            snag__rt_free((void *)blocks[i].address, blocks[i].bytes, blocks[i].align);
        }
    }
    snag__rt_heap_reset();
}

uint32_t snag__heap_live(void) {
    return live_count;
}

const struct snag__block *snag__heap_next(uint32_t *next) {
    while (*next < blocks_count) {
        const struct snag__block *b = &blocks[(*next)++];
        if (b->live) {
            return b;
        }
    }
    return NULL;
}

const struct snag__block *snag__heap_find(uintptr_t address) {
    for (uint32_t i = blocks_count; i-- > 0;) {
        if (address - blocks[i].address < blocks[i].bytes + (blocks[i].bytes == 0)) {
            return &blocks[i];
        }
    }
    return NULL;
}

static void add_party(struct snag_finding *f, uint16_t vthread, uint16_t task, uint32_t site,
                      size_t bytes) {
    struct snag_party *p = snag__raise_party(f, 0, site);
    if (p != NULL) {
        p->vthread = vthread;
        p->task = task;
        p->bytes = (uint32_t)bytes;
    }
}

void snag__heap_parties(struct snag_finding *f, const struct snag__block *b) {
    if (b == NULL) {
        return;
    }
    if (!b->live) {
        add_party(f, b->freed_vthread, b->freed_task, b->freed_site, 0);
    }
    add_party(f, b->vthread, b->task, b->site, b->bytes);
}
