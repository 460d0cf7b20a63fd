/* directed_body.c: code under test for directed_test.c: deadlocks far from where chance leads. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { WORK = 50, RING = 4 };

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       gate = PTHREAD_MUTEX_INITIALIZER, own = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t ring[RING];
static atomic_int running;

static void work(void) {
    for (int i = 0; i < WORK; i++) {
        pthread_mutex_lock(&own);
        pthread_mutex_unlock(&own);
    }
}

static void two(void *(*first)(void *), void *(*second)(void *)) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, first, NULL);
    pthread_create(&t[1], NULL, second, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

/* ---- one at the beginning, one at the end ---- */

static void *early(void *unused) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return unused;
}

static void *late(void *unused) {
    work();
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return unused;
}

void apart(void);
void apart(void) {
    two(early, late);
}

static void *reads_early(void *unused) {
    pthread_rwlock_rdlock(&rw);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_rwlock_unlock(&rw);
    return unused;
}

static void *writes_late(void *unused) {
    work();
    pthread_mutex_lock(&a);
    pthread_rwlock_wrlock(&rw);
    pthread_rwlock_unlock(&rw);
    pthread_mutex_unlock(&a);
    return unused;
}

void reads_apart(void);
void reads_apart(void) {
    two(reads_early, writes_late);
}

/* ---- a ring: all of one function ---- */

static void *sit(void *seat) {
    intptr_t i = (intptr_t)seat;
    for (intptr_t k = 0; k < i * 12; k++) {
        pthread_mutex_lock(&own);
        pthread_mutex_unlock(&own);
    }
    pthread_mutex_lock(&ring[i]);
    pthread_mutex_lock(&ring[(i + 1) % RING]);
    pthread_mutex_unlock(&ring[(i + 1) % RING]);
    pthread_mutex_unlock(&ring[i]);
    return NULL;
}

void in_a_ring(void);
void in_a_ring(void) {
    pthread_t t[RING];
    for (intptr_t i = 0; i < RING; i++)
        pthread_create(&t[i], NULL, sit, (void *)i);
    for (int i = 0; i < RING; i++)
        pthread_join(t[i], NULL);
}

/* ---- what cannot be brought about ---- */

static void *gated(void *late_one) {
    pthread_mutex_lock(&gate);
    (void)(late_one != NULL ? late(NULL) : early(NULL));
    pthread_mutex_unlock(&gate);
    atomic_fetch_sub(&running, 1);
    return NULL;
}

/* The main thread looks again and again meanwhile: there is always somebody else to be run. */
void never(void);
void never(void) {
    pthread_t t[2];
    atomic_store(&running, 2);
    pthread_create(&t[0], NULL, gated, NULL);
    pthread_create(&t[1], NULL, gated, &t);
    while (atomic_load(&running) > 0)
        sched_yield();
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

SNAG_SCENARIO(directed) {
    case_body();
}
