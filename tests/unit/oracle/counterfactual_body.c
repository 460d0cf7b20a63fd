/* counterfactual_body.c: code under test for counterfactual_test.c: hangs that one wakeup would
 * have saved, and hangs that look like them.
 */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int items, wanted, space = 1;

static void run(void *(*const *f)(void *), int n) {
    pthread_t t[8];
    for (int i = 0; i < n; i++)
        pthread_create(&t[i], NULL, f[i], NULL);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

static void *produce(void *unused) {
    pthread_mutex_lock(&lock);
    while (space == 0)
        pthread_cond_wait(&changed, &lock);
    space--;
    items++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *consume(void *unused) {
    pthread_mutex_lock(&lock);
    while (items == 0)
        pthread_cond_wait(&changed, &lock);
    items--;
    space++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}

/* One condition variable for two kinds of waiters: the signal may wake one who has no use for it.
 */
void two_kinds(void);
void two_kinds(void) {
    static void *(*const f[])(void *) = {produce, consume, produce, consume, produce, consume};
    run(f, 6);
}

/* One item too few: whoever is woken only waits again. */
void too_few(void);
void too_few(void) {
    static void *(*const f[])(void *) = {consume, produce, consume};
    run(f, 3);
}

/* Nobody ever signals, although what is waited for is there. */
static void *produces_in_silence(void *unused) {
    pthread_mutex_lock(&lock);
    items++;
    pthread_mutex_unlock(&lock);
    return unused;
}

void no_signal(void);
void no_signal(void) {
    static void *(*const f[])(void *) = {consume, produces_in_silence};
    run(f, 2);
}

/* The wakeup is lost, and what the woken one does then must leave no trace: it starts a thread,
 * allocates, fails an assertion. */
static void *child(void *unused) {
    return unused;
}

static void *waits_before_it_looks(void *unused) {
    pthread_mutex_lock(&lock);
    wanted = 1;
    if (case_in != 2 || items == 0)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    pthread_t t;
    pthread_create(&t, NULL, child, NULL);
    pthread_join(t, NULL);
    free(malloc(100));
    snag_assert(case_in != 1);
    return unused;
}

static void *signals_once(void *unused) {
    pthread_mutex_lock(&lock);
    items = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}

void leaves_no_trace(void);
void leaves_no_trace(void) {
    static void *(*const f[])(void *) = {waits_before_it_looks, signals_once};
    run(f, 2);
}

/* Tries a wakeup, and goes on for ever without a mark of it. */
static void *polls_for_ever(void *unused) {
    pthread_mutex_lock(&lock);
    pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    for (;;) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

void woken_it_runs_for_ever(void);
void woken_it_runs_for_ever(void) {
    static void *(*const f[])(void *) = {polls_for_ever, signals_once};
    run(f, 2);
}

SNAG_SCENARIO(counterfactual) {
    case_body();
}
