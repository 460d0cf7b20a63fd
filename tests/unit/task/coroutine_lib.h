/* coroutine_lib.h: two small libraries under test: coroutines by ucontext, and a loop of callbacks.
 *
 * Annotated as <snag/coroutine.h> says. The rule: nothing else in them knows of snag.
 */
#ifndef TESTS_TASK_COROUTINE_LIB_H
#define TESTS_TASK_COROUTINE_LIB_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <ucontext.h>

#include "snag/coroutine.h"

enum { CO_STACK = 64 << 10 };

struct co {
    ucontext_t own, resumer;
    void (*run)(void *argument);
    void *argument;
    bool done;
    char *stack;
};

struct co *co_new(void (*run)(void *argument), void *argument);
void co_free(struct co *co);
/* Until it awaits or has ended; true: it has not. By whichever thread. */
bool co_resume(struct co *co);
/* By the running one, as the thread knows it; and by itself. */
void co_await (const void *event);
void co_await_as(struct co *co, const void *event);

struct request {
    void (*answer)(struct request *r);
    struct request *next;
    int number;
};

struct loop {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct request *first, **last;
    int expected;
};

void loop_init(struct loop *l, int expected);
/* `answer` is called by the loop, some time. */
void loop_ask(struct loop *l, struct request *r, void (*answer)(struct request *r));
/* Calls back until as many as expected have been answered. */
void loop_run(struct loop *l);

/* Both at the same time, each on a thread. */
void both(void (*f)(void), void (*g)(void));

#endif
