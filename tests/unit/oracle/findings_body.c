/* findings_body.c: code under test for findings_test.c: one bug each, and beside it the silent twin
 * (`case_in` 1). Functions are named for what the keys should say.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t locks[16];
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                       c = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int ready;

static void start(pthread_t *t, void (*f)(void)) {
    pthread_create(t, NULL, (void *(*)(void *))(void *)f, NULL);
}

static void run(void (*const *f)(void), int n) {
    pthread_t t[16];
    for (int i = 0; i < n; i++)
        start(&t[i], f[i]);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

/* ---- deadlocks ---- */

static void first_a_then_b(void) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
}

static void first_b_then_a(void) {
    pthread_mutex_t *one = case_in ? &a : &b, *two = case_in ? &b : &a;
    pthread_mutex_lock(one);
    pthread_mutex_lock(two);
    pthread_mutex_unlock(two);
    pthread_mutex_unlock(one);
}

void abba(void);
void abba(void) {
    static void (*const f[])(void) = {first_a_then_b, first_b_then_a};
    run(f, 2);
}

static void first_b_then_c(void) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&c);
    pthread_mutex_unlock(&c);
    pthread_mutex_unlock(&b);
}

static void first_c_then_a(void) {
    pthread_mutex_t *one = case_in == 9 ? &a : &c, *two = case_in == 9 ? &c : &a;
    pthread_mutex_lock(one);
    pthread_mutex_lock(two);
    pthread_mutex_unlock(two);
    pthread_mutex_unlock(one);
}

/* case_in: which of the six orders the threads are made in; 9: the silent twin. */
void three_cycle(void);
void three_cycle(void) {
    static void (*const f[6][3])(void) = {
        {first_a_then_b, first_b_then_c, first_c_then_a},
        {first_a_then_b, first_c_then_a, first_b_then_c},
        {first_b_then_c, first_a_then_b, first_c_then_a},
        {first_b_then_c, first_c_then_a, first_a_then_b},
        {first_c_then_a, first_a_then_b, first_b_then_c},
        {first_c_then_a, first_b_then_c, first_a_then_b},
    };
    run(f[case_in % 6], 3);
}

static atomic_int seated;

static void *dine(void *seat) {
    intptr_t i = (intptr_t)seat;
    pthread_mutex_lock(&locks[i]);
    atomic_fetch_add(&seated, 1);
    while (atomic_load(&seated) < 12)
        sched_yield();
    pthread_mutex_lock(&locks[(i + 1) % 12]);
    pthread_mutex_unlock(&locks[(i + 1) % 12]);
    pthread_mutex_unlock(&locks[i]);
    return NULL;
}

/* Twelve: more than a finding has parties. */
void philosophers(void);
void philosophers(void) {
    pthread_t t[12];
    for (intptr_t i = 0; i < 12; i++)
        pthread_create(&t[i], NULL, dine, (void *)i);
    for (int i = 0; i < 12; i++)
        pthread_join(t[i], NULL);
}

static void wants_a(void) {
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
}

/* Joined under a lock that the other needs. */
void join_holding(void);
void join_holding(void) {
    pthread_t t;
    pthread_mutex_lock(&a);
    start(&t, wants_a);
    if (case_in)
        pthread_mutex_unlock(&a);
    pthread_join(t, NULL);
    if (!case_in)
        pthread_mutex_unlock(&a);
}

static void helper_locks(void) {
    if (!case_in)
        pthread_mutex_lock(&a);
    ready++;
    if (!case_in)
        pthread_mutex_unlock(&a);
}

void self_deadlock(void);
void self_deadlock(void) {
    pthread_mutex_lock(&a);
    helper_locks();
    pthread_mutex_unlock(&a);
}

static void spins(void) {
    while (!atomic_load((atomic_int *)&ready))
        sched_yield();
}

/* Two are deadlocked while a third goes on for ever. */
void deadlock_beside_a_spinner(void);
void deadlock_beside_a_spinner(void) {
    static void (*const f[])(void) = {spins, first_a_then_b, first_b_then_a};
    if (case_in)
        atomic_store((atomic_int *)&ready, 1);
    run(f, 3);
}

/* ---- hangs ---- */

static void waits_once(void) {
    pthread_mutex_lock(&a);
    if (!case_in || !ready)
        pthread_cond_wait(&cond, &a);
    pthread_mutex_unlock(&a);
}

static void signals(void) {
    pthread_mutex_lock(&a);
    ready = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&a);
}

void lost_wakeup(void);
void lost_wakeup(void) {
    static void (*const f[])(void) = {waits_once, signals};
    run(f, 2);
}

static void takes_and_forgets(void) {
    pthread_mutex_lock(&a);
    ready++;
    if (ready == 1 && !case_in)
        return;
    pthread_mutex_unlock(&a);
}

void forgotten_unlock(void);
void forgotten_unlock(void) {
    static void (*const f[])(void) = {takes_and_forgets, takes_and_forgets};
    run(f, 2);
}

