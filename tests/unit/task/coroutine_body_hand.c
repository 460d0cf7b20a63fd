/* coroutine_body_hand.c: code under test for coroutine_test.c: coroutines of a library that
 * switches stacks in assembly of its own, maps them with a guard below, and uses them again.
 */
#define _GNU_SOURCE
#include "coroutine_cases.h"
#include "coroutine_lib.h"

#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STACKS = 2, EACH = 3 };

struct hand {
    void *sp, *resumer;
    char *stack;
    void (*run)(struct hand *h, int n);
    int n;
    bool begun, ended, jumps;
    jmp_buf own, back; /* if it jumps */
};

#if defined(__x86_64__)
void hand_switch(void **save, void *to);
void hand_start(void);
__asm__(".text\n"
        ".globl hand_switch\n"
        ".type hand_switch, @function\n"
        "hand_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".globl hand_start\n"
        ".type hand_start, @function\n"
        "hand_start:\n"
        "    movq %rbx, %rdi\n"
        "    xorl %ebp, %ebp\n"
        "    callq hand_main\n"
        "    ud2\n");

static void prepare(struct hand *h) {
    void **top = (void **)(void *)(h->stack + CO_STACK);
    top -= 9; /* six registers, where to go on, and two: it is aligned for a call */
    memset(top, 0, 9 * sizeof(*top));
    top[4] = h; /* rbx */
    top[6] = (void *)hand_start;
    h->sp = top;
}
#else /* the same through the C library */
static ucontext_t contexts[2 * STACKS];

static void hand_switch(void **save, void *to) {
    static int next;
    ucontext_t *c = &contexts[next++ % (2 * STACKS)];
    *save = c;
    swapcontext(c, to);
}
void hand_main(struct hand *h);
static struct hand *starting;
static void start(void) {
    hand_main(starting);
}
static void prepare(struct hand *h) {
    static ucontext_t fresh[STACKS];
    static int next;
    ucontext_t *c = &fresh[next++ % STACKS];
    getcontext(c);
    c->uc_stack.ss_sp = h->stack;
    c->uc_stack.ss_size = CO_STACK;
    starting = h;
    makecontext(c, start, 0);
    h->sp = c;
}
#endif

/* A library may switch by setjmp and longjmp, once the stack is in use. */
static void hand_resume(struct hand *h) {
    bool begun = h->begun;
    h->begun = true;
    if (h->jumps && _setjmp(h->back) != 0)
        return;
    SNAG_TASK_RESUMED(h);
    if (h->jumps && begun)
        _longjmp(h->own, 1);
    hand_switch(&h->resumer, h->sp);
}

/* Not a function: none is entered between what is said and the switch. */
#define HAND_LEAVE(h)                                                                              \
    do {                                                                                           \
        if ((h)->jumps)                                                                            \
            _longjmp((h)->back, 1);                                                                \
        hand_switch(&(h)->sp, (h)->resumer);                                                       \
    } while (0)

static void hand_await(struct hand *h) {
    if (h->jumps && _setjmp(h->own) != 0)
        return;
    SNAG_TASK_SUSPENDED(h, NULL);
    HAND_LEAVE(h);
}

/* From within however many functions. */
static void hand_end(struct hand *h) {
    h->ended = true;
    SNAG_TASK_ENDED(h);
    HAND_LEAVE(h);
}

void hand_main(struct hand *h);
void hand_main(struct hand *h) {
    h->run(h, h->n);
    hand_end(h);
}

static void hand_new(struct hand *h, void (*run)(struct hand *h, int n), int n) {
    h->run = run;
    h->n = n;
    h->begun = h->ended = false;
    SNAG_TASK_CREATED(h);
    SNAG_TASK_STACK(h, h->stack, CO_STACK);
    prepare(h);
}

static char *map_stack(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *all =
        mmap(NULL, CO_STACK + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all, page, PROT_NONE) != 0)
        abort();
    return all + page;
}

static void unmap_stack(char *stack) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(stack - page, CO_STACK + page);
}

/* ---- what runs on them ---- */

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int turns;

/* Frames of another size each time, the last ones never left. */
static void descends(struct hand *h, int n) {
    char bytes[3][48];
    for (int i = 0; i < 3; i++)
        memset(bytes[i], n, sizeof(bytes[i]));
    pthread_mutex_lock(&m);
    turns++;
    pthread_mutex_unlock(&m);
    hand_await(h);
    if (n > 0)
        descends(h, n - 1);
    else if (h->n % 2 == 0)
        hand_end(h);
    if (bytes[2][47] != n)
        abort();
}

static void drives_by(bool jumps) {
    struct hand hands[STACKS];
    for (int i = 0; i < STACKS; i++) {
        hands[i].stack = map_stack();
        hands[i].jumps = jumps;
    }
    for (int round = 0; round < EACH; round++) {
        for (int i = 0; i < STACKS; i++)
            hand_new(&hands[i], descends, round + i);
        for (int left = STACKS; left > 0;) {
            for (int i = 0; i < STACKS; i++) {
                if (!hands[i].ended) {
                    hand_resume(&hands[i]);
                    left -= hands[i].ended;
                }
            }
        }
    }
    for (int i = 0; i < STACKS; i++)
        unmap_stack(hands[i].stack);
}

static void drives(void) {
    drives_by(false);
}

static void drives_by_jumps(void) {
    drives_by(true);
}

void co_by_jumps(void) {
    both(drives, drives_by_jumps);
    out(turns);
}

void co_by_hand(void) {
    both(drives, drives);
    out(turns);
}

static int deep(struct hand *h, int n) {
    volatile char bytes[512] = {0};
    bytes[n % 512] = 1;
    return n == 0 ? 0 : deep(h, n - 1) + bytes[0];
}

static void too_deep(struct hand *h, int n) {
    out(deep(h, n));
}

void co_too_deep(void) {
    struct hand h = {.stack = map_stack()};
    hand_new(&h, too_deep, case_in ? 10 : 1000);
    hand_resume(&h);
    unmap_stack(h.stack);
}
