/* rt_fast_heap.c: the heap of the code under test in `fast`: one jemalloc arena, emptied after each
 * execution, and before it the small blocks of most (rt_fast_small.c).
 *
 * Its extents come from a reserved range of our own, at a fixed address, by extent hooks; the whole
 * range but their pages is the arena's from the start. The rule: the address of a block, and what
 * stands in it, depend on the calls of this execution alone, whatever ran before, in whichever
 * process; so a code that orders by address, or reads what it never wrote, does the same each time.
 * What that takes:
 * - no thread cache, and no decay: whatever is freed is back in the one free extent at once;
 * - blocks of more than 8 KiB are asked for page-aligned, or jemalloc gives those of more than 14
 * KiB a random offset;
 * - new blocks are filled with 0xa5, and freed ones begin with 0x5a; of a block of more than 256
 * KiB that is done to the first 16 KiB, and the rest is zero: pages that nobody touches cost
 * nothing.
 */
#include <jemalloc/jemalloc.h>
#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "exec/rt_fast.h"
#include "sched/sched.h"

enum {
    PAGE_BYTES = 4096,
    UNALIGNED_BYTES_MAX = 8192,
    FRESH = 0xa5,
    FREED = 0x5a,
    KEPT_BYTES = 256 << 10,  /* free extents, and blocks, up to here keep their pages */
    FILLED_BYTES = 16 << 10, /* how much of a new block that is larger is overwritten */
    FREED_BYTES = 128,       /* how much of a freed block is overwritten */
    SHORT_BYTES = 256,
    JEMALLOC_BYTES = 2560 /* of stack, in a call: 2,120 were seen, of 5.3 */
};

/* The same in every process, where it is free (it lies below what the system hands out). */
#define WANTED_ADDRESS ((void *)UINT64_C(0x200000000000))
#define RANGE_BYTES_MAX (UINT64_C(64) << 30)
#define RANGE_BYTES_MIN (UINT64_C(1) << 30)

static uintptr_t range_begin, range_next, range_end;
static unsigned arena;
static int flags;
static size_t reset_mib[3];
static bool asked; /* it has been, in this execution */

/* ---- extents ---- */

static void *extent_alloc(extent_hooks_t *hooks, void *wanted, size_t bytes, size_t align,
                          bool *zero, bool *commit, unsigned index) {
    (void)hooks, (void)index;
    uintptr_t at = (range_next + align - 1) & ~(uintptr_t)(align - 1);
    if (wanted != NULL || at > range_end || bytes > range_end - at) {
        return NULL;
    }
    range_next = at + bytes;
    *zero = true;
    *commit = true;
    return (void *)at;
}

/* True, here and below: refused, the arena keeps it. */
static bool extent_keep(extent_hooks_t *hooks, void *at, size_t bytes, bool committed,
                        unsigned index) {
    (void)hooks, (void)at, (void)bytes, (void)committed, (void)index;
    return true;
}

static bool extent_allow_split(extent_hooks_t *hooks, void *at, size_t bytes, size_t a, size_t b,
                               bool committed, unsigned index) {
    (void)hooks, (void)at, (void)bytes, (void)a, (void)b, (void)committed, (void)index;
    return false;
}

static bool extent_allow_merge(extent_hooks_t *hooks, void *a, size_t a_bytes, void *b,
                               size_t b_bytes, bool committed, unsigned index) {
    (void)hooks, (void)a, (void)a_bytes, (void)b, (void)b_bytes, (void)committed, (void)index;
    return false;
}

/* Gives the pages back: they are zero when they are touched again. */
static bool extent_purge(extent_hooks_t *hooks, void *at, size_t bytes, size_t offset,
                         size_t length, unsigned index) {
    (void)hooks, (void)bytes, (void)index;
    return length <= KEPT_BYTES || madvise((char *)at + offset, length, MADV_DONTNEED) != 0;
}

static extent_hooks_t hooks = {.alloc = extent_alloc,
                               .dalloc = extent_keep,
                               .purge_forced = extent_purge,
                               .split = extent_allow_split,
                               .merge = extent_allow_merge};

/* ---- the arena ---- */

