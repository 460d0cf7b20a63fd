/* cancel_body.c: the code under test for cancel_test.c: operations that may be dropped. */
#include "snag/async.h"

#include "cancel_cases.h"

#include "snag/task.h"

#include <pthread.h>
#include <stdlib.h>

static struct snag_async_mutex lock = SNAG_ASYNC_MUTEX_INITIALIZER;
static pthread_mutex_t kept = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void unlock(void *of) {
    snag_async_mutex_unlock(of);
}

static void steps(void) {
    for (int i = 1; i <= 3; i++) {
        snag_task_yield();
        out(i);
    }
}

static void holds(void) {
    snag_async_mutex_lock(&lock);
    snag_io(1);
    snag_async_mutex_unlock(&lock);
}

static void cleans(void) {
    struct snag_cleanup c;
    snag_async_mutex_lock(&lock);
    snag_cleanup_push(&c, unlock, &lock);
    snag_io(1);
    snag_cleanup_pop(&c, true);
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared, (void)unused, (void)scope;
    switch (call->op) {
    case COUNTS:
        result->i = ++count;
        break;
    case STEPS:
        steps();
        break;
    case HOLDS:
        holds();
        break;
    case CLEANS:
        cleans();
        break;
    case WAITS:
        for (;;)
            snag_park(SNAG_PARKED_EVENT, &lock, __builtin_return_address(0));
    case RETURNS_HOLDING:
        pthread_mutex_lock(&kept);
        break;
    default:
        abort();
    }
}

struct snag_impl cancel_impl = {
    .name = "cancel", .spec = &cancel_spec, .mode = SNAG_TASKS, .cancel = true, .run = run};
SNAG_TARGET(cancel_impl);
