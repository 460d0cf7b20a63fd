/* lock_body_misuse.c: the misuses of lock_test.c, each with its silent twin at `case_in` 1. */
#define _GNU_SOURCE
#include "../exec/cases.h"

#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin, never;

static void in_another(void *(*f)(void *)) {
    pthread_t t;
    pthread_create(&t, NULL, f, NULL);
    pthread_join(t, NULL);
}

static void *unlocks_rw(void *unused) {
    if (!case_in)
        pthread_rwlock_unlock(&rw);
    return unused;
}

void rw_unlock_free(void);
void rw_unlock_free(void) {
    unlocks_rw(NULL);
}

void rw_unlock_written(void);
void rw_unlock_written(void) {
    pthread_rwlock_wrlock(&rw);
    in_another(unlocks_rw);
    if (case_in)
        pthread_rwlock_unlock(&rw);
}

void rw_unlock_read(void);
void rw_unlock_read(void) {
    pthread_rwlock_rdlock(&rw);
    in_another(unlocks_rw);
    if (case_in)
        pthread_rwlock_unlock(&rw);
}

void rw_destroy_held(void);
void rw_destroy_held(void) {
    pthread_rwlock_rdlock(&rw);
    if (!case_in)
        out(pthread_rwlock_destroy(&rw));
    pthread_rwlock_unlock(&rw);
}

void rw_use_destroyed(void);
void rw_use_destroyed(void) {
    pthread_rwlock_destroy(&rw);
    if (case_in)
        rw = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    pthread_rwlock_tryrdlock(&rw);
}

static void *unlocks_spin(void *unused) {
    if (!case_in)
        pthread_spin_unlock(&spin);
    return unused;
}

void spin_unlock_free(void);
void spin_unlock_free(void) {
    pthread_spin_init(&spin, 0);
    unlocks_spin(NULL);
}

void spin_unlock_other(void);
void spin_unlock_other(void) {
    pthread_spin_init(&spin, 0);
    pthread_spin_lock(&spin);
    in_another(unlocks_spin);
    if (case_in)
        pthread_spin_unlock(&spin);
}

void spin_never_made(void);
void spin_never_made(void) {
    if (case_in)
        pthread_spin_init(&never, 0);
    pthread_spin_lock(&never);
    pthread_spin_unlock(&never);
}

void spin_use_destroyed(void);
void spin_use_destroyed(void) {
    pthread_spin_init(&spin, 0);
    pthread_spin_destroy(&spin);
    if (case_in)
        pthread_spin_init(&spin, 0);
    pthread_spin_trylock(&spin);
}

void posts_given(void);
void posts_given(void) {
    sem_post((sem_t *)(intptr_t)case_in);
}
