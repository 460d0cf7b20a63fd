/* conformance_body_sem.c: semaphores and barriers. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <stdatomic.h>

static sem_t sem;

/* A call's result, and its error. */
static void says(int result) {
    out(result);
    out(result == 0 ? 0 : errno);
}

static void value(void) {
    int v = -1;
    says(sem_getvalue(&sem, &v));
    out(v);
}

static void results(void) {
    struct timespec real = conf_in(CLOCK_REALTIME, 2), mono = conf_in(CLOCK_MONOTONIC, 2);
    says(sem_init(&sem, 0, (unsigned)SEM_VALUE_MAX + 1));
    says(sem_init(&sem, 0, 2));
    value();
    says(sem_wait(&sem));
    says(sem_trywait(&sem));
    value();
    says(sem_trywait(&sem));
    says(sem_timedwait(&sem, &real));
    says(sem_timedwait(&sem, &conf_past));
    says(sem_timedwait(&sem, &conf_nonsense));
    says(sem_clockwait(&sem, CLOCK_MONOTONIC, &mono));
    says(sem_clockwait(&sem, CLOCK_REALTIME, &conf_past));
    says(sem_clockwait(&sem, CLOCK_MONOTONIC, &conf_nonsense));
    says(sem_clockwait(&sem, CLOCK_PROCESS_CPUTIME_ID, &mono));
    says(sem_post(&sem));
    value();
    says(sem_timedwait(&sem, &conf_nonsense)); /* also where it need not wait */
    says(sem_timedwait(&sem, &conf_past));
    says(sem_post(&sem));
    says(sem_clockwait(&sem, CLOCK_MONOTONIC, &conf_past));
    value();
    says(sem_destroy(&sem));
}

static void full(void) {
    says(sem_init(&sem, 0, SEM_VALUE_MAX));
    says(sem_post(&sem));
    value();
    says(sem_wait(&sem));
    says(sem_post(&sem));
    value();
    says(sem_destroy(&sem));
}

static void *waits(void *how) {
    struct timespec real = conf_in(CLOCK_REALTIME, 100000);
    struct timespec mono = conf_in(CLOCK_MONOTONIC, 100000);
    int which = *(int *)how;
    int result = which == 0   ? sem_wait(&sem)
                 : which == 1 ? sem_timedwait(&sem, &real)
                              : sem_clockwait(&sem, CLOCK_MONOTONIC, &mono);
    return (void *)(intptr_t)result;
}

/* As many go on as were posted. */
static void handed_over(void) {
    static int hows[] = {0, 1, 2};
    pthread_t t[3];
    void *result;
    says(sem_init(&sem, 0, 0));
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, waits, &hows[i]);
    for (int i = 0; i < 3; i++)
        says(sem_post(&sem));
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], &result);
        out((intptr_t)result);
    }
    value();
    says(sem_destroy(&sem));
}

/* ---- barriers ---- */

enum { THREADS = 3, ROUNDS = 4 };

static pthread_barrier_t barrier;
static atomic_int serials, others, arrived, early;

static void *rounds(void *unused) {
    for (int i = 0; i < ROUNDS; i++) {
        atomic_fetch_add(&arrived, 1);
        int result = pthread_barrier_wait(&barrier);
        if (atomic_load(&arrived) < THREADS * (i + 1))
            atomic_fetch_add(&early, 1);
        if (result == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serials, 1);
        else if (result == 0)
            atomic_fetch_add(&others, 1);
    }
    return unused;
}

static void barrier_results(void) {
    pthread_t t[THREADS];
    atomic_store(&serials, 0);
    atomic_store(&others, 0);
    atomic_store(&arrived, 0);
    atomic_store(&early, 0);
    out(pthread_barrier_init(&barrier, NULL, 0));
    out(pthread_barrier_init(&barrier, NULL, UINT_MAX));
    out(pthread_barrier_init(&barrier, NULL, 1));
    out(pthread_barrier_wait(&barrier));
    out(pthread_barrier_wait(&barrier));
    out(pthread_barrier_destroy(&barrier));
    out(pthread_barrier_init(&barrier, NULL, THREADS));
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, rounds, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    out(atomic_load(&serials));
    out(atomic_load(&others));
    out(atomic_load(&early));
    out(pthread_barrier_destroy(&barrier));
}

/* By the one who is told that it is the last, as soon as it is told. */
static void *may_destroy(void *unused) {
    int result = pthread_barrier_wait(&barrier);
    if (result == PTHREAD_BARRIER_SERIAL_THREAD)
        out(pthread_barrier_destroy(&barrier));
    return unused;
}

static void barrier_destroyed_at_once(void) {
    pthread_t t[THREADS];
    out(pthread_barrier_init(&barrier, NULL, THREADS));
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t[i], NULL, may_destroy, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
}

const struct conformance_case conformance_cases_sem[] = {
    {"semaphore", "sem_*", results, NULL},
    {"semaphore at its greatest value", "sem_init sem_post", full, NULL},
    {"semaphore between threads", "sem_wait sem_timedwait sem_clockwait", handed_over, NULL},
    {"barrier", "pthread_barrier_*", barrier_results, NULL},
    {"barrier destroyed at once", "pthread_barrier_destroy", barrier_destroyed_at_once, NULL},
    {0},
};