/* ---- spinning ---- */

void livelock(void);
void livelock(void) {
    static void (*const f[])(void) = {spins, spins};
    if (case_in)
        atomic_store((atomic_int *)&ready, 1);
    run(f, 2);
}

static void counts(void) {
    for (int i = 0; i < 1500; i++)
        wants_a();
}

/* Longer than the bound, but it ends. */
void long_way(void);
void long_way(void) {
    static void (*const f[])(void) = {counts};
    run(f, 1);
}

/* Each holds one and tries the other for a while, again and again: no deadlock, and no end. */
static void tries(pthread_mutex_t *mine, pthread_mutex_t *other) {
    while (!case_in) {
        struct timespec soon;
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_sec++;
        pthread_mutex_lock(mine);
        if (pthread_mutex_timedlock(other, &soon) == 0)
            pthread_mutex_unlock(other);
        pthread_mutex_unlock(mine);
    }
}

static void tries_b(void) {
    tries(&a, &b);
}

static void tries_a(void) {
    tries(&b, &a);
}

void retries(void);
void retries(void) {
    static void (*const f[])(void) = {tries_a, tries_b};
    run(f, 2);
}

static void waits_there(void) {
    pthread_mutex_lock(&a);
    while (!ready)
        pthread_cond_wait(&cond, &a);
    pthread_mutex_unlock(&a);
}

static void waits_here(void) {
    pthread_mutex_lock(&a);
    while (!ready)
        pthread_cond_wait(&cond, &a);
    pthread_mutex_unlock(&a);
}

/* More in one place than a finding has parties, one elsewhere. */
void queue(void);
void queue(void) {
    static void (*const f[])(void) = {waits_here, waits_here, waits_here, waits_here,
                                      waits_here, waits_here, waits_here, waits_here,
                                      waits_here, waits_here, waits_there};
    ready = (int)case_in;
    run(f, 11);
}

/* ---- ends ---- */

static void checks(void) {
    snag_assert(case_in == 1);
}

void assertion(void);
void assertion(void) {
    static void (*const f[])(void) = {checks};
    run(f, 1);
}

static void asserts(void) {
    assert(case_in == 1);
}

void c_assertion(void);
void c_assertion(void) {
    asserts();
}

static void gives_up(void) {
    if (!case_in)
        abort();
}

void aborts(void);
void aborts(void) {
    static void (*const f[])(void) = {gives_up};
    run(f, 1);
}

static void writes_nowhere(void) {
    static int somewhere;
    int *volatile at = case_in ? &somewhere : NULL;
    *at = 1;
}

/* The address is used in a hook, or in the C library, on behalf of these. */
static void adds_nowhere(void) {
    static atomic_int somewhere;
    atomic_int *volatile at = case_in ? &somewhere : NULL;
    atomic_fetch_add(at, 1);
}

void crashes_in_a_hook(void);
void crashes_in_a_hook(void) {
    static void (*const f[])(void) = {adds_nowhere};
    run(f, 1);
}

static void measures_nowhere(void) {
    const char *volatile text = case_in ? "some" : (const char *)16;
    ready = (int)strlen(text);
}

void crashes_in_the_library(void);
void crashes_in_the_library(void) {
    static void (*const f[])(void) = {measures_nowhere};
    run(f, 1);
}

void crashes(void);
void crashes(void) {
    static void (*const f[])(void) = {writes_nowhere};
    run(f, 1);
}

static void divides(void) {
    volatile int zero = (int)case_in, all = 7;
    all = all / zero;
}

void division(void);
void division(void) {
    divides();
}

static int deep(volatile char *outer, int levels) {
    volatile char frame[1000];
    frame[0] = outer != NULL ? *outer : 0;
    if (levels == 0)
        return frame[0];
    return deep(frame, levels - 1) + frame[999 % (levels + 1)];
}

static void recurses(void) {
    (void)deep(NULL, case_in ? 100 : 1 << 20);
}

void overflow(void);
void overflow(void) {
    static void (*const f[])(void) = {recurses};
    run(f, 1);
}

static void touch(char *bytes, size_t n) {
    memset(bytes, 1, n);
}

/* Larger than the stack: its far end lies well below the guard's first page. */
static int one_big_frame(void) {
    char frame[300 << 10];
    touch(frame, 100);
    return frame[50];
}

static void big(void) {
    if (!case_in)
        out(one_big_frame());
}

void big_frame(void);
void big_frame(void) {
    static void (*const f[])(void) = {big, wants_a};
    run(f, 2);
}

/* ---- healthy ---- */

static void works(void) {
    char *p = malloc(40);
    pthread_mutex_lock(&a);
    ready++;
    memset(p, ready, 40);
    pthread_mutex_unlock(&a);
    free(p);
}

void healthy(void);
void healthy(void) {
    static void (*const f[])(void) = {works, works, works};
    run(f, 3);
    out(ready);
}

SNAG_SCENARIO(findings) {
    case_body();
}
