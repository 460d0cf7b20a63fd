/* undefined_body.c: what POSIX leaves undefined, each with its silent twin at `case_in` 1. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond;
static pthread_rwlock_t rw;
static pthread_spinlock_t spin;
static pthread_barrier_t barrier;
static sem_t sem;

static void start(pthread_t *t, void *(*f)(void *)) {
    pthread_create(t, NULL, f, NULL);
    usleep(1000); /* it waits by now, or is done */
}

/* ---- initialised again ---- */

void mutex_made_held(void);
void mutex_made_held(void) {
    pthread_mutex_init(&lock, NULL);
    pthread_mutex_lock(&lock);
    if (case_in)
        pthread_mutex_unlock(&lock);
    if (case_in)
        pthread_mutex_destroy(&lock);
    pthread_mutex_init(&lock, NULL);
}

void mutex_made_twice(void);
void mutex_made_twice(void) {
    pthread_mutex_init(&lock, NULL);
    if (case_in)
        pthread_mutex_destroy(&lock);
    pthread_mutex_init(&lock, NULL);
}

static void *waits_cond(void *unused) {
    pthread_mutex_lock(&other);
    pthread_cond_wait(&cond, &other);
    pthread_mutex_unlock(&other);
    return unused;
}

void cond_made_waited_on(void);
void cond_made_waited_on(void) {
    pthread_t t;
    pthread_cond_init(&cond, NULL);
    start(&t, waits_cond);
    if (case_in) {
        pthread_cond_signal(&cond);
        pthread_join(t, NULL);
        pthread_cond_destroy(&cond);
    }
    pthread_cond_init(&cond, NULL);
}

void rwlock_made_twice(void);
void rwlock_made_twice(void) {
    pthread_rwlock_init(&rw, NULL);
    if (case_in)
        pthread_rwlock_destroy(&rw);
    pthread_rwlock_init(&rw, NULL);
}

void sem_made_twice(void);
void sem_made_twice(void) {
    sem_init(&sem, 0, 1);
    if (case_in)
        sem_destroy(&sem);
    sem_init(&sem, 0, 1);
}

void barrier_made_twice(void);
void barrier_made_twice(void) {
    pthread_barrier_init(&barrier, NULL, 2);
    if (case_in)
        pthread_barrier_destroy(&barrier);
    pthread_barrier_init(&barrier, NULL, 2);
}

void spin_made_twice(void);
void spin_made_twice(void) {
    pthread_spin_init(&spin, 0);
    if (case_in)
        pthread_spin_destroy(&spin);
    pthread_spin_init(&spin, 0);
}

/* A function may leave one on its stack, and find it there again. */
__attribute__((noinline)) static void makes_on_stack(void) {
    pthread_mutex_t mine;
    pthread_mutex_init(&mine, NULL);
    pthread_mutex_lock(&mine);
    pthread_mutex_unlock(&mine);
}

void made_on_the_stack(void);
void made_on_the_stack(void) {
    makes_on_stack();
    makes_on_stack();
}

void made_on_the_heap(void);
void made_on_the_heap(void) {
    for (int i = 0; i < 2; i++) {
        pthread_mutex_t *m = malloc(sizeof(*m));
        pthread_mutex_init(m, NULL);
        free(m);
    }
}

static pthread_mutex_t *in_block;

void made_again_in_a_block(void);
void made_again_in_a_block(void) {
    in_block = malloc(sizeof(*in_block));
    pthread_mutex_init(in_block, NULL);
    if (case_in)
        pthread_mutex_destroy(in_block);
    pthread_mutex_init(in_block, NULL);
    free(in_block);
}

/* ---- never initialised ---- */

void mutex_never_made(void);
void mutex_never_made(void) {
    pthread_mutex_t *m = malloc(sizeof(*m));
    if (case_in)
        pthread_mutex_init(m, NULL);
    pthread_mutex_lock(m);
    pthread_mutex_unlock(m);
    free(m);
}

void cond_never_made(void);
void cond_never_made(void) {
    pthread_cond_t *c = malloc(sizeof(*c));
    if (case_in)
        pthread_cond_init(c, NULL);
    pthread_cond_signal(c);
    free(c);
}

void rwlock_never_made(void);
void rwlock_never_made(void) {
    pthread_rwlock_t *l = malloc(sizeof(*l));
    if (case_in)
        pthread_rwlock_init(l, NULL);
    pthread_rwlock_rdlock(l);
    pthread_rwlock_unlock(l);
    free(l);
}

void sem_never_made(void);
void sem_never_made(void) {
    if (case_in)
        sem_init(&sem, 0, 0);
    sem_post(&sem);
    sem_wait(&sem);
}

void barrier_never_made(void);
void barrier_never_made(void) {
    if (case_in)
        pthread_barrier_init(&barrier, NULL, 1);
    pthread_barrier_wait(&barrier);
}

static void nothing(void) {}

void once_never_made(void);
void once_never_made(void) {
    pthread_once_t *control = malloc(sizeof(*control));
    if (case_in)
        *control = PTHREAD_ONCE_INIT;
    pthread_once(control, nothing);
    free(control);
}

/* ---- the rest ---- */

static void *waits_with_lock(void *unused) {
    pthread_mutex_t *m = case_in ? &other : &lock;
    pthread_mutex_lock(m);
    pthread_cond_wait(&cond, m);
    pthread_mutex_unlock(m);
    return unused;
}

void cond_with_two_mutexes(void);
void cond_with_two_mutexes(void) {
    pthread_t t, u;
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&cond, NULL);
    start(&t, waits_cond);
    start(&u, waits_with_lock);
    pthread_cond_broadcast(&cond);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

void named_destroyed(void);
void named_destroyed(void) {
    sem_t *s = sem_open("/x", O_CREAT, 0600, 1);
    if (!case_in)
        sem_destroy(s);
    sem_close(s);
    sem_unlink("/x");
}

void named_used_after_close(void);
void named_used_after_close(void) {
    sem_t *s = sem_open("/x", O_CREAT, 0600, 1);
    sem_unlink("/x");
    if (!case_in)
        sem_close(s);
    sem_post(s);
    if (case_in)
        sem_close(s);
}

void unnamed_closed(void);
void unnamed_closed(void) {
    sem_init(&sem, 0, 1);
    if (!case_in)
        out(sem_close(&sem));
    sem_destroy(&sem);
}

static void *waits_named(void *s) {
    sem_wait(s);
    return s;
}

void named_closed_waited_on(void);
void named_closed_waited_on(void) {
    pthread_t t;
    sem_t *s = sem_open("/x", O_CREAT, 0600, 0);
    pthread_create(&t, NULL, waits_named, s);
    usleep(1000);
    if (!case_in)
        sem_close(s);
    sem_post(s);
    pthread_join(t, NULL);
    if (case_in)
        sem_close(s);
}

SNAG_SCENARIO(undefined) {
    case_body();
}
