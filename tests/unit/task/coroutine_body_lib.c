/* coroutine_body_lib.c: code under test for coroutine_test.c: see coroutine_lib.h. */
#include "coroutine_lib.h"

static _Thread_local struct co *co_self;

/* Looked up anew by each call: who resumes may be on another thread after a switch than before, and
 * a compiler that knows what this does would keep the address of the first one's. */
static struct co **self(void) {
    __asm__ volatile("");
    return &co_self;
}

static void co_main(unsigned high, unsigned low) {
    struct co *co = (struct co *)((uintptr_t)high << 32 | low);
    co->run(co->argument);
    co->done = true;
    SNAG_TASK_ENDED(co);
    setcontext(&co->resumer);
}

struct co *co_new(void (*run)(void *argument), void *argument) {
    struct co *co = calloc(1, sizeof(*co));
    co->stack = malloc(CO_STACK);
    co->run = run;
    co->argument = argument;
    SNAG_TASK_CREATED(co);
    SNAG_TASK_STACK(co, co->stack, CO_STACK);
    getcontext(&co->own);
    co->own.uc_stack.ss_sp = co->stack;
    co->own.uc_stack.ss_size = CO_STACK;
    makecontext(&co->own, (void (*)(void))(void *)co_main, 2, (unsigned)((uintptr_t)co >> 32),
                (unsigned)(uintptr_t)co);
    return co;
}

void co_free(struct co *co) {
    if (!co->done)
        SNAG_TASK_ENDED(co);
    free(co->stack);
    free(co);
}

bool co_resume(struct co *co) {
    struct co *outer = *self();
    *self() = co;
    SNAG_TASK_RESUMED(co);
    swapcontext(&co->resumer, &co->own);
    *self() = outer;
    return !co->done;
}

void co_await (const void *event) {
    struct co *co = *self();
    SNAG_TASK_SUSPENDED(co, event);
    swapcontext(&co->own, &co->resumer);
}

void co_await_as(struct co *co, const void *event) {
    SNAG_TASK_SUSPENDED(co, event);
    swapcontext(&co->own, &co->resumer);
}

/* ---- callbacks ---- */

void loop_init(struct loop *l, int expected) {
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->some, NULL);
    l->first = NULL;
    l->last = &l->first;
    l->expected = expected;
}

void loop_ask(struct loop *l, struct request *r, void (*answer)(struct request *r)) {
    r->answer = answer;
    r->next = NULL;
    pthread_mutex_lock(&l->lock);
    *l->last = r;
    l->last = &r->next;
    pthread_cond_signal(&l->some);
    pthread_mutex_unlock(&l->lock);
}

void loop_run(struct loop *l) {
    for (; l->expected > 0; l->expected--) {
        pthread_mutex_lock(&l->lock);
        while (l->first == NULL)
            pthread_cond_wait(&l->some, &l->lock);
        struct request *r = l->first;
        l->first = r->next;
        if (l->first == NULL)
            l->last = &l->first;
        pthread_mutex_unlock(&l->lock);
        r->answer(r);
    }
}

static void *thread_main(void *argument) {
    void (*run)(void) = argument;
    run();
    return NULL;
}

void both(void (*f)(void), void (*g)(void)) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, thread_main, (void *)f);
    pthread_create(&t[1], NULL, thread_main, (void *)g);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}
