/* sched_body.c: code under test for sched_test.c: who may run, and who does. */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static atomic_int word;
static int inside, waiting;

static void *take(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    inside++;
    snag_assert(inside == 1);
    atomic_load(&word); /* a point inside */
    inside--;
    pthread_mutex_unlock(&lock);
    return NULL;
}

void takers(void);
void takers(void) {
    pthread_t t[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, take, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
}

static void *steps(void *who) {
    for (int i = 0; i < 3; i++) {
        out((intptr_t)who);
        atomic_fetch_add(&word, 1);
    }
    return NULL;
}

/* Nobody blocks but the joiner. */
void steppers(void);
void steppers(void) {
    pthread_t t[3];
    for (intptr_t i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, steps, (void *)(i + 1));
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
}

static void *yielder(void *who) {
    for (int i = 0; i < 3; i++) {
        out((intptr_t)who);
        sched_yield();
    }
    return NULL;
}

void yielders(void);
void yielders(void) {
    pthread_t t[3];
    for (intptr_t i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, yielder, (void *)(i + 1));
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
}

/* Many at once: across the words of the set of candidates. */
static void *yield_twice(void *who) {
    out((intptr_t)who);
    sched_yield();
    out((intptr_t)who);
    return NULL;
}

void crowd_of_yielders(void);
void crowd_of_yielders(void) {
    pthread_t t[127];
    for (intptr_t i = 0; i < 127; i++)
        pthread_create(&t[i], NULL, yield_twice, (void *)(i + 1));
    for (int i = 0; i < 127; i++)
        pthread_join(t[i], NULL);
}

static void *yields_and_sleeps(void *unused) {
    (void)unused;
    sched_yield();
    usleep(5000);
    out(1);
    return NULL;
}

static void *sleeps(void *unused) {
    (void)unused;
    usleep(1000);
    out(2);
    return NULL;
}

static void *yields(void *unused) {
    (void)unused;
    sched_yield();
    out(3);
    return NULL;
}

/* As the first goes to sleep the second already does, and comes next; but the third can run. */
void patience(void);
void patience(void) {
    static void *(*const f[])(void *) = {yields_and_sleeps, sleeps, yields};
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, f[i], NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
}

static void *wait_turn(void *who) {
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_wait(&cond, &lock);
    out((intptr_t)who);
    pthread_mutex_unlock(&lock);
    return NULL;
}

void woken(void);
void woken(void) {
    pthread_t t[3];
    for (intptr_t i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, wait_turn, (void *)(i + 1));
    for (;;) {
        pthread_mutex_lock(&lock);
        int all = waiting == 3;
        pthread_mutex_unlock(&lock);
        if (all)
            break;
        sched_yield();
    }
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        pthread_cond_signal(&cond);
        pthread_mutex_unlock(&lock);
        usleep(1);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
}

/* case_in threads at once, each waits for the last. */
static void *meet(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    if (++waiting == case_in)
        pthread_cond_broadcast(&cond);
    while (waiting < case_in)
        pthread_cond_wait(&cond, &lock);
    pthread_mutex_unlock(&lock);
    return NULL;
}

void thousand(void);
void thousand(void) {
    static pthread_t t[1100];
    for (int i = 0; i < case_in; i++)
        pthread_create(&t[i], NULL, meet, NULL);
    for (int i = 0; i < case_in; i++)
        pthread_join(t[i], NULL);
    out(waiting);
}

/* Needs others to run while it goes round: only a fair continuation ends it under a strategy that
 * never switches. It counts its turns, so that each changes something: no spin that gives way. */
static void *spin(void *unused) {
    static unsigned turns;
    (void)unused;
    while (atomic_load(&word) == 0)
        turns++;
    return (void *)(uintptr_t)turns;
}

static void *release(void *unused) {
    (void)unused;
    atomic_store(&word, 1);
    return NULL;
}

void needs_fairness(void);
void needs_fairness(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, spin, NULL);
    pthread_create(&b, NULL, release, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

void never_ends(void);
void never_ends(void) {
    pthread_t a;
    pthread_create(&a, NULL, spin, NULL);
    pthread_join(a, NULL);
}

/* A spinner beside a sleeper that will release it. */
static void *release_late(void *unused) {
    (void)unused;
    usleep(1000);
    atomic_store(&word, 1);
    return NULL;
}

void spins_for_a_sleeper(void);
void spins_for_a_sleeper(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, spin, NULL);
    pthread_create(&b, NULL, release_late, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

SNAG_SCENARIO(sched) {
    case_body();
}
