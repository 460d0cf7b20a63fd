/* faults.c: code under test that is right as long as its environment is kind. See
 * tests/e2e/faults_test.sh.
 *
 * One scenario for each fault (snag/fault.h), chosen by FAULTS_…; wrong, unless RIGHT is defined,
 * when that one fault happens, and under no schedule without it.
 */
#define _GNU_SOURCE
#include "snag/scenario.h"
#include "snag/task.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_ready = PTHREAD_COND_INITIALIZER;
static bool ready;

static void *make_ready(void *unused) {
    pthread_mutex_lock(&lock);
    ready = true;
    pthread_cond_signal(&is_ready);
    pthread_mutex_unlock(&lock);
    return unused;
}

#if defined(FAULTS_SPURIOUS)
/* The only one who waits: nobody can take away what it waited for. */
static void body(void) {
    pthread_mutex_lock(&lock);
#if defined(RIGHT)
    while (!ready)
#else
    if (!ready)
#endif
        pthread_cond_wait(&is_ready, &lock);
    snag_assert(ready);
    pthread_mutex_unlock(&lock);
}
#elif defined(FAULTS_TIMEOUT)
/* It became ready between the deadline and the mutex. */
static void body(void) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 1;
    bool gave_up = false;
    pthread_mutex_lock(&lock);
    while (!ready && !gave_up)
        gave_up = pthread_cond_timedwait(&is_ready, &lock, &deadline) == ETIMEDOUT;
#if defined(RIGHT)
    gave_up = !ready;
#endif
    snag_assert(ready != gave_up);
    pthread_mutex_unlock(&lock);
}
#elif defined(FAULTS_WEAK_CAS)
static atomic_int slot;

/* Nobody else wants it: that it cannot be had is no contention. */
static void body(void) {
    int nobody = 0;
#if defined(RIGHT)
    bool mine = atomic_compare_exchange_strong(&slot, &nobody, 1);
#else
    bool mine = atomic_compare_exchange_weak(&slot, &nobody, 1);
#endif
    snag_assert(mine || nobody != 0);
}
#elif defined(FAULTS_OOM)
/* The second is not looked at. */
static void body(void) {
    volatile char *name = malloc(8), *value = malloc(8);
#if defined(RIGHT)
    if (name != NULL && value != NULL)
#else
    if (name != NULL)
#endif
        value[0] = name[0] = 'x';
    free((void *)name);
    free((void *)value);
}
#elif defined(FAULTS_EAGAIN)
/* Waits for somebody who may not exist: see below. */
static void body(void) {
    pthread_mutex_lock(&lock);
    while (!ready)
        pthread_cond_wait(&is_ready, &lock);
    pthread_mutex_unlock(&lock);
}
#elif defined(FAULTS_EINTR)
/* A sleep that was interrupted has not lasted. */
static void body(void) {
    struct timespec before, after, left = {.tv_sec = 1};
    clock_gettime(CLOCK_MONOTONIC, &before);
#if defined(RIGHT)
    while (nanosleep(&left, &left) != 0)
        continue;
#else
    nanosleep(&left, NULL);
#endif
    clock_gettime(CLOCK_MONOTONIC, &after);
    snag_assert(after.tv_sec > before.tv_sec);
}
#elif defined(FAULTS_TRYLOCK)
static mtx_t own;

/* Nobody else knows this mutex. */
static void body(void) {
    mtx_init(&own, mtx_plain);
#if defined(RIGHT)
    while (mtx_trylock(&own) != thrd_success)
        thrd_yield();
#else
    snag_assert(mtx_trylock(&own) == thrd_success);
#endif
    mtx_unlock(&own);
}
#elif defined(FAULTS_IO_ERROR)
/* What is taken for read is whatever stood there. */
static void body(void) {
    uint8_t byte = 0;
    uint32_t got;
#if defined(RIGHT)
    while (snag_io_read(1, 0, &byte, 1, &got) == SNAG_IO_FAILED)
        continue;
#else
    snag_io_read(1, 0, &byte, 1, &got);
#endif
    snag_assert(byte == snag_io_byte(1, 0));
}
#elif defined(FAULTS_SHORT_READ)
/* A part is taken for all. */
static void body(void) {
    uint8_t bytes[4] = {0};
    uint32_t got = 0, all = 0;
    do {
        if (snag_io_read(1, all, bytes + all, sizeof(bytes) - all, &got) == SNAG_IO_DONE)
            all += got;
#if defined(RIGHT)
    } while (all < sizeof(bytes));
#else
    } while (all == 0);
#endif
    snag_assert(bytes[3] == snag_io_byte(1, 3));
}
#endif

SNAG_SCENARIO(faults) {
    pthread_t t;
    bool started = pthread_create(&t, NULL, make_ready, NULL) == 0;
#if !defined(FAULTS_EAGAIN) || defined(RIGHT)
    if (!started)
        make_ready(NULL);
#endif
    body();
    if (started)
        pthread_join(t, NULL);
}
