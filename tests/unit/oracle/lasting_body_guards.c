/* lasting_body_guards.c: the code under test for held_test.c: guards that are handed out, and what
 * is done with them.
 */
#include "lasting_cases.h"

#include "snag/annotate.h"
#include "snag/async.h"
#include "snag/task.h"

#include <pthread.h>
#include <semaphore.h>

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t shard = PTHREAD_MUTEX_INITIALIZER;
static struct snag_async_mutex async = SNAG_ASYNC_MUTEX_INITIALIZER;
static struct snag_async_semaphore async_permits = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                                    .permits = 2};
static sem_t permits;
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void await(int64_t ms) {
    snag_task_sleep((uint64_t)ms * 1000000);
}

static __attribute__((noinline)) void take_read_guard(void) {
    pthread_rwlock_rdlock(&rw);
    SNAG_GUARD(&rw);
}

static void read_guard(int64_t ms) {
    take_read_guard();
    await(ms);
    pthread_rwlock_unlock(&rw);
}

static void read_given_back(int64_t ms) {
    take_read_guard();
    pthread_rwlock_unlock(&rw);
    pthread_rwlock_rdlock(&rw); /* no guard any more */
    pthread_rwlock_unlock(&rw);
    await(ms);
}

static void take_shard(void) {
    pthread_mutex_lock(&shard);
    SNAG_GUARD(&shard);
}

static void make_permits(void) {
    sem_init(&permits, 0, 1);
}

static __attribute__((noinline)) void take_permit(void) {
    sem_wait(&permits);
    SNAG_GUARD(&permits);
}

static __attribute__((noinline)) void permit(int64_t ms, bool marked, bool across) {
    pthread_once(&made, make_permits);
    if (marked)
        take_permit();
    else
        sem_wait(&permits);
    if (across)
        await(ms);
    if (marked)
        SNAG_GUARD_END(&permits);
    sem_post(&permits);
    if (!across)
        await(ms);
}

static __attribute__((noinline)) void take_async_permit(void) {
    snag_async_semaphore_acquire(&async_permits);
    SNAG_GUARD(&async_permits);
}

static __attribute__((noinline)) void async_permit(int64_t ms) {
    take_async_permit();
    await(ms);
    SNAG_GUARD_END(&async_permits);
    snag_async_semaphore_release(&async_permits);
}

static __attribute__((noinline)) void async_guard(int64_t ms) {
    snag_async_mutex_lock(&async);
    SNAG_GUARD(&async);
    await(ms);
    snag_async_mutex_unlock(&async);
}

void lasting_run_guards(uint16_t op, int64_t n) {
    switch (op) {
    case READ_GUARD:
        read_guard(n);
        break;
    case READ_GIVEN_BACK:
        read_given_back(n);
        break;
    case WRITE:
        pthread_rwlock_wrlock(&rw);
        pthread_rwlock_unlock(&rw);
        break;
    case TWICE:
        take_shard();
        take_shard();
        break;
    case PERMIT:
    case WANTS_PERMIT:
        permit(n, true, op == PERMIT);
        break;
    case PERMIT_UNMARKED:
        permit(n, false, true);
        break;
    case PERMIT_OVER:
        permit(n, true, false);
        break;
    case ASYNC_PERMIT:
        async_permit(n);
        break;
    case ASYNC_GUARD:
        async_guard(n);
        break;
    default:
        SNAG_GUARD_END(&permits);
    }
}
