/* lasting_body.c: the code under test for lasting_test.c, held_test.c and blocked_test.c: tasks
 * that wait where it blocks their worker, and with locks in hand.
 */
#define _GNU_SOURCE
#include "lasting_cases.h"

#include "snag/async.h"
#include "snag/task.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, outer = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static struct snag_async_mutex async = SNAG_ASYNC_MUTEX_INITIALIZER;
static pthread_t helpers[2];
static int64_t period; /* of the helpers */

static void nap(int64_t ms) {
    usleep((useconds_t)ms * 1000);
}

static void cond(int64_t ms) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += ms * 1000000;
    pthread_mutex_lock(&lock);
    while (pthread_cond_timedwait(&never, &lock, &at) != ETIMEDOUT) {
    }
    pthread_mutex_unlock(&lock);
}

static void *naps(void *unused) {
    nap(period);
    return unused;
}

static void join(int64_t ms) {
    period = ms;
    pthread_create(&helpers[0], NULL, naps, NULL);
    pthread_join(helpers[0], NULL);
}

static void *naps_holding(void *unused) {
    pthread_mutex_lock(&lock);
    nap(period);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *locks(void *unused) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Asks for the lock when the thread has it, or has had it. */
static void behind(void *(*thread)(void *), int64_t ms) {
    period = ms;
    pthread_create(&helpers[0], NULL, thread, NULL);
    pthread_create(&helpers[1], NULL, thread == locks ? naps : locks, NULL);
    snag_io(0);
    locks(NULL);
    for (int i = 0; i < 2; i++)
        while (pthread_tryjoin_np(helpers[i], NULL) != 0) /* to join it blocks */
            snag_task_sleep(1000000);
}

static void suspends(int64_t ms) {
    pthread_mutex_lock(&lock);
    snag_task_sleep((uint64_t)ms * 1000000);
    pthread_mutex_unlock(&lock);
}

static void nap_holding(int64_t ms) {
    pthread_mutex_lock(&lock);
    nap(ms);
    pthread_mutex_unlock(&lock);
}

static void nap_async(int64_t ms) {
    snag_async_mutex_lock(&async);
    nap(ms);
    snag_async_mutex_unlock(&async);
}

static void request_holding(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    snag_io(0);
    pthread_mutex_unlock(&lock);
}

static void nap_in_pool(void *unused) {
    (void)unused;
    nap(period);
}

static void in_pool(void (*job)(void *), int64_t ms) {
    period = ms;
    snag_task_join(snag_task_spawn_blocking(job, NULL));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void nap_for_a_period(void) {
    nap(period);
}

static void nap_once(int64_t ms) {
    period = ms;
    pthread_once(&once, nap_for_a_period);
}

static void hold_async(void) {
    snag_async_mutex_lock(&async);
    snag_io(0);
    snag_async_mutex_unlock(&async);
}

static void takes_async(void *unused) {
    (void)unused;
    snag_async_mutex_lock(&async);
    snag_async_mutex_unlock(&async);
}

static void *async_thread(void *unused) {
    takes_async(unused);
    return NULL;
}

static void async_in_thread(void) {
    pthread_t t;
    pthread_create(&t, NULL, async_thread, NULL);
    pthread_join(t, NULL);
}

static int ends[2];

static void *writes(void *unused) {
    nap(period);
    if (write(ends[1], "", 1) != 1)
        abort();
    return unused;
}

static void read_pipe(int64_t ms, bool holding) {
    char byte;
    period = ms;
    if (pipe(ends) != 0)
        abort();
    pthread_create(&helpers[0], NULL, writes, NULL);
    if (holding)
        pthread_mutex_lock(&lock);
    if (read(ends[0], &byte, 1) != 1)
        abort();
    if (holding)
        pthread_mutex_unlock(&lock);
    pthread_join(helpers[0], NULL);
    close(ends[0]);
    close(ends[1]);
}

static void cond_holding(int64_t ms) {
    pthread_mutex_lock(&outer);
    cond(ms);
    pthread_mutex_unlock(&outer);
}

static void run_op(uint16_t op, int64_t n) {
    switch (op) {
    case REQUEST:
        snag_io(0);
        break;
    case TWO_NAPS:
        nap(n);
        /* fall through */
    case NAP:
        nap(n);
        break;
    case COND:
        cond(n);
        break;
    case JOIN:
        join(n);
        break;
    case BEHIND_THREAD:
        behind(naps_holding, n);
        break;
    case BEHIND_BUSY:
        behind(locks, n);
        break;
    case SUSPENDS:
        suspends(n);
        break;
    case NAP_BETWEEN:
        locks(NULL);
        nap(n);
        locks(NULL);
        break;
    case NAP_HOLDING:
        nap_holding(n);
        break;
    case NAP_ASYNC:
        nap_async(n);
        break;
    case REQUEST_IN_POOL:
        in_pool(request_holding, n);
        break;
    case NAP_IN_POOL:
        in_pool(nap_in_pool, n);
        break;
    case HOLD_ASYNC:
        hold_async();
        break;
    case ASYNC_IN_THREAD:
        async_in_thread();
        break;
    case ASYNC_IN_POOL:
        in_pool(takes_async, 0);
        break;
    case READ_HOLDING:
    case READ_PLAIN:
        read_pipe(n, op == READ_HOLDING);
        break;
    case NAP_ONCE:
        nap_once(n);
        break;
    case COND_HOLDING:
        cond_holding(n);
        break;
    case WANTS:
        locks(NULL);
        break;
    default:
        lasting_run_guards(op, n);
    }
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)shared, (void)local, (void)result, (void)scope;
    run_op(call->op, call->args[0].i);
}

struct snag_impl lasting_impl = {
    .name = "lasting", .spec = &lasting_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(lasting_impl);
