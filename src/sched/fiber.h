/* fiber.h: a stack and a saved stack pointer: the machine half of a vthread or a task.
 *
 * It knows nothing of scheduling. Stacks come from a pool and go back to it, also when their fiber
 * was abandoned in the middle of a call. The rule: a fiber runs on the one controlled OS thread,
 * and whoever switches has saved what belongs to the vthread (errno, sanitizer state) before.
 *
 * A switch of our own (fiber_x86_64.S, fiber_aarch64.S) saves the callee-saved registers of the
 * processor's ABI. It leaves mxcsr and the x87 control word, or fpcr, alone: a vthread that changes
 * rounding modes changes them for all. Elsewhere, or with -DSNAG__FIBER_UCONTEXT, swapcontext
 * switches: a system call each way.
 */
#ifndef SNAG_SCHED_FIBER_H
#define SNAG_SCHED_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(SNAG__FIBER_UCONTEXT)
#define SNAG__FIBER_UCONTEXT
#endif

enum { SNAG__STACK_BYTES_MAX = 16 << 20 };

/* What libstdc++ keeps of exceptions, as it lays it out (__cxa_eh_globals). */
struct snag__exceptions {
    void *caught;
    unsigned uncaught;
};

struct snag__fiber {
    void *sp;                           /* saved stack pointer (ucontext build: the context) */
    char *stack;                        /* lowest usable byte; the guard lies below it */
    size_t stack_bytes;                 /* usable */
    char *low;                          /* lowest stack pointer seen: what has to be cleared */
    void *sanitizer;                    /* the flavour's own handle (exec/rt.h) */
    struct snag__exceptions exceptions; /* thrown and handled on this stack */
    bool borrowed; /* the stack is one of the code under test (task/coroutine.c) */
};

/* Once, before the first snag__fiber_take. False: no room for so many stacks of that size. */
bool snag__fiber_pool_init(size_t stack_bytes);

/* They are taken in order, and given back all at once. */
enum { SNAG__FIBERS_MAX = 2048 };
struct snag__fiber_pool {
    struct snag__fiber fibers[SNAG__FIBERS_MAX];
    uint32_t made;  /* that have a stack */
    uint32_t taken; /* the first of them */
};
extern struct snag__fiber_pool snag__fiber_pool;
/* One more of them has a stack. False: no memory, or there are enough. */
bool snag__fiber_make(void);
/* A fiber from the pool, its stack cleared of what the last user left. The n-th after all were
 * given back is always the same one. NULL: no memory. */
static inline struct snag__fiber *snag__fiber_take(void) {
    struct snag__fiber_pool *p = &snag__fiber_pool;
    if (snag__unlikely(p->taken == p->made) && !snag__fiber_make()) {
        return NULL;
    }
    return &p->fibers[p->taken++];
}
/* All that were taken are given back. */
void snag__fibers_give(void);
/* Gives `f`, which has not run yet, a stack of at least `bytes`, until it is given back. False:
 * that is more than SNAG__STACK_BYTES_MAX, or than there is memory. */
bool snag__fiber_grow(struct snag__fiber *f, size_t bytes);
/* The functions of `f` from the frame at `above` on never go on: what they left on its stack is
 * overwritten, so that who still uses it does not find it as it was. False: `above` is on another
 * stack, that of a coroutine, which may go on. */
bool snag__fiber_spoil(struct snag__fiber *f, char *above);
/* Is `address` in the guard of `f`? */
bool snag__fiber_guards(const struct snag__fiber *f, uintptr_t address);
/* Is it on the stack of any fiber? */
bool snag__fiber_contains(const void *address);

/* A hash of what `f`, which is running, will go on from: the registers that a call preserves, and
 * its stack from the caller's frame on. Equal ones: it is where it was. Words that point to the
 * `but_bytes` bytes at `but` do not count: what is left there of calls that are over. */
uint64_t snag__fiber_fingerprint(const struct snag__fiber *f, const void *but, size_t but_bytes);

