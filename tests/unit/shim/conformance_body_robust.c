/* conformance_body_robust.c: robust mutexes. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>

static pthread_mutex_t m;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void make(int type) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, type);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    out(pthread_mutex_init(&m, &attr));
    pthread_mutexattr_destroy(&attr);
}

static void *locks_and_ends(void *unused) {
    out(pthread_mutex_lock(&m));
    return unused;
}

static void *unlocks(void *unused) {
    out(pthread_mutex_unlock(&m));
    return unused;
}

static void *tries(void *unused) {
    out(pthread_mutex_trylock(&m));
    return unused;
}

/* A mutex that is robust checks its owner when it is unlocked, whatever its type. */
static void living_owner(int type) {
    make(type);
    out(pthread_mutex_consistent(&m));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_lock(&m));
    out(pthread_mutex_consistent(&m));
    conf_elsewhere(unlocks, NULL);
    conf_elsewhere(tries, NULL);
    if (type != PTHREAD_MUTEX_NORMAL)
        out(pthread_mutex_lock(&m));
    if (type == PTHREAD_MUTEX_RECURSIVE)
        out(pthread_mutex_unlock(&m));
    out(pthread_mutex_unlock(&m));
    out(pthread_mutex_destroy(&m));
}

static void living_normal(void) {
    living_owner(PTHREAD_MUTEX_NORMAL);
}

static void living_checking(void) {
    living_owner(PTHREAD_MUTEX_ERRORCHECK);
}

static void living_recursive(void) {
    living_owner(PTHREAD_MUTEX_RECURSIVE);
}

static int take(int how) {
    struct timespec real = conf_in(CLOCK_REALTIME, 1000), mono = conf_in(CLOCK_MONOTONIC, 1000);
    switch (how) {
    case 0:
        return pthread_mutex_lock(&m);
    case 1:
        return pthread_mutex_trylock(&m);
    case 2:
        return pthread_mutex_timedlock(&m, &real);
    default:
        return pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &mono);
    }
}

static void made_consistent(void) {
    for (int how = 0; how < 4; how++) {
        make(PTHREAD_MUTEX_NORMAL);
        conf_elsewhere(locks_and_ends, NULL);
        out(take(how));
        out(pthread_mutex_consistent(&m));
        out(pthread_mutex_consistent(&m));
        out(pthread_mutex_unlock(&m));
        out(take(how));
        out(pthread_mutex_unlock(&m));
        out(pthread_mutex_destroy(&m));
    }
}

static void not_recoverable(void) {
    for (int how = 0; how < 4; how++) {
        make(PTHREAD_MUTEX_ERRORCHECK);
        conf_elsewhere(locks_and_ends, NULL);
        out(take(how));
        out(pthread_mutex_unlock(&m));
        out(take(how));
        out(pthread_mutex_consistent(&m));
        if (how != 1) /* after which glibc has it locked, by nobody */
            out(pthread_mutex_unlock(&m));
        out(pthread_mutex_destroy(&m));
    }
}

static void dies_again(void) {
    make(PTHREAD_MUTEX_NORMAL);
    conf_elsewhere(locks_and_ends, NULL);
    conf_elsewhere(locks_and_ends, NULL);
    out(pthread_mutex_lock(&m));
    out(pthread_mutex_consistent(&m));
    out(pthread_mutex_unlock(&m));
}

/* Who waits for it in a condition wait is told, too. */
static int waiting, signalled;

static void *waits(void *unused) {
    int result = 0;
    pthread_mutex_lock(&m);
    waiting = 1;
    while (!signalled && result == 0)
        result = pthread_cond_wait(&cond, &m);
    out(result);
    out(pthread_mutex_consistent(&m));
    out(pthread_mutex_unlock(&m));
    return unused;
}

static void *wakes_and_ends(void *unused) {
    for (int seen = 0; !seen;) {
        pthread_mutex_lock(&m);
        seen = waiting;
        if (!seen) {
            pthread_mutex_unlock(&m);
            sched_yield();
        }
    }
    signalled = 1;
    pthread_cond_signal(&cond);
    return unused;
}

static void found_dead_by_a_waiter(void) {
    pthread_t t, u;
    make(PTHREAD_MUTEX_NORMAL);
    waiting = signalled = 0;
    pthread_create(&t, NULL, waits, NULL);
    pthread_create(&u, NULL, wakes_and_ends, NULL);
    pthread_join(u, NULL);
    pthread_join(t, NULL);
}

#define LOCKS                                                                                      \
    "pthread_mutex_consistent pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock "        \
    "pthread_mutex_timedlock pthread_mutex_clocklock pthread_mutex_unlock pthread_mutex_destroy"

const struct conformance_case conformance_cases_robust[] = {
    {"robust mutex, its owner lives", LOCKS, living_normal, NULL},
    {"robust checking mutex, its owner lives", LOCKS, living_checking, NULL},
    {"robust recursive mutex, its owner lives", LOCKS, living_recursive, NULL},
    {"robust mutex made consistent", LOCKS, made_consistent, NULL},
    {"robust mutex not recoverable", LOCKS, not_recoverable, NULL},
    {"robust mutex, two owners end", LOCKS, dies_again, NULL},
    {"robust mutex in a condition wait", "pthread_cond_wait", found_dead_by_a_waiter, NULL},
    {0},
};
