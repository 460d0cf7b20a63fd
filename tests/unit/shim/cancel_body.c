/* cancel_body.c: code under test for cancel_test.c: cancellation where the schedule decides. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int tokens;

static void unlocks(void *unused) {
    (void)unused;
    pthread_mutex_unlock(&mutex);
}

static void *takes(void *unused) {
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlocks, NULL);
    while (tokens == 0)
        pthread_cond_wait(&cond, &mutex);
    tokens--;
    pthread_cleanup_pop(1);
    return unused;
}

/* One of two who wait for a token is cancelled while one token is made: the other must get it, if
 * the first did not. */
void one_of_two(void);
void one_of_two(void) {
    pthread_t a, b;
    void *of_a = NULL;
    pthread_create(&a, NULL, takes, NULL);
    pthread_create(&b, NULL, takes, NULL);
    pthread_mutex_lock(&mutex);
    tokens++;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
    pthread_cancel(a);
    pthread_join(a, &of_a);
    if (of_a == NULL) { /* it was too late */
        pthread_mutex_lock(&mutex);
        tokens++;
        pthread_cond_signal(&cond);
        pthread_mutex_unlock(&mutex);
    }
    pthread_join(b, NULL);
    out(of_a == PTHREAD_CANCELED);
}

static void *keeps(void *unused) {
    sem_t *never = unused;
    pthread_mutex_lock(&mutex);
    if (case_in == 0) {
        sem_wait(never);
        pthread_mutex_unlock(&mutex);
    } else {
        pthread_cleanup_push(unlocks, NULL);
        sem_wait(never);
        pthread_cleanup_pop(1);
    }
    return NULL;
}

/* Cancelled with the mutex in hand; case_in: 0: nobody gives it up. */
void leaves_it_locked(void);
void leaves_it_locked(void) {
    pthread_t t;
    sem_t never;
    sem_init(&never, 0, 0);
    pthread_create(&t, NULL, keeps, &never);
    usleep(1000);
    pthread_cancel(t);
    pthread_join(t, NULL);
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    out(1);
}

/* ---- handlers that are left pushed ---- */

static void unused_handler(void *unused) {
    (void)unused;
    out(1000);
}

static volatile int leaves_early;

__attribute__((noinline)) static int pushes(int how) {
    leaves_early = how == 0;
    pthread_cleanup_push(unused_handler, NULL);
    if (leaves_early)
        return 1; /* it is not popped */
    pthread_cleanup_pop(0);
    return 0;
}

static void *pushes_again(void *unused) {
    (void)pushes((int)case_in % 2);
    if (case_in >= 2) {
        pthread_cleanup_push(unused_handler, NULL);
        pthread_cleanup_pop(0);
    }
    out(1);
    return unused;
}

/* case_in: 0: seen when the thread ends; 2: at the next push; odd: popped as it should be. */
void never_popped(void);
void never_popped(void) {
    pthread_t t;
    pthread_create(&t, NULL, pushes_again, NULL);
    pthread_join(t, NULL);
}

static void *exits(void *unused) {
    (void)pushes((int)case_in);
    pthread_exit(unused);
}

/* Its handler is not called by an exit either: it is none any more. */
void never_popped_exits(void);
void never_popped_exits(void) {
    pthread_t t;
    pthread_create(&t, NULL, exits, NULL);
    pthread_join(t, NULL);
    out(1);
}

/* ---- asked at any time ---- */

static sem_t work;
static _Atomic int done;

static void *works(void *unused) {
    for (;;) {
        sem_wait(&work);
        done++;
    }
    return unused;
}

void at_any_time(void);
void at_any_time(void) {
    pthread_t t;
    void *result = NULL;
    sem_init(&work, 0, 0);
    pthread_create(&t, NULL, works, NULL);
    for (int i = 0; i < 3; i++)
        sem_post(&work);
    pthread_cancel(t);
    pthread_join(t, &result);
    out(result == PTHREAD_CANCELED);
    out(done);
}

void of_nobody(void);
void of_nobody(void) {
    out(pthread_cancel((pthread_t)77));
}

static void *returns(void *unused) {
    return unused;
}

void of_the_joined(void);
void of_the_joined(void) {
    pthread_t t;
    pthread_create(&t, NULL, returns, NULL);
    pthread_join(t, NULL);
    out(pthread_cancel(t));
}

void of_the_ended(void);
void of_the_ended(void) {
    pthread_t t;
    void *result = &t;
    pthread_create(&t, NULL, returns, NULL);
    usleep(1000);
    out(pthread_cancel(t));
    out(pthread_join(t, &result));
    out(result == NULL);
}

SNAG_SCENARIO(cancel) {
    case_body();
}
