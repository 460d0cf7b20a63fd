/* sync_body.c: code under test for sync_test.c: semaphores, barriers, once, keys, joins.
 *
 * Each bug has a silent twin at `case_in` 1.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <threads.h>
#include <unistd.h>

static sem_t sem;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT, other_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void in_another(void *(*f)(void *)) {
    pthread_t t;
    pthread_create(&t, NULL, f, NULL);
    pthread_join(t, NULL);
}

static void two(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, f, NULL);
    pthread_create(&u, NULL, g, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

/* ---- hangs ---- */

static void *waits(void *unused) {
    sem_wait(&sem);
    return unused;
}

void sem_nobody_posts(void);
void sem_nobody_posts(void) {
    sem_init(&sem, 0, (unsigned)case_in);
    in_another(waits);
}

static void *arrives(void *unused) {
    pthread_barrier_wait(&barrier);
    return unused;
}

void barrier_too_few(void);
void barrier_too_few(void) {
    pthread_barrier_init(&barrier, NULL, case_in ? 2 : 3);
    two(arrives, arrives);
}

static void once_again(void) {
    pthread_once(&once, once_again);
}

static void routine_of_once(void) {
    if (!case_in)
        once_again();
}

void once_recursive(void);
void once_recursive(void) {
    pthread_once(&once, routine_of_once);
}

static void inner_locks(void) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

static void *once_then_lock(void *unused) {
    pthread_once(&once, inner_locks);
    return unused;
}

static void *lock_then_once(void *unused) {
    if (!case_in)
        pthread_mutex_lock(&lock);
    pthread_once(&once, inner_locks);
    if (!case_in)
        pthread_mutex_unlock(&lock);
    return unused;
}

/* In either order whoever is first in the once control may wait for a lock that the other holds. */
void once_and_lock(void);
void once_and_lock(void) {
    two(once_then_lock, lock_then_once);
}

static int mtx_like(int again) {
    static mtx_t m;
    mtx_init(&m, mtx_plain);
    mtx_lock(&m);
    if (again)
        mtx_lock(&m);
    return mtx_unlock(&m);
}

void mtx_twice(void);
void mtx_twice(void) {
    mtx_like(!case_in);
}

/* Who only looks, and looks for ever. */
static void *polls(void *thread) {
    int value = 0;
    if (case_in)
        return NULL;
    while (thread != NULL && pthread_tryjoin_np(*(pthread_t *)thread, NULL) != 0)
        ;
    while (thread == NULL && value == 0)
        sem_getvalue(&sem, &value);
    return NULL;
}

void polls_a_semaphore(void);
void polls_a_semaphore(void) {
    sem_init(&sem, 0, 0);
    in_another(polls);
}

void polls_a_thread(void);
void polls_a_thread(void) {
    static pthread_t waiting, polling;
    sem_init(&sem, 0, (unsigned)case_in);
    pthread_create(&waiting, NULL, waits, NULL);
    pthread_create(&polling, NULL, polls, &waiting);
    pthread_join(polling, NULL);
}

/* ---- misuses ---- */

static void *waits_for_post(void *unused) {
    sem_wait(&sem);
    return unused;
}

void sem_destroy_waited(void);
void sem_destroy_waited(void) {
    pthread_t t;
    sem_init(&sem, 0, 0);
    pthread_create(&t, NULL, waits_for_post, NULL);
    usleep(10);
    if (!case_in)
        sem_destroy(&sem);
    sem_post(&sem);
    pthread_join(t, NULL);
}

void sem_use_destroyed(void);
void sem_use_destroyed(void) {
    sem_init(&sem, 0, 1);
    sem_destroy(&sem);
    if (case_in)
        sem_init(&sem, 0, 1);
    sem_trywait(&sem);
}

