/* conformance_body_mutex.c: mutexes of every type but robust ones. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>

static pthread_mutex_t m;
static pthread_mutex_t in_place = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t in_place_recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t in_place_checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static int make(int type) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, type);
    int result = pthread_mutex_init(&m, &attr);
    pthread_mutexattr_destroy(&attr);
    return result;
}

static void *tries(void *unused) {
    int result = pthread_mutex_trylock(&m);
    out(result);
    if (result == 0)
        pthread_mutex_unlock(&m);
    return unused;
}

/* Calls of one who does not own it. */
static void *asks(void *unused) {
    struct timespec real = conf_in(CLOCK_REALTIME, 2), mono = conf_in(CLOCK_MONOTONIC, 2);
    (void)unused;
    out(pthread_mutex_trylock(&m));
    out(pthread_mutex_timedlock(&m, &real));
    out(pthread_mutex_timedlock(&m, &conf_past));
    out(pthread_mutex_timedlock(&m, &conf_nonsense));
    out(pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &mono));
    out(pthread_mutex_clocklock(&m, CLOCK_REALTIME, &conf_past));
    out(pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &conf_nonsense));
    out(pthread_mutex_clocklock(&m, CLOCK_PROCESS_CPUTIME_ID, &mono));
    return NULL;
}

/* Its owner asks again, but for lock(), which waits for ever where the type does not check. */
static void asks_again(void) {
    struct timespec real = conf_in(CLOCK_REALTIME, 2), mono = conf_in(CLOCK_MONOTONIC, 2);
    out(pthread_mutex_trylock(&m));
    out(pthread_mutex_timedlock(&m, &real));
    out(pthread_mutex_timedlock(&m, &conf_nonsense));
    out(pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &mono));
}

static void of_type(int type, int levels) {
    out(make(type));
    out(pthread_mutex_lock(&m));
    conf_elsewhere(asks, NULL);
    asks_again();
    for (int i = 0; i < levels; i++) {
        conf_elsewhere(tries, NULL);
        out(pthread_mutex_unlock(&m));
    }
    conf_elsewhere(tries, NULL);
    out(pthread_mutex_timedlock(&m, &conf_nonsense)); /* free: the time is not looked at */
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_timedlock(&m, &conf_past));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &conf_past));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_destroy(&m));
}

static void normal(void) {
    of_type(PTHREAD_MUTEX_NORMAL, 1);
}

static void adaptive(void) {
    of_type(PTHREAD_MUTEX_ADAPTIVE_NP, 1);
}

static void checking(void) {
    of_type(PTHREAD_MUTEX_ERRORCHECK, 1);
}

static void recursive(void) {
    of_type(PTHREAD_MUTEX_RECURSIVE, 5);
}

static void *unlocks(void *unused) {
    out(pthread_mutex_unlock(&m));
    return unused;
}

/* The types that check say so to who locks again, unlocks what is free, or another's. */
static void checked(int type) {
    make(type);
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_lock(&m));
    int again = pthread_mutex_lock(&m);
    out(again);
    conf_elsewhere(unlocks, NULL);
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_destroy(&m));
}

static void errors_of_checking(void) {
    checked(PTHREAD_MUTEX_ERRORCHECK);
}

static void errors_of_recursive(void) {
    checked(PTHREAD_MUTEX_RECURSIVE);
}

static void made_in_place(void) {
    out(pthread_mutex_lock(&in_place));
    out(pthread_mutex_unlock(&in_place));
    out(pthread_mutex_lock(&in_place_recursive));
    out(pthread_mutex_lock(&in_place_recursive));
    out(pthread_mutex_unlock(&in_place_recursive));
    out(pthread_mutex_unlock(&in_place_recursive));
    out(pthread_mutex_unlock(&in_place_recursive));
    out(pthread_mutex_lock(&in_place_checking));
    out(pthread_mutex_lock(&in_place_checking));
    out(pthread_mutex_unlock(&in_place_checking));
    out(pthread_mutex_unlock(&in_place_checking));
}

static void destroy_held(void) {
    make(PTHREAD_MUTEX_NORMAL);
    pthread_mutex_lock(&m);
    out(pthread_mutex_destroy(&m));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_destroy(&m));
}

static void made_again(void) {
    for (int i = 0; i < 3; i++) {
        out(make(PTHREAD_MUTEX_NORMAL));
        out(pthread_mutex_lock(&m));
        out(pthread_mutex_unlock(&m));
        out(pthread_mutex_destroy(&m));
    }
    pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
    m = other;
    out(pthread_mutex_trylock(&m));
    out(pthread_mutex_unlock(&m));
}

static int counter;

static void *counts(void *unused) {
    for (int i = 0; i < 20; i++) {
        pthread_mutex_lock(&in_place);
        counter++;
        pthread_mutex_unlock(&in_place);
    }
    return unused;
}

static void excludes(void) {
    pthread_t t[3];
    counter = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, counts, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    out(counter);
}

#define LOCKS                                                                                      \
    "pthread_mutex_init pthread_mutex_destroy pthread_mutex_lock pthread_mutex_trylock "           \
    "pthread_mutex_timedlock pthread_mutex_clocklock pthread_mutex_unlock"

const struct conformance_case conformance_cases_mutex[] = {
    {"normal mutex", LOCKS, normal, NULL},
    {"adaptive mutex", LOCKS, adaptive, NULL},
    {"error-checking mutex", LOCKS, checking, NULL},
    {"recursive mutex", LOCKS, recursive, NULL},
    {"errors of an error-checking mutex", LOCKS, errors_of_checking, NULL},
    {"errors of a recursive mutex", LOCKS, errors_of_recursive, NULL},
    {"mutexes made in place", LOCKS, made_in_place, NULL},
    {"destroy of a held mutex", "pthread_mutex_destroy", destroy_held, "misuse"},
    {"a mutex made again", LOCKS, made_again, NULL},
    {"mutual exclusion", LOCKS, excludes, NULL},
    {0},
};
