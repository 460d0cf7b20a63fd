/* guide.c: coroutines and callbacks annotated as <snag/coroutine.h> says: see
 * tests/e2e/coroutine_test.sh.
 *
 * guide.h is cut out of the head of that file, word for word. A thread runs two coroutines, another
 * one a loop that serves two requests; both count in one book. Silent, unless built with one of
 * GUIDE_CO_HOLDS, GUIDE_REQUEST_HOLDS: the book's lock is then held until what is awaited has come.
 */
#include "snag/coroutine.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <ucontext.h>

#ifdef GUIDE_CO_HOLDS
enum { CO_HOLDS = 1 };
#else
enum { CO_HOLDS = 0 };
#endif
#ifdef GUIDE_REQUEST_HOLDS
enum { REQUEST_HOLDS = 1 };
#else
enum { REQUEST_HOLDS = 0 };
#endif

enum { STACK_BYTES = 64 << 10, EACH = 2 };

static struct book {
    pthread_mutex_t lock;
    int count;
} book = {PTHREAD_MUTEX_INITIALIZER, 0};

/* ---- a library of coroutines, and a loop ---- */

struct co {
    ucontext_t resumer, own;
    bool ended;
};

struct request {
    struct request *next;
    bool sent;
    int answer;
};

void co_create(struct co *co, char *stack, size_t bytes);
void co_resume(struct co *co);
void co_await (struct co *co, const void *event);
void co_end(struct co *co);
void on_request(struct request *r);
void on_answer(struct request *r);
static void co_prepare(struct co *co, char *stack, size_t bytes);
static void request_send(struct request *r);
static void request_finish(struct request *r);

#include "guide.h"

/* ---- what they are used for ---- */

static void book_begin(void) {
    pthread_mutex_lock(&book.lock);
    book.count++;
}

static void book_end(void) {
    book.count++;
    pthread_mutex_unlock(&book.lock);
}

static void deposit(struct co *co) {
    static const char transfer = 0;
    book_begin();
    if (!CO_HOLDS)
        book_end();
    co_await (co, &transfer);
    if (!CO_HOLDS)
        book_begin();
    book_end();
}

static void co_main(unsigned high, unsigned low) {
    struct co *co = (struct co *)((uintptr_t)high << 16 << 16 | low);
    deposit(co);
    co->ended = true;
    co_end(co);
}

static void co_prepare(struct co *co, char *stack, size_t bytes) {
    getcontext(&co->own);
    co->own.uc_stack.ss_sp = stack;
    co->own.uc_stack.ss_size = bytes;
    makecontext(&co->own, (void (*)(void))co_main, 2, (unsigned)((uintptr_t)co >> 16 >> 16),
                (unsigned)(uintptr_t)co);
}

static void *run_coroutines(void *unused) {
    static char stacks[EACH][STACK_BYTES];
    static struct co coroutines[EACH];
    for (int i = 0; i < EACH; i++)
        co_create(&coroutines[i], stacks[i], STACK_BYTES);
    for (int left = EACH; left > 0;) {
        for (int i = 0; i < EACH; i++) {
            if (!coroutines[i].ended) {
                co_resume(&coroutines[i]);
                left -= coroutines[i].ended;
            }
        }
    }
    return unused;
}

static struct request *queue, **queue_end = &queue;

static void enqueue(struct request *r) {
    r->next = NULL;
    *queue_end = r;
    queue_end = &r->next;
}

static void request_send(struct request *r) {
    book_begin();
    if (!REQUEST_HOLDS)
        book_end();
    r->sent = true;
    enqueue(r);
}

static void request_finish(struct request *r) {
    if (!REQUEST_HOLDS)
        book_begin();
    r->answer = book.count;
    book_end();
}

static void *run_loop(void *unused) {
    static struct request requests[EACH];
    for (int i = 0; i < EACH; i++) {
        snag_name(&requests[i], "request %d", i);
        enqueue(&requests[i]);
    }
    while (queue != NULL) {
        struct request *r = queue;
        queue = r->next;
        if (queue == NULL)
            queue_end = &queue;
        (r->sent ? on_answer : on_request)(r);
    }
    return unused;
}

static void both(void) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, run_coroutines, NULL);
    pthread_create(&t[1], NULL, run_loop, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

#ifdef GUIDE_ALONE
int main(void) {
    both();
    printf("%d\n", book.count);
    return 0;
}
#else
#include "snag/scenario.h"

SNAG_SCENARIO(guide) {
    both();
}
#endif
