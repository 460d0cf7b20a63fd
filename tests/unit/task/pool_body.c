/* pool_body.c: the code under test for pool_test.c: blocking code on threads of its own. */
#define _GNU_SOURCE
#include "snag/task.h"

#include "pool_cases.h"

#include "snag/async.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { MS = 1000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int count, running, running_max;
static bool told;
static struct snag_async_mutex one = SNAG_ASYNC_MUTEX_INITIALIZER;
static int added; /* guarded by `one` */

static void counts(void *unused) {
    (void)unused;
    usleep(2000);
    pthread_mutex_lock(&lock);
    count++;
    pthread_mutex_unlock(&lock);
}

static int64_t runs(void) {
    struct snag_task *jobs[3];
    for (int i = 0; i < 3; i++)
        jobs[i] = snag_task_spawn_blocking(counts, NULL);
    for (int i = 2; i >= 0; i--)
        out(snag_task_join(jobs[i]));
    pthread_mutex_lock(&lock);
    int64_t seen = count;
    pthread_mutex_unlock(&lock);
    return seen;
}

static void waits(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    while (!told)
        pthread_cond_wait(&cond, &lock);
    pthread_mutex_unlock(&lock);
}

static void signals(void) {
    snag_task_yield();
    pthread_mutex_lock(&lock);
    told = true;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&lock);
}

static void crowds(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    running++;
    running_max = running > running_max ? running : running_max;
    pthread_mutex_unlock(&lock);
    usleep(1000);
    pthread_mutex_lock(&lock);
    running--;
    pthread_mutex_unlock(&lock);
}

static void bound(int64_t n) {
    struct snag_task *jobs[5];
    snag_task_blocking_max((uint32_t)n);
    for (int i = 0; i < 5; i++)
        jobs[i] = snag_task_spawn_blocking(crowds, NULL);
    for (int i = 0; i < 5; i++)
        (void)snag_task_join(jobs[i]);
    out(running_max);
}

static void adds(void *unused) {
    (void)unused;
    snag_async_mutex_lock(&one);
    snag_io(1);
    added++;
    snag_async_mutex_unlock(&one);
}

static void awaits(void *unused) {
    snag_task_sleep(MS);
    adds(unused);
    out(snag_task_join(snag_task_spawn(adds, NULL)));
}

static void withdrawn(void) {
    snag_task_blocking_max(1);
    struct snag_task *first = snag_task_spawn_blocking(counts, NULL);
    struct snag_task *second = snag_task_spawn_blocking(counts, NULL);
    snag_task_abort(second);
    snag_task_abort(second);
    out(snag_task_join(second));
    out(snag_task_join(first));
    pthread_mutex_lock(&lock);
    out(count);
    pthread_mutex_unlock(&lock);
}

static void late(void) {
    struct snag_task *job = snag_task_spawn_blocking(counts, NULL);
    out(snag_task_join_until(job, snag_task_now() + MS));
    out(snag_task_join(job));
}

static void outer(void *unused) {
    (void)unused;
    (void)snag_task_join(snag_task_spawn_blocking(counts, NULL));
}

static void keeps(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared;
    (void)unused;
    (void)scope;
    switch (call->op) {
    case RUNS:
        result->i = runs();
        break;
    case BESIDE:
        out(snag_task_join(snag_task_spawn_blocking(waits, NULL)));
        break;
    case SIGNALS:
        signals();
        break;
    case BOUND:
        bound(call->args[0].i);
        break;
    case AWAITS:
        (void)snag_task_join(snag_task_spawn_blocking(awaits, NULL));
        break;
    case WITHDRAWN:
        withdrawn();
        break;
    case LATE:
        late();
        break;
    case NESTED:
        snag_task_blocking_max(1);
        (void)snag_task_join(snag_task_spawn_blocking(outer, NULL));
        break;
    case KEEPS:
        (void)snag_task_join(snag_task_spawn_blocking(keeps, NULL));
        break;
    default:
        abort();
    }
}

struct snag_impl pool_impl = {.name = "pool", .spec = &pool_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(pool_impl);