/* Without a frame of its own. */
static inline char *snag__stack_pointer(void) {
    char *here;
#if defined(__x86_64__)
    __asm__("mov %%rsp, %0" : "=r"(here));
#elif defined(__aarch64__)
    __asm__("mov %0, sp" : "=r"(here));
#else
    here = __builtin_frame_address(0);
#endif
    return here;
}

/* The stack of `f` was in use down to here. Whether that is deeper than before tells no branch. */
static inline void snag__fiber_note_depth(struct snag__fiber *f, char *here) {
    f->low = snag__unpredictable(here < f->low) ? here : f->low;
}

/* The frame that snag__switch_stacks leaves on a stack, in words, and which of them says where to
 * go on. A new fiber's is zero but for that one, so a walk of its stack ends there: x86-64 finds
 * six registers, then where to go on, then in place of a caller's return address a zero that aligns
 * the stack as a call would; aarch64 finds twenty registers, among them the return address. */
#if defined(__x86_64__)
enum { SNAG__FRAME_WORDS = 8, SNAG__FRAME_ENTRY = 6 };
#elif defined(__aarch64__)
enum { SNAG__FRAME_WORDS = 22, SNAG__FRAME_ENTRY = 20 };
#endif

#ifndef SNAG__FIBER_UCONTEXT
/* Saves the caller's context in *save and continues at `to`. */
void snag__switch_stacks(void **save, void *to);

static inline void snag__fiber_switch(struct snag__fiber *from, struct snag__fiber *to) {
    snag__switch_stacks(&from->sp, to->sp);
}

/* Prepares `f`, which was just taken, to run entry() when first switched to; entry must never
 * return. What else the frame has is zero: nobody has run there since the stack was cleared. */
static inline void snag__fiber_prepare(struct snag__fiber *f, void (*entry)(void)) {
    void **frame = (void **)(f->stack + f->stack_bytes) - SNAG__FRAME_WORDS;
    frame[SNAG__FRAME_ENTRY] = (void *)entry;
    f->sp = frame;
}
#else
void snag__fiber_prepare(struct snag__fiber *f, void (*entry)(void));
void snag__fiber_switch(struct snag__fiber *from, struct snag__fiber *to);
#endif

/* The same by whoever runs executions, and back to it by a fiber that never goes on. A processor
 * foresees where a return goes by counting calls: so there is a call without a return when an
 * execution is entered, and a return without a call when it is left, and both that one and those
 * after it are foreseen. */
#if defined(__x86_64__) && !defined(SNAG__FIBER_UCONTEXT)
void snag__enter_stack(void **save, void *to);
int snag__switch_then(void **save, void *to, int (*then)(void));

static inline void snag__fiber_enter(struct snag__fiber *from, struct snag__fiber *to) {
    snag__enter_stack(&from->sp, to->sp);
}

static inline _Noreturn __attribute__((always_inline)) void
snag__fiber_leave(struct snag__fiber *from, const struct snag__fiber *to) {
    __asm__ volatile("leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "jmp snag__switch_stacks\n"
                     "1:\tud2"
                     :
                     : "D"(&from->sp), "S"(to->sp)
                     : "rax", "memory");
    __builtin_unreachable();
}

/* Switches as the last thing that a function does: when `from` goes on, it does so in then(), whose
 * result is the function's. It is jumped to, for a return would go where another left off, which a
 * processor that counts calls takes for where this one did. */
static inline __attribute__((always_inline)) int
snag__fiber_switch_then(struct snag__fiber *from, const struct snag__fiber *to, int (*then)(void)) {
    return snag__switch_then(&from->sp, to->sp, then);
}
#else
static inline void snag__fiber_enter(struct snag__fiber *from, struct snag__fiber *to) {
    snag__fiber_switch(from, to);
}

static inline int snag__fiber_switch_then(struct snag__fiber *from, struct snag__fiber *to,
                                          int (*then)(void)) {
    snag__fiber_switch(from, to);
    return then();
}

static inline _Noreturn void snag__fiber_leave(struct snag__fiber *from, struct snag__fiber *to) {
    snag__fiber_switch(from, to);
    snag__panic("a fiber that was left for good was resumed", __FILE__, __LINE__);
}
#endif

#endif
