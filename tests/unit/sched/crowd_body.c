/* crowd_body.c: code under test for crowd_test.c: many who wait for one lock. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum { CROWD = 70, ROUNDS = 3 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_t threads[CROWD];
static int inside, sum;
static bool go;
static atomic_int elsewhere;

static void enter(void) {
    snag_assert(++inside == 1);
    sum++;
    inside--;
    pthread_mutex_unlock(&lock);
}

static void *takes(void *unused) {
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        enter();
    }
    return unused;
}

static void all(void *(*start)(void *)) {
    for (int i = 0; i < CROWD; i++)
        pthread_create(&threads[i], NULL, start, NULL);
}

static void joined(void) {
    for (int i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
    out(sum);
}

void crowd_takes(void);
void crowd_takes(void) {
    pthread_mutex_lock(&lock);
    all(takes);
    pthread_mutex_unlock(&lock);
    joined();
}

static void *takes_and_looks(void *unused) {
    struct timespec now;
    for (int i = 0; i < ROUNDS; i++) {
        clock_gettime(CLOCK_REALTIME, &now); /* which takes a while */
        atomic_fetch_add(&elsewhere, 1);     /* where some stand while the lock is held */
        pthread_mutex_lock(&lock);
        enter();
    }
    return unused;
}

/* One of them waits for a while only: then each has to be looked at. */
void crowd_takes_in_time(void);
void crowd_takes_in_time(void) {
    struct timespec soon;
    all(takes_and_looks);
    for (int i = 0; i < ROUNDS; i++) {
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_nsec += 20000; /* twenty looks at a clock */
        if (pthread_mutex_timedlock(&lock, &soon) == 0)
            enter();
    }
    joined();
}

static void handled(int number) {
    (void)number;
}

/* Signals end no wait for a mutex. */
void crowd_is_signalled(void);
void crowd_is_signalled(void) {
    (void)signal(SIGUSR1, handled);
    all(takes);
    for (int i = 0; i < CROWD; i += 7)
        pthread_kill(threads[i], SIGUSR1);
    joined();
}

static void *waits(void *unused) {
    pthread_mutex_lock(&lock);
    while (!go)
        pthread_cond_wait(&cond, &lock);
    enter();
    return unused;
}

/* From the condition all move to its mutex, which is held. */
void crowd_is_woken(void);
void crowd_is_woken(void) {
    all(waits);
    pthread_mutex_lock(&lock);
    go = true;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&lock);
    joined();
}

SNAG_SCENARIO(crowd) {
    case_body();
}
