/* fiber.c: the pool of fiber stacks, each with a guard below it. See fiber.h.
 *
 * Determinism asks that a stack be the same for every execution: at the same address, because
 * stacks lie in one range and are taken in order; and cleared of what the last user left, down to
 * the lowest stack pointer seen (and a margin below it, for the frames that were not seen).
 */
#include "sched/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/clear.h"
#include "base/prng.h"

enum {
    CLEAR_MARGIN_BYTES = 512,
    GUARD_BYTES = 256 << 10 /* a frame larger than this may step over it */
};

/* As a fresh block of the heap: no pointer, no count. */
#define SPOILT UINT64_C(0xa5a5a5a5a5a5a5a5)

struct snag__fiber_pool snag__fiber_pool __attribute__((aligned(64)));
static char *range; /* as many times a guard and, above it, room for the largest stack */
static size_t stack_size;

static size_t whole_pages(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

/* Not a power of two, nor a multiple of a large one: else what a thousand stacks use of theirs
 * would lie in the same few sets of the processor's caches. */
static size_t slot_bytes(void) {
    size_t most = stack_size > SNAG__STACK_BYTES_MAX ? stack_size : SNAG__STACK_BYTES_MAX;
    return GUARD_BYTES + most + whole_pages(1);
}

static bool map_stack(struct snag__fiber *f) {
    char *stack = range + (size_t)(f - snag__fiber_pool.fibers + 1) * slot_bytes() - stack_size;
    if (mprotect(stack, stack_size, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    f->stack = stack;
    f->stack_bytes = stack_size;
    f->low = stack + stack_size;
    return true;
}

/* Where less than the margin is left below, all of the stack. */
static void clear_stack(struct snag__fiber *f) {
    char *top = f->stack + f->stack_bytes, *least = f->stack + CLEAR_MARGIN_BYTES;
    char *low = (char *)((uintptr_t)f->low & ~(uintptr_t)63);
    low = low < least ? least : low;
    snag__clear_block(low - CLEAR_MARGIN_BYTES, CLEAR_MARGIN_BYTES);
    snag__clear_lines(low, top);
    f->low = top;
}

/* In words, and not by memset, for the reason that clear.h gives. */
bool snag__fiber_spoil(struct snag__fiber *f, char *above) {
    const char *top = f->stack + f->stack_bytes;
    if ((uintptr_t)above - (uintptr_t)f->stack >= f->stack_bytes) {
        return false;
    }
    for (; above < top; above += sizeof(uint64_t)) {
        *(volatile uint64_t *)(void *)above = SPOILT;
    }
    return true;
}

bool snag__fiber_make(void) {
    struct snag__fiber_pool *p = &snag__fiber_pool;
    if (p->made == SNAG__FIBERS_MAX || !map_stack(&p->fibers[p->made])) {
        return false;
    }
    p->made++;
    return true;
}

bool snag__fiber_grow(struct snag__fiber *f, size_t bytes) {
    if (bytes > SNAG__STACK_BYTES_MAX) {
        return false;
    }
    bytes = whole_pages(bytes);
    if (bytes <= f->stack_bytes) {
        return true;
    }
    char *stack = f->stack + f->stack_bytes - bytes;
    if (mprotect(stack, bytes - f->stack_bytes, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    f->stack = stack;
    f->stack_bytes = bytes;
    return true;
}

/* Back to the size that all have: how soon the next user overflows must not depend on who was
 * before. */
static void shrink(struct snag__fiber *f) {
    char *stack = f->stack + f->stack_bytes - stack_size;
    size_t bytes = f->stack_bytes - stack_size;
    (void)madvise(f->stack, bytes, MADV_DONTNEED);
    snag__assert(mprotect(f->stack, bytes, PROT_NONE) == 0);
    f->stack = stack;
    f->stack_bytes = stack_size;
}

static inline __attribute__((always_inline)) void give_all(struct snag__fiber_pool *p) {
    for (struct snag__fiber *f = p->fibers; f < &p->fibers[p->taken]; f++) {
        if (snag__unlikely(f->stack_bytes != stack_size)) {
            shrink(f);
        }
        clear_stack(f);
        f->exceptions = (struct snag__exceptions){0};
    }
    p->taken = 0;
}

#if defined(__x86_64__)
static bool stores_wide; /* the processor stores half a line at once */

static void look_at_processor(void) {
    stores_wide = __builtin_cpu_supports("avx") != 0;
}

static __attribute__((noinline, target("avx"))) void give_all_wide(struct snag__fiber_pool *p) {
    give_all(p);
}

void snag__fibers_give(void) {
    if (snag__likely(stores_wide)) {
        give_all_wide(&snag__fiber_pool);
    } else {
        give_all(&snag__fiber_pool);
    }
}
#else
static void look_at_processor(void) {}

void snag__fibers_give(void) {
    give_all(&snag__fiber_pool);
}
#endif

bool snag__fiber_pool_init(size_t stack_bytes) {
    stack_size = whole_pages(stack_bytes);
    look_at_processor();
    range = mmap(NULL, SNAG__FIBERS_MAX * slot_bytes(), PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return range != MAP_FAILED;
}

bool snag__fiber_guards(const struct snag__fiber *f, uintptr_t address) {
    uintptr_t low = (uintptr_t)f->stack;
    return address < low && address >= low - GUARD_BYTES;
}

bool snag__fiber_contains(const void *address) {
    return (uintptr_t)address - (uintptr_t)range < SNAG__FIBERS_MAX * slot_bytes();
}

/* A fingerprint that is equal to none. */
static uint64_t never_again(void) {
    static uint64_t last;
    return ++last;
}

#ifndef SNAG__FIBER_UCONTEXT

/* Where the registers that a call preserves end up in the frame of a function that claims to change
 * them all: right below its frame pointer, or above. */
#if defined(__x86_64__)
#define SAVE_ALL() __asm__ volatile("" ::: "rbx", "r12", "r13", "r14", "r15")
enum { SAVED_BYTES = 5 * 8 };
#elif defined(__aarch64__)
#define SAVE_ALL()                                                                                 \
    __asm__ volatile("" ::: "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28")
enum { SAVED_BYTES = 0 };
#endif

__attribute__((noinline)) uint64_t snag__fiber_fingerprint(const struct snag__fiber *f,
                                                           const void *but, size_t but_bytes) {
    SAVE_ALL();
    const uintptr_t *word =
        (const uintptr_t *)((uintptr_t)__builtin_frame_address(0) - SAVED_BYTES);
    const uintptr_t *end = (const uintptr_t *)(f->stack + f->stack_bytes);
    uint64_t h = 0;
    if ((uintptr_t)word - (uintptr_t)f->stack >= f->stack_bytes) {
        return never_again(); /* it runs on a stack that nobody told of */
    }
    for (; word < end; word++) {
        h = snag__mix64(h ^ (*word - (uintptr_t)but < but_bytes ? 0 : *word));
    }
    return h;
}

#else
#include <ucontext.h>

/* The context that lies on the stack differs at every switch: no two are equal. */
uint64_t snag__fiber_fingerprint(const struct snag__fiber *f, const void *but, size_t but_bytes) {
    (void)f, (void)but, (void)but_bytes;
    return never_again();
}

/* ucontext: sp points to a ucontext_t kept at the top of the stack itself. */
void snag__fiber_prepare(struct snag__fiber *f, void (*entry)(void)) {
    char *top = f->stack + f->stack_bytes - sizeof(ucontext_t);
    ucontext_t *context = (ucontext_t *)((uintptr_t)top & ~(uintptr_t)63);
    snag__assert(getcontext(context) == 0);
    context->uc_stack.ss_sp = f->stack;
    context->uc_stack.ss_size = (size_t)((char *)context - f->stack);
    context->uc_link = NULL;
    makecontext(context, entry, 0);
    f->sp = context;
}

void snag__fiber_switch(struct snag__fiber *from, struct snag__fiber *to) {
    static ucontext_t own; /* of the driver, which has no stack of ours */
    if (from->sp == NULL) {
        from->sp = &own;
    }
    snag__assert(swapcontext(from->sp, to->sp) == 0);
}
#endif
