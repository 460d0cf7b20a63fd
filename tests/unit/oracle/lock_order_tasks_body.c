/* lock_order_tasks_body.c: code under test for lock_order_tasks_test.c: tasks that take two locks.
 */
#include "snag/task.h"

#include "lock_order_tasks_cases.h"

#include "snag/async.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static struct snag_async_mutex one = SNAG_ASYNC_MUTEX_INITIALIZER,
                               two = SNAG_ASYNC_MUTEX_INITIALIZER;

static void a_then_b(void *unused) {
    (void)unused;
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
}

static void b_then_a(void) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

static void one_then_two(bool awaits) {
    snag_async_mutex_lock(&one);
    if (awaits)
        snag_task_yield();
    snag_async_mutex_lock(&two);
    snag_async_mutex_unlock(&two);
    snag_async_mutex_unlock(&one);
}

static void two_then_one(bool awaits) {
    snag_async_mutex_lock(&two);
    if (awaits)
        snag_task_yield();
    snag_async_mutex_lock(&one);
    snag_async_mutex_unlock(&one);
    snag_async_mutex_unlock(&two);
}

static void one_then_a(void) {
    snag_async_mutex_lock(&one);
    snag_io(1);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    snag_async_mutex_unlock(&one);
}

static void a_then_one(void) {
    pthread_mutex_lock(&a);
    snag_async_mutex_lock(&one);
    snag_async_mutex_unlock(&one);
    pthread_mutex_unlock(&a);
}

static void family(int64_t how) {
    if (how == BEFORE_SPAWN)
        b_then_a();
    struct snag_task *t = how == JOB_MEANWHILE || how == JOB_AFTER_JOIN
                              ? snag_task_spawn_blocking(a_then_b, NULL)
                              : snag_task_spawn(a_then_b, NULL);
    if (how == MEANWHILE || how == JOB_MEANWHILE)
        b_then_a();
    (void)snag_task_join(t);
    if (how == AFTER_JOIN || how == JOB_AFTER_JOIN)
        b_then_a();
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared;
    (void)unused;
    (void)result;
    (void)scope;
    switch (call->op) {
    case A_B:
        a_then_b(NULL);
        break;
    case B_A:
        b_then_a();
        break;
    case ONE_TWO:
    case ONE_AWAIT:
        one_then_two(call->op == ONE_AWAIT);
        break;
    case TWO_ONE:
    case TWO_AWAIT:
        two_then_one(call->op == TWO_AWAIT);
        break;
    case MIGRATES:
        one_then_a();
        break;
    case A_ONE:
        a_then_one();
        break;
    case LOCK_NOTHING:
        break;
    case FAMILY:
        family(call->args[0].i);
        break;
    default:
        abort();
    }
}

struct snag_impl order_impl = {
    .name = "order", .spec = &order_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(order_impl);
