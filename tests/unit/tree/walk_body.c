/* walk_body.c: small programs whose threads leave what they saw in case_out. */
#include "../exec/cases.h"
#include "snag/scenario.h"
#include "walk_bodies.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static volatile int64_t count, flag;
static _Atomic int64_t number, turn;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t meet;
static sem_t sem;

static void saw(int thread, int64_t value) {
    case_out[thread] = case_out[thread] * 31 + value + 1;
}

typedef void *(*start)(void *);
static void together(int n, const start *starts, bool joined) {
    pthread_t threads[4];
    for (intptr_t i = 0; i < n; i++) {
        pthread_create(&threads[i], NULL, starts[i], (void *)i);
    }
    for (int i = 0; i < n && joined; i++) {
        pthread_join(threads[i], NULL);
    }
    saw(9, count);
}

static void *increment(void *me) {
    int64_t was = count;
    count = was + 1;
    saw((int)(intptr_t)me, was);
    return NULL;
}
void increments(void) {
    together(3, (start[]){increment, increment, increment}, true);
}

static void *tries(void *me) {
    int got = pthread_mutex_trylock(&a);
    saw((int)(intptr_t)me, got);
    if (got == 0) {
        pthread_mutex_unlock(&a);
    }
    return NULL;
}
static void *locks(void *me) {
    pthread_mutex_lock(&a);
    saw((int)(intptr_t)me, count++);
    pthread_mutex_unlock(&a);
    return NULL;
}
void try_and_locks(void) {
    together(3, (start[]){tries, locks, tries}, true);
}

static void *ab(void *me) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    saw((int)(intptr_t)me, count++);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return NULL;
}
static void *ba(void *me) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    saw((int)(intptr_t)me, count++);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return NULL;
}
void two_locks(void) {
    together(2, (start[]){ab, ba}, true);
}

static void *hears(void *me) {
    pthread_mutex_lock(&a);
    if (flag == 0) {
        pthread_cond_wait(&cond, &a);
    }
    saw((int)(intptr_t)me, flag);
    pthread_mutex_unlock(&a);
    return NULL;
}
static void *says(void *me) {
    (void)me;
    pthread_cond_signal(&cond);
    pthread_mutex_lock(&a);
    flag++;
    pthread_mutex_unlock(&a);
    return NULL;
}
void handshake(void) {
    together(3, (start[]){hears, says, says}, true);
}
static void *says_all(void *me) {
    pthread_mutex_lock(&a);
    flag++;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&a);
    return says(me);
}
void waiters(void) {
    together(3, (start[]){hears, hears, says_all}, true);
}

static void *hears_in_time(void *me) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec++;
    pthread_mutex_lock(&a);
    saw((int)(intptr_t)me, pthread_cond_timedwait(&cond, &a, &at) == ETIMEDOUT);
    saw((int)(intptr_t)me, flag);
    pthread_mutex_unlock(&a);
    return NULL;
}
void timed(void) {
    together(2, (start[]){hears_in_time, says}, true);
}

static void *posts(void *me) {
    sem_post(&sem);
    saw((int)(intptr_t)me, count);
    return NULL;
}
static void *takes(void *me) {
    sem_wait(&sem);
    saw((int)(intptr_t)me, count++);
    return NULL;
}
void semaphores(void) {
    sem_init(&sem, 0, 0);
    together(3, (start[]){takes, posts, posts}, true);
}

static void *reads(void *me) {
    pthread_rwlock_rdlock(&rw);
    saw((int)(intptr_t)me, count);
    pthread_rwlock_unlock(&rw);
    return NULL;
}
static void *writes(void *me) {
    (void)me;
    pthread_rwlock_wrlock(&rw);
    count++;
    pthread_rwlock_unlock(&rw);
    return NULL;
}
void readers(void) {
    together(3, (start[]){reads, writes, reads}, true);
}

static void *swaps(void *me) {
    int64_t was = 0;
    saw((int)(intptr_t)me, atomic_compare_exchange_strong(&number, &was, 1));
    saw((int)(intptr_t)me, was);
    saw((int)(intptr_t)me, atomic_fetch_add(&turn, 1));
    return NULL;
}
static void *loads(void *me) {
    saw((int)(intptr_t)me, atomic_load(&turn));
    saw((int)(intptr_t)me, atomic_load(&number));
    return NULL;
}
void atomics(void) {
    together(3, (start[]){swaps, loads, swaps}, true);
}

static void *spins(void *me) {
    while (atomic_load(&turn) == 0) {
        sched_yield();
    }
    saw((int)(intptr_t)me, count);
    return NULL;
}
static void *lets_go(void *me) {
    (void)me;
    count = 1;
    atomic_store(&turn, 1);
    count = 2;
    return NULL;
}
void spinning(void) {
    together(2, (start[]){spins, lets_go}, true);
}

/* Which of them gets which memory depends on who comes first. */
static void *heap_lock(void *me) {
    pthread_mutex_t *own = malloc(sizeof *own);
    pthread_mutex_init(own, NULL);
    pthread_mutex_lock(own);
    pthread_mutex_lock(&a);
    saw((int)(intptr_t)me, count++);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(own);
    pthread_mutex_destroy(own);
    free(own);
    return NULL;
}
void heap_locks(void) {
    together(2, (start[]){heap_lock, heap_lock}, true);
}

static void *parent(void *me) {
    pthread_t child;
    pthread_create(&child, NULL, increment, (void *)((intptr_t)me + 4));
    saw((int)(intptr_t)me, count);
    pthread_join(child, NULL);
    return NULL;
}
void families(void) {
    together(2, (start[]){parent, parent}, true);
}

/* Its end is everybody's. */
void leaves_early(void) {
    together(2, (start[]){locks, locks}, false);
}

static int64_t *shared;
static void *frees(void *me) {
    int64_t *mine = shared;
    saw((int)(intptr_t)me, mine != NULL);
    shared = NULL;
    free(mine);
    return NULL;
}
static void *looks(void *me) {
    int64_t *mine = shared;
    saw((int)(intptr_t)me, mine != NULL ? *(volatile int64_t *)mine : 9);
    return NULL;
}
void freed(void) {
    shared = malloc(sizeof *shared);
    *shared = 5;
    together(2, (start[]){frees, looks}, true);
}

static void *meets(void *me) {
    saw((int)(intptr_t)me, pthread_barrier_wait(&meet) != 0);
    saw((int)(intptr_t)me, count++);
    return NULL;
}
void barrier(void) {
    pthread_barrier_init(&meet, NULL, 2);
    together(2, (start[]){meets, meets}, true);
}

SNAG_SCENARIO(walk) {
    case_body();
}
