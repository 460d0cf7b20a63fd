/* strategies_body_waits.c: threads that wait for one another by looking again and again. */
#include "../../exec/cases.h"
#include "bodies.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

enum { WORK = 50, ROUNDS = 10, CROWD = 1000 };

static atomic_int flag, work, turn;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *works(void *unused) {
    for (int i = 0; i < WORK; i++) {
        atomic_fetch_add(&work, 1);
    }
    atomic_store(&flag, 1);
    return unused;
}

static void *works_with_the_lock(void *unused) {
    pthread_mutex_lock(&lock);
    works(unused);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *spins(void *unused) {
    while (atomic_load(&flag) == 0) {
    }
    return unused;
}

static void *yields(void *unused) {
    while (atomic_load(&flag) == 0) {
        sched_yield();
    }
    return unused;
}

static void *sleeps(void *unused) {
    while (atomic_load(&flag) == 0) {
        usleep(10);
    }
    return unused;
}

static void *tries(void *unused) {
    while (pthread_mutex_trylock(&lock) != 0) {
    }
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Two of them, and nothing ever comes: they look at the flag when the time is over. */
static void *looks_now_and_then(void *of) {
    static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
    static pthread_cond_t conds[2] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};
    int i = of != NULL;
    struct timespec until;
    pthread_mutex_lock(&locks[i]);
    while (atomic_load(&flag) == 0) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&conds[i], &locks[i], &until);
    }
    pthread_mutex_unlock(&locks[i]);
    return NULL;
}

static void three(void *(*first)(void *), void *(*second)(void *), void *(*third)(void *)) {
    pthread_t t[3];
    pthread_create(&t[0], NULL, first, NULL);
    pthread_create(&t[1], NULL, second, NULL);
    pthread_create(&t[2], NULL, third, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], NULL);
    }
}

void spinning(void) {
    three(spins, works, spins);
}

void yielding(void) {
    three(yields, yields, works);
}

void sleeping(void) {
    three(sleeps, works, sleeps);
}

void looking(void) {
    pthread_t t[3];
    pthread_create(&t[0], NULL, looks_now_and_then, NULL);
    pthread_create(&t[1], NULL, works, NULL);
    pthread_create(&t[2], NULL, looks_now_and_then, t);
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], NULL);
    }
}

void trying(void) {
    three(tries, works_with_the_lock, tries);
}

static void *sleeps_once(void *unused) {
    usleep(10);
    out(atomic_load(&flag) == 0); /* the time was over before the others were done */
    return unused;
}

void napping(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, sleeps_once, NULL);
    pthread_create(&b, NULL, works, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static void *alternates(void *argument) {
    int me = argument != NULL;
    for (int i = 0; i < ROUNDS; i++) {
        while (atomic_load(&turn) != me) {
        }
        atomic_store(&turn, !me);
    }
    return NULL;
}

void in_turns(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, alternates, NULL);
    pthread_create(&b, NULL, alternates, &b);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static void *adds(void *unused) {
    atomic_fetch_add(&work, 1);
    return unused;
}

void crowd(void) {
    static pthread_t t[CROWD];
    for (int i = 0; i < CROWD; i++) {
        pthread_create(&t[i], NULL, adds, NULL);
    }
    for (int i = 0; i < CROWD; i++) {
        pthread_join(t[i], NULL);
    }
    out(work);
}