static void reserve_range(void) {
    uint64_t bytes = RANGE_BYTES_MAX;
    void *at;
    do {
        at = mmap(WANTED_ADDRESS, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        bytes /= 2;
    } while (at == MAP_FAILED && bytes >= RANGE_BYTES_MIN);
    snag__assert(at != MAP_FAILED);
    range_begin = range_next = (uintptr_t)at;
    range_end = range_begin + bytes * 2;
    range_next += SNAG__SMALL_BYTES;
    snag__small_init(at);
}

static void set_number(const char *name, ssize_t value) {
    size_t mib[4], length = sizeof(mib) / sizeof(mib[0]);
    snag__assert(mallctlnametomib(name, mib, &length) == 0);
    mib[1] = arena;
    snag__assert(mallctlbymib(mib, length, NULL, NULL, &value, sizeof(value)) == 0);
}

void snag__rt_fast_heap_init(void) {
    reserve_range();
    extent_hooks_t *given = &hooks;
    size_t bytes = sizeof(arena), length = sizeof(reset_mib) / sizeof(reset_mib[0]);
    snag__assert(mallctl("arenas.create", &arena, &bytes, &given, sizeof(extent_hooks_t *)) == 0);
    snag__assert(mallctlnametomib("arena.0.reset", reset_mib, &length) == 0);
    reset_mib[1] = arena;
    flags = (int)(MALLOCX_ARENA(arena) | MALLOCX_TCACHE_NONE);
    set_number("arena.0.dirty_decay_ms", 0);
    set_number("arena.0.muzzy_decay_ms", 0);
    /* All of it in one extent, from which every execution splits the same pieces. */
    size_t all = (size_t)(range_end - range_begin) / 4;
    void *block = mallocx(all, flags | (int)MALLOCX_ALIGN(PAGE_BYTES));
    snag__assert(block != NULL);
    dallocx(block, flags);
}

bool snag__rt_heap_owns(const void *p) {
    return (uintptr_t)p - range_begin < range_end - range_begin;
}

static int flags_for(size_t bytes, size_t align) {
    if (bytes > UNALIGNED_BYTES_MAX && align < PAGE_BYTES) {
        align = PAGE_BYTES;
    }
    return align > 1 ? flags | (int)MALLOCX_ALIGN(align) : flags;
}

/* What follows the first FILLED_BYTES of a new block: pages of its own, given back. jemalloc knows
 * of few that they are zero, and clears the rest. */
static void clear_rest(char *block, size_t bytes) {
    size_t rest = ((bytes + PAGE_BYTES - 1) & ~(size_t)(PAGE_BYTES - 1)) - FILLED_BYTES;
    if (madvise(block + FILLED_BYTES, rest, MADV_DONTNEED) != 0) {
        memset(block + FILLED_BYTES, 0, bytes - FILLED_BYTES);
    }
}

/* memset, of which most are too short to be worth the call. */
static inline void fill(char *at, uint8_t value, size_t bytes) {
    typedef uint8_t piece __attribute__((vector_size(16), aligned(1), may_alias));
    if (bytes < sizeof(piece) || bytes > SHORT_BYTES) {
        memset(at, value, bytes);
        return;
    }
    piece p = (piece){0} + value;
    for (size_t i = 0; i < bytes - sizeof(piece); i += sizeof(piece)) {
        *(piece *)(at + i) = p;
        __asm__ volatile("" ::: "memory"); /* keeps the compiler from making the call of it */
    }
    *(piece *)(at + bytes - sizeof(piece)) = p;
}

/* How deep jemalloc goes on the stack of who calls, where it leaves what the next user must not
 * find. */
static void note_depth(void) {
    if (snag__self != NULL) {
        snag__fiber_note_depth(snag__self->runs, snag__stack_pointer() - JEMALLOC_BYTES);
    }
}

static __attribute__((noinline)) void *ask(size_t bytes, size_t align) {
    asked = true;
    note_depth();
    return mallocx(bytes, flags_for(bytes, align));
}

static __attribute__((noinline)) void give_back(void *block, size_t bytes, size_t align) {
    note_depth();
    sdallocx(block, bytes, flags_for(bytes, align));
}

void *snag__rt_alloc(size_t bytes, size_t align, bool zero) {
    bytes += bytes == 0;
    void *p = snag__small_allocate(bytes, align);
    if (snag__unlikely(p == NULL)) {
        p = ask(bytes, align);
    }
    if (snag__unlikely(p == NULL)) {
        return NULL;
    }
    if (snag__unlikely(bytes > KEPT_BYTES)) {
        clear_rest(p, bytes);
        bytes = FILLED_BYTES;
    }
    fill(p, zero ? 0 : FRESH, bytes);
    return p;
}

void snag__rt_free(void *block, size_t bytes, size_t align) {
    bytes += bytes == 0;
    fill(block, FREED, bytes < FREED_BYTES ? bytes : FREED_BYTES);
    if (snag__unlikely(!snag__small_release(block))) {
        give_back(block, bytes, align);
    }
}

void snag__rt_heap_reset(void) {
    snag__small_over();
    if (asked) {
        snag__assert(mallctlbymib(reset_mib, 3, NULL, NULL, NULL, 0) == 0);
        asked = false;
    }
}
