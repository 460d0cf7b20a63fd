/* fiber.c: the pool of fiber stacks, each with a guard page below it. See fiber.h.
 *
 * Determinism asks that a stack be the same for every execution: what the last user left is
 * cleared, down to the lowest stack pointer seen at a switch (and a margin below it, for the frames
 * that ran between switches).
 */
#include "sched/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"

enum { FIBERS_MAX = 2048, CLEAR_MARGIN_BYTES = 1024 };

static struct snag__fiber fibers[FIBERS_MAX];
static uint32_t made;
static uint32_t free_list; /* index + 1; 0: empty */
static size_t stack_size = (size_t)256 * 1024;
static size_t page_size = 4096;

void snag__fiber_pool_init(size_t stack_bytes) {
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    stack_size = (stack_bytes + page_size - 1) / page_size * page_size;
}

static bool map_stack(struct snag__fiber *f) {
    size_t total = stack_size + page_size;
    char *base = mmap(NULL, total, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return false;
    }
    if (mprotect(base, page_size, PROT_NONE) != 0) {
        munmap(base, total);
        return false;
    }
    f->stack = base + page_size;
    f->stack_bytes = stack_size;
    f->low = f->stack + f->stack_bytes;
    return true;
}

/* Not memset: ThreadSanitizer would look at it as an access, at ten times the cost. */
#if defined(__x86_64__)
static inline void clear(uint64_t *from, const uint64_t *to) {
    size_t n = (size_t)(to - from);
    __asm__ volatile("rep stosq" : "+D"(from), "+c"(n) : "a"(0) : "memory");
}
#else
__attribute__((no_builtin("memset"))) static void clear(uint64_t *from, const uint64_t *to) {
    while (from < to) {
        *from++ = 0;
    }
}
#endif

static void clear_stack(struct snag__fiber *f) {
    char *top = f->stack + f->stack_bytes;
    uintptr_t from = ((uintptr_t)f->low - CLEAR_MARGIN_BYTES) & ~(uintptr_t)63;
    if (from < (uintptr_t)f->stack || f->low < f->stack) {
        from = (uintptr_t)f->stack;
    }
    clear((uint64_t *)from, (const uint64_t *)(void *)top);
    f->low = top;
}

struct snag__fiber *snag__fiber_take(void) {
    struct snag__fiber *f;
    if (free_list != 0) {
        f = &fibers[free_list - 1];
        free_list = f->pool_next;
    } else {
        if (made == FIBERS_MAX || !map_stack(&fibers[made])) {
            return NULL;
        }
        f = &fibers[made++];
    }
    return f;
}

void snag__fiber_give(struct snag__fiber *f) {
    clear_stack(f);
    f->pool_next = free_list;
    free_list = (uint32_t)(f - fibers) + 1;
}

bool snag__fiber_guards(const struct snag__fiber *f, uintptr_t address) {
    uintptr_t low = (uintptr_t)f->stack;
    return address < low && address >= low - page_size;
}

#if defined(__x86_64__)

void snag__fiber_prepare(struct snag__fiber *f, void (*entry)(void)) {
    /* What snag__switch_stacks pops: six registers, then the return address. The word above it
     * stands for the caller's return address: it aligns the stack as a call would and ends a walk
     * at zero. */
    void **sp = (void **)(f->stack + f->stack_bytes);
    *--sp = NULL;
    *--sp = (void *)entry;
    for (int i = 0; i < 6; i++) {
        *--sp = NULL;
    }
    f->sp = sp;
}

#else
#include <ucontext.h>

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