void barrier_destroy_waited(void);
void barrier_destroy_waited(void) {
    pthread_t t;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&t, NULL, arrives, NULL);
    usleep(10);
    if (!case_in)
        pthread_barrier_destroy(&barrier);
    pthread_barrier_wait(&barrier);
    pthread_join(t, NULL);
}

void key_after_delete(void);
void key_after_delete(void) {
    pthread_key_create(&key, NULL);
    if (!case_in)
        pthread_key_delete(key);
    out(pthread_setspecific(key, &key));
}

void key_deleted_twice(void);
void key_deleted_twice(void) {
    pthread_key_create(&key, NULL);
    pthread_key_delete(key);
    if (!case_in)
        out(pthread_key_delete(key));
}

void key_never(void);
void key_never(void) {
    if (case_in)
        pthread_key_create(&key, NULL);
    out(pthread_getspecific(case_in ? key : 1000) == NULL);
}

static void *nothing(void *unused) {
    return unused;
}

void join_twice(void);
void join_twice(void) {
    pthread_t t;
    pthread_create(&t, NULL, nothing, NULL);
    pthread_join(t, NULL);
    if (!case_in)
        out(pthread_join(t, NULL));
}

void join_detached(void);
void join_detached(void) {
    pthread_t t;
    pthread_create(&t, NULL, nothing, NULL);
    if (!case_in)
        pthread_detach(t);
    out(pthread_join(t, NULL));
}

void detach_twice(void);
void detach_twice(void) {
    pthread_t t;
    pthread_create(&t, NULL, nothing, NULL);
    pthread_detach(t);
    if (!case_in)
        out(pthread_detach(t));
}

void join_nobody(void);
void join_nobody(void) {
    if (!case_in)
        out(pthread_join((pthread_t)77, NULL));
}

static pthread_t joined;

static void *joins(void *unused) {
    pthread_join(joined, NULL);
    return unused;
}

static void *sleeps(void *unused) {
    usleep(1000);
    return unused;
}

void join_by_two(void);
void join_by_two(void) {
    pthread_t t;
    pthread_create(&joined, NULL, sleeps, NULL);
    pthread_create(&t, NULL, joins, NULL);
    if (!case_in) {
        usleep(10);
        joins(NULL);
    }
    pthread_join(t, NULL);
}

/* ---- what the order of things is ---- */

static int runs;

static void slow_routine(void) {
    runs++;
    usleep(10);
    runs += 10;
}

static void *calls_once(void *unused) {
    pthread_once(&other_once, slow_routine);
    out(runs);
    return unused;
}

/* Nobody goes on before the routine has ended. */
void once_blocks_others(void);
void once_blocks_others(void) {
    two(calls_once, calls_once);
}

static int destroyed_values;

static void count_up(void *value) {
    destroyed_values += (int)(intptr_t)value;
}

static void *sets_key(void *unused) {
    pthread_setspecific(key, (void *)5);
    return unused;
}

/* A client thread of the program, a thread that returns, the first thread by pthread_exit. */
static void *reports_late(void *unused) {
    usleep(100);
    out(destroyed_values);
    return unused;
}

void destructors_run(void);
void destructors_run(void) {
    pthread_t t;
    pthread_key_create(&key, count_up);
    in_another(sets_key);
    out(destroyed_values);
    pthread_create(&t, NULL, reports_late, NULL);
    pthread_setspecific(key, (void *)7);
    pthread_exit(NULL);
}

static int held_at_end;

static void checks_lock(void *unused) {
    (void)unused;
    held_at_end = pthread_mutex_trylock(&lock);
    pthread_mutex_unlock(&lock);
}

static void *ends_with_key(void *unused) {
    pthread_setspecific(key, &key);
    return unused;
}

/* A destructor is code like any other: it may lock. */
void destructors_lock(void);
void destructors_lock(void) {
    pthread_key_create(&key, checks_lock);
    two(ends_with_key, ends_with_key);
    out(held_at_end);
}

SNAG_SCENARIO(sync) {
    case_body();
}
