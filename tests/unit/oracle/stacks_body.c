/* stacks_body.c: code under test for stacks_test.c: locks that are taken some calls down. */
#include "../exec/cases.h"
#include "snag/annotate.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static atomic_int hand;

/* ---- the same call, twice ---- */

static void enter(int depth);

static void calls_back(int depth) {
    if (depth > 0)
        enter(depth - 1);
}

static void enter(int depth) {
    pthread_mutex_lock(&a);
    calls_back(depth);
    pthread_mutex_unlock(&a);
}

void again(void);
void again(void) {
    enter(1);
}

/* ---- reading, then writing ---- */

static void writes(void) {
    pthread_rwlock_wrlock(&rw);
    pthread_rwlock_unlock(&rw);
}

static void reads(void) {
    pthread_rwlock_rdlock(&rw);
    writes();
    pthread_rwlock_unlock(&rw);
}

void upgrades(void);
void upgrades(void) {
    reads();
}

/* ---- a lock made by hand ---- */

static void hand_lock(void) {
    SNAG_LOCK_WAIT(&hand);
    while (atomic_exchange(&hand, 1) != 0) {
    }
    SNAG_LOCK_ACQUIRED(&hand);
}

static void deep(void) {
    hand_lock();
}

static void by_hand_outer(void) {
    deep();
    deep();
}

void by_hand(void);
void by_hand(void) {
    by_hand_outer();
}

/* ---- two threads ---- */

static void takes_b(void) {
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
}

static void takes_a(void) {
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
}

static void locks_b(void) {
    pthread_mutex_lock(&b);
}

static void *a_then_b(void *unused) {
    pthread_mutex_lock(&a);
    takes_b();
    pthread_mutex_unlock(&a);
    return unused;
}

static void *b_then_a(void *unused) {
    locks_b();
    takes_a();
    pthread_mutex_unlock(&b);
    return unused;
}

void crossing(void);
void crossing(void) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, a_then_b, NULL);
    pthread_create(&t[1], NULL, b_then_a, NULL);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

SNAG_SCENARIO(stacks) {
    case_body();
}
