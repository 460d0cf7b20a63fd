/* rt_fast_heap.c: the heap of the code under test in `fast`: a reserved range, emptied at once.
 *
 * Not a general allocator, and not the process's own (jemalloc): one thread, one execution at a
 * time. The rule: the address of a block, and what stands in it, depend on the calls of this
 * execution alone, whatever ran before, in whichever process; so a code that orders by address, or
 * reads what it never wrote, does the same each time.
 *
 * Size classes as in jemalloc: sixteen bytes apart up to a kilobyte, then four to a doubling. A
 * freed block goes to the front of its class's list, as real allocators do; the lists stand beside
 * the heap, out of reach of a use after free. New blocks are filled with 0xa5, and freed ones
 * begin with 0x5a. Large ones come as zero pages and go back to the system.
 */
#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "exec/rt_fast.h"
#include "shim/heap.h"

enum {
    STEP_BYTES = 16,
    STEPPED_BYTES = 1024, /* sizes up to here are multiples of STEP_BYTES */
    STEPPED_CLASSES = STEPPED_BYTES / STEP_BYTES,
    CLASSES = STEPPED_CLASSES + 4 * 38,
    PAGE_BYTES = 4096,
    LARGE_BYTES = 64 << 10,
    FRESH = 0xa5,
    FREED = 0x5a,
    FREED_BYTES = 128,    /* how much of a freed block is overwritten */
    KEPT_BYTES = 16 << 20 /* of small blocks, that stay mapped between executions */
};

/* The same in every process, where it is free (it lies below what the system hands out). */
#define WANTED_ADDRESS ((void *)UINT64_C(0x200000000000))
#define RANGE_BYTES_MAX (UINT64_C(64) << 30)
#define RANGE_BYTES_MIN (UINT64_C(1) << 30)

struct area {
    uintptr_t begin, next, end;
};

struct node {
    uintptr_t address;
    uint32_t next; /* index + 1; 0: last */
};

static struct area small, large;
static struct node nodes[SNAG__BLOCKS_MAX]; /* one for each free of an execution */
static uint32_t nodes_used;
static uint32_t heads[CLASSES]; /* index + 1; 0: empty */

void snag__rt_fast_heap_init(void) {
    uint64_t bytes = RANGE_BYTES_MAX;
    void *at;
    do {
        at = mmap(WANTED_ADDRESS, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        bytes /= 2;
    } while (at == MAP_FAILED && bytes >= RANGE_BYTES_MIN);
    snag__assert(at != MAP_FAILED);
    bytes *= 2;
    uintptr_t begin = (uintptr_t)at;
    small = (struct area){.begin = begin, .next = begin, .end = begin + bytes / 4};
    large = (struct area){.begin = small.end, .next = small.end, .end = begin + bytes};
}

bool snag__rt_heap_owns(const void *p) {
    return (uintptr_t)p - small.begin < large.end - small.begin;
}

/* The class of a size, and the size of its blocks. */
static uint32_t class_of(size_t bytes, size_t *rounded) {
    if (bytes <= STEPPED_BYTES) {
        uint32_t steps = (uint32_t)((bytes + STEP_BYTES - 1) / STEP_BYTES);
        steps += steps == 0;
        *rounded = (size_t)steps * STEP_BYTES;
        return steps - 1;
    }
    uint32_t log = 63U - (uint32_t)__builtin_clzll(bytes - 1); /* 2^log < bytes <= 2^(log+1) */
    size_t quarter = (size_t)1 << (log - 2);
    size_t over = (bytes - 1 - ((size_t)1 << log)) / quarter;
    *rounded = ((size_t)1 << log) + (over + 1) * quarter;
    return STEPPED_CLASSES + (log - 10) * 4 + (uint32_t)over;
}

static bool is_power(size_t n) {
    return (n & (n - 1)) == 0;
}

/* A block of a power of two is aligned to it, up to a page: what an alignment asks for. */
static size_t size_for(size_t bytes, size_t align) {
    if (align <= STEP_BYTES) {
        return bytes;
    }
    size_t size = bytes > align ? bytes : align;
    return is_power(size) ? size : (size_t)1 << (64 - __builtin_clzll(size));
}

static void *carve(struct area *a, size_t bytes, size_t align) {
    uintptr_t at = (a->next + align - 1) & ~(uintptr_t)(align - 1);
    if (at < a->next || at > a->end || bytes > a->end - at) {
        return NULL;
    }
    a->next = at + bytes;
    return (void *)at;
}

static void *carve_block(size_t rounded, size_t align) {
    size_t natural = is_power(rounded) ? rounded : STEP_BYTES;
    natural = natural > PAGE_BYTES ? PAGE_BYTES : natural;
    return carve(rounded > LARGE_BYTES ? &large : &small, rounded,
                 align > natural ? align : natural);
}

void *snag__rt_alloc(size_t bytes, size_t align, bool zero) {
    size_t size = size_for(bytes, align), rounded;
    if (size > RANGE_BYTES_MAX) {
        return NULL;
    }
    uint32_t class = class_of(size, &rounded);
    bool again = heads[class] != 0 && align <= PAGE_BYTES;
    void *p;
    if (again) {
        const struct node *n = &nodes[heads[class] - 1];
        heads[class] = n->next;
        p = (void *)n->address;
    } else {
        p = carve_block(rounded, align);
    }
    if (p == NULL) {
        return NULL;
    }
    if (rounded <= LARGE_BYTES) {
        memset(p, zero ? 0 : FRESH, rounded);
    } else if (again && zero) {
        memset(p, 0, bytes);
    }
    return p;
}

void snag__rt_free(void *block, size_t bytes, size_t align) {
    size_t rounded;
    uint32_t class = class_of(size_for(bytes, align), &rounded);
    memset(block, FREED, rounded < FREED_BYTES ? rounded : FREED_BYTES);
    if (align > PAGE_BYTES) {
        return; /* not every block of its class would do for the next; it goes with the execution */
    }
    snag__assert(nodes_used < SNAG__BLOCKS_MAX);
    nodes[nodes_used] = (struct node){.address = (uintptr_t)block, .next = heads[class]};
    heads[class] = ++nodes_used;
}

/* Gives the pages from `keep` on back: they are zero when they are touched again. */
static void empty(struct area *a, size_t keep) {
    if (a->next - a->begin > keep) {
        uintptr_t from = a->begin + keep;
        uintptr_t to = (a->next + PAGE_BYTES - 1) & ~(uintptr_t)(PAGE_BYTES - 1);
        snag__assert(madvise((void *)from, to - from, MADV_DONTNEED) == 0);
    }
    a->next = a->begin;
}

void snag__rt_heap_reset(void) {
    empty(&small, KEPT_BYTES);
    empty(&large, 0);
    nodes_used = 0;
    memset(heads, 0, sizeof(heads));
}
