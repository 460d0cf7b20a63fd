/* order_body.c: code under test for order_test.c: what each primitive orders, and what it does not.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>

static int shared;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_mutex_t robust;

static void two(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, f, NULL);
    pthread_create(&u, NULL, g, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

/* ---- rwlock ---- */

static void *write_locked(void *unused) {
    pthread_rwlock_wrlock(&rw);
    shared++;
    pthread_rwlock_unlock(&rw);
    return unused;
}

static void *read_locked(void *unused) {
    pthread_rwlock_rdlock(&rw);
    volatile int seen = shared;
    (void)seen;
    pthread_rwlock_unlock(&rw);
    return unused;
}

/* The twin writes while it holds the lock for reading only. */
static void *write_in_read_lock(void *unused) {
    pthread_rwlock_rdlock(&rw);
    shared++;
    pthread_rwlock_unlock(&rw);
    return unused;
}

void order_rwlock_writers(void);
void order_rwlock_writers(void) {
    two(write_locked, case_in ? write_in_read_lock : write_locked);
    if (case_in)
        two(write_in_read_lock, write_in_read_lock);
}

void order_rwlock_readers(void);
void order_rwlock_readers(void) {
    two(write_locked, read_locked);
    two(read_locked, case_in ? write_in_read_lock : read_locked);
}

/* ---- spin lock ---- */

static void *spin_locked(void *unlocked) {
    if (unlocked == NULL)
        pthread_spin_lock(&spin);
    shared++;
    if (unlocked == NULL)
        pthread_spin_unlock(&spin);
    return NULL;
}

static void *spin_unlocked(void *unused) {
    (void)unused;
    return spin_locked(&shared);
}

void order_spin(void);
void order_spin(void) {
    pthread_spin_init(&spin, 0);
    two(spin_locked, case_in ? spin_unlocked : spin_locked);
}

/* ---- robust mutex: the dead owner's work comes before what the next one does ---- */

static void *dies_with_it(void *unused) {
    if (pthread_mutex_lock(&robust) != 0 && !case_in)
        pthread_mutex_consistent(&robust);
    shared++;
    if (case_in) {
        pthread_mutex_unlock(&robust);
        shared++;
    }
    return unused;
}

void order_robust(void);
void order_robust(void) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attr);
    two(dies_with_it, dies_with_it);
}

SNAG_SCENARIO(order) {
    case_body();
}
