/* aim_body.c: code under test for aim_test.c: what one switch at the right place breaks. */
#include "cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER,
                       third = PTHREAD_MUTEX_INITIALIZER;
static atomic_int word;
static int plain;

static void run(void *(*a)(void *), void *(*b)(void *)) {
    pthread_t one, two;
    pthread_create(&one, NULL, a, NULL);
    pthread_create(&two, NULL, b, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

/* ---- two locks in two orders, after a third that is taken alone ---- */

static void *alone_then(pthread_mutex_t *first, pthread_mutex_t *second) {
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&third);
        pthread_mutex_unlock(&third);
    }
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
    return NULL;
}

static void *ab(void *unused) {
    (void)unused;
    return alone_then(&lock, &other);
}

static void *ba(void *unused) {
    (void)unused;
    return alone_then(&other, &lock);
}

void inversion(void);
void inversion(void) {
    run(ab, ba);
}

/* ---- an update that is lost if another comes between ---- */

static void *add_atomics(void *unused) {
    (void)unused;
    atomic_store(&word, atomic_load(&word) + 1);
    return NULL;
}

void lost_update(void);
void lost_update(void) {
    run(add_atomics, add_atomics);
    out(atomic_load(&word));
}

static void *add_plainly(void *unused) {
    (void)unused;
    plain = plain + 1;
    return NULL;
}

void lost_plainly(void);
void lost_plainly(void) {
    run(add_plainly, add_plainly);
    out(plain);
}

/* ---- nothing that two have in common, but that they are waited for ---- */

static void *nothing(void *unused) {
    return unused;
}

void strangers(void);
void strangers(void) {
    run(nothing, nothing);
}

/* ---- locks, atomics and waits, of which nothing breaks ---- */

static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static int turns;

static void *take_turns(void *unused) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        while (turns > 4) {
            pthread_cond_wait(&ready, &lock);
        }
        turns += 2;
        pthread_mutex_unlock(&lock);
        atomic_fetch_add(&word, 1);
        pthread_mutex_lock(&lock);
        turns -= 2;
        pthread_cond_signal(&ready);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

void crowded(void);
void crowded(void) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++) {
        pthread_create(&t[i], NULL, take_turns, NULL);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], NULL);
    }
}

SNAG_SCENARIO(cases) {
    case_body();
}
