/* order_body.c: code under test for order_test.c: what each primitive orders, and what it does not.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <semaphore.h>
#include <threads.h>

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

/* ---- semaphore: a post comes before the wait that took it ---- */

static sem_t sem;

static void *writes_then_posts(void *unused) {
    shared = 1;
    sem_post(&sem);
    if (case_in)
        shared = 2;
    return unused;
}

static void *waits_then_reads(void *unused) {
    sem_wait(&sem);
    volatile int seen = shared;
    (void)seen;
    return unused;
}

void order_semaphore(void);
void order_semaphore(void) {
    sem_init(&sem, 0, 0);
    two(writes_then_posts, waits_then_reads);
}

/* ---- barrier: all that came before it, before all that comes after ---- */

static pthread_barrier_t barrier;
static int cells[2];

static void cross(int mine) {
    for (int round = 0; round < 2; round++) {
        cells[mine] = round;
        pthread_barrier_wait(&barrier);
        volatile int seen = cells[1 - mine];
        (void)seen;
        if (!case_in)
            pthread_barrier_wait(&barrier); /* or the other would write while this one reads */
    }
}

static void *crosses_first(void *unused) {
    cross(0);
    return unused;
}

static void *crosses_second(void *unused) {
    cross(1);
    return unused;
}

void order_barrier(void);
void order_barrier(void) {
    pthread_barrier_init(&barrier, NULL, 2);
    two(crosses_first, crosses_second);
    pthread_barrier_destroy(&barrier);
}

/* ---- once: the routine comes before what any caller does afterwards ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void sets_up(void) {
    shared = 7;
}

static void *uses_once(void *unused) {
    if (!case_in)
        pthread_once(&once, sets_up);
    volatile int seen = shared;
    (void)seen;
    pthread_once(&once, sets_up);
    return unused;
}

void order_once(void);
void order_once(void) {
    two(uses_once, uses_once);
}

/* ---- C11 threads ---- */

static mtx_t mtx;
static cnd_t cnd;
static int ready;

static int c11_waits(void *unused) {
    (void)unused;
    mtx_lock(&mtx);
    while (!ready)
        cnd_wait(&cnd, &mtx);
    if (!case_in)
        shared++;
    mtx_unlock(&mtx);
    if (case_in)
        shared++;
    return 0;
}

static int c11_signals(void *unused) {
    (void)unused;
    mtx_lock(&mtx);
    ready = 1;
    cnd_signal(&cnd);
    if (!case_in)
        shared++;
    mtx_unlock(&mtx);
    if (case_in)
        shared++;
    return 0;
}

void order_c11(void);
void order_c11(void) {
    thrd_t t, u;
    mtx_init(&mtx, mtx_plain);
    cnd_init(&cnd);
    thrd_create(&t, c11_waits, NULL);
    thrd_create(&u, c11_signals, NULL);
    thrd_join(t, NULL);
    thrd_join(u, NULL);
    shared++; /* after both joins */
    cnd_destroy(&cnd);
    mtx_destroy(&mtx);
}

/* ---- a cleanup handler that unlocks, run by a thread that exits ---- */

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;

static void unlocks(void *lock) {
    pthread_mutex_unlock(lock);
}

static void exits_deep(int depth) {
    if (depth > 0)
        exits_deep(depth - 1);
    else
        pthread_exit(NULL);
}

static void *exits_with_it(void *unused) {
    pthread_mutex_lock(&plain);
    pthread_cleanup_push(unlocks, &plain);
    shared++;
    exits_deep(20);
    pthread_cleanup_pop(1);
    return unused;
}

static void *goes_past_it(void *unused) {
    shared++;
    return unused;
}

void order_cleanup(void);
void order_cleanup(void) {
    two(exits_with_it, case_in ? goes_past_it : exits_with_it);
}

SNAG_SCENARIO(order) {
    case_body();
}
