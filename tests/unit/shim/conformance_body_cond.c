/* conformance_body_cond.c: condition variables. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int waiting, tickets, woken;

/* Woken for nothing, which POSIX allows, is woken for nothing. */
static int timed(pthread_cond_t *c, pthread_mutex_t *with, const struct timespec *at) {
    int result;
    do {
        result = pthread_cond_timedwait(c, with, at);
    } while (result == 0);
    return result;
}

static int clocked(pthread_cond_t *c, clockid_t clock, const struct timespec *at) {
    int result;
    do {
        result = pthread_cond_clockwait(c, &m, clock, at);
    } while (result == 0);
    return result;
}

static void *tries(void *unused) {
    out(pthread_mutex_trylock(&m));
    return unused;
}

static void results(pthread_cond_t *c, clockid_t clock) {
    struct timespec soon = conf_in(clock, 2);
    out(pthread_mutex_lock(&m));
    out(timed(c, &m, &conf_past));
    conf_elsewhere(tries, NULL); /* it has the mutex after each wait */
    out(timed(c, &m, &conf_nonsense));
    conf_elsewhere(tries, NULL);
    out(timed(c, &m, &soon));
    conf_elsewhere(tries, NULL);
    soon = conf_in(CLOCK_MONOTONIC, 2);
    out(clocked(c, CLOCK_MONOTONIC, &soon));
    soon = conf_in(CLOCK_REALTIME, 2);
    out(clocked(c, CLOCK_REALTIME, &soon));
    out(clocked(c, CLOCK_MONOTONIC, &conf_nonsense));
    out(clocked(c, CLOCK_PROCESS_CPUTIME_ID, &soon));
    out(pthread_mutex_unlock(&m));
}

static void made_in_place(void) {
    results(&cond, CLOCK_REALTIME);
}

static void of_clock(clockid_t clock) {
    pthread_cond_t c;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    out(pthread_condattr_setclock(&attr, clock));
    out(pthread_cond_init(&c, &attr));
    pthread_condattr_destroy(&attr);
    results(&c, clock);
    out(pthread_cond_destroy(&c));
}

static void monotonic(void) {
    of_clock(CLOCK_MONOTONIC);
}

static void realtime(void) {
    of_clock(CLOCK_REALTIME);
}

static void made_again(void) {
    pthread_cond_t c;
    for (int i = 0; i < 3; i++) {
        out(pthread_cond_init(&c, NULL));
        out(pthread_cond_signal(&c));
        out(pthread_cond_broadcast(&c));
        out(pthread_cond_destroy(&c));
    }
}

/* A waits for a ticket; how, is up to `argument`. */
static void *waits(void *argument) {
    int how = *(int *)argument, result = 0;
    struct timespec late = conf_in(how == 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME, 100000);
    pthread_mutex_lock(&m);
    waiting++;
    while (tickets == 0 && result == 0) {
        if (how == 0)
            result = pthread_cond_wait(&cond, &m);
        else if (how == 1)
            result = pthread_cond_timedwait(&cond, &m, &late);
        else
            result = pthread_cond_clockwait(&cond, &m, CLOCK_MONOTONIC, &late);
    }
    tickets--;
    woken += result == 0;
    pthread_mutex_unlock(&m);
    return NULL;
}

/* Until `n` wait; the mutex is held afterwards. */
static void await_waiters(int n) {
    pthread_mutex_lock(&m);
    while (waiting < n) {
        pthread_mutex_unlock(&m);
        usleep(100);
        pthread_mutex_lock(&m);
    }
}

static void by_signal(void) {
    static int hows[] = {0, 1, 2};
    pthread_t t[3];
    waiting = tickets = woken = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, waits, &hows[i]);
    for (int i = 0; i < 3; i++) {
        await_waiters(3);
        tickets++;
        out(pthread_cond_signal(&cond));
        pthread_mutex_unlock(&m);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(woken);
}

static void by_broadcast(void) {
    static int hows[] = {0, 1, 2};
    pthread_t t[3];
    waiting = tickets = woken = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, waits, &hows[i]);
    await_waiters(3);
    tickets = 3;
    out(pthread_cond_broadcast(&cond));
    pthread_mutex_unlock(&m);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(woken);
}

/* A signal that nobody waits for is lost. */
static void to_nobody(void) {
    struct timespec soon = conf_in(CLOCK_REALTIME, 2);
    out(pthread_cond_signal(&cond));
    out(pthread_cond_broadcast(&cond));
    pthread_mutex_lock(&m);
    out(timed(&cond, &m, &soon));
    pthread_mutex_unlock(&m);
}

static pthread_mutex_t twice = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void *tries_twice(void *unused) {
    out(pthread_mutex_trylock(&twice));
    return unused;
}

/* One level is given up, and comes back. */
static void recursive(void) {
    struct timespec soon = conf_in(CLOCK_REALTIME, 2);
    pthread_mutex_lock(&twice);
    pthread_mutex_lock(&twice);
    out(timed(&cond, &twice, &soon));
    out(pthread_mutex_unlock(&twice));
    conf_elsewhere(tries_twice, NULL);
    out(pthread_mutex_unlock(&twice));
    out(pthread_mutex_unlock(&twice));
}

#define WAITS "pthread_cond_init pthread_cond_destroy pthread_cond_timedwait pthread_cond_clockwait"

const struct conformance_case conformance_cases_cond[] = {
    {"condition variable made in place", WAITS, made_in_place, NULL},
    {"condition variable by the monotonic clock", WAITS, monotonic, NULL},
    {"condition variable by the realtime clock", WAITS, realtime, NULL},
    {"a condition variable made again", WAITS, made_again, NULL},
    {"signals", "pthread_cond_wait pthread_cond_signal", by_signal, NULL},
    {"broadcast", "pthread_cond_wait pthread_cond_broadcast", by_broadcast, NULL},
    {"signals to nobody", "pthread_cond_signal pthread_cond_broadcast", to_nobody, NULL},
    {"wait with a recursive mutex", "pthread_cond_timedwait", recursive, NULL},
    {0},
};
