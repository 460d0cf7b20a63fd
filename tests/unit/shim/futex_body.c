/* futex_body.c: code under test for futex_test.c: locks and waits made by hand of futexes.
 *
 * The three mutexes are those of Drepper, Futexes are tricky (2011), sections 4 to 6. Each bug has
 * a silent twin at `case_in` 1.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/annotate.h"
#include "snag/scenario.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A macro, so that the one who waits is the caller. */
#define wait_while(word, value) syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0)

static long wake(atomic_uint *word, int most) {
    return syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, most, NULL, NULL, 0);
}

enum { THREADS = 3 };

static void run_threads(int n, void *(*f)(void *)) {
    pthread_t t[THREADS];
    for (int i = 0; i < n; i++)
        pthread_create(&t[i], NULL, f, NULL);
    for (int i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

/* ---- mutexes ---- */

static atomic_uint lock;
static int guarded;

static void add_guarded(void) {
    int was = guarded;
    sched_yield();
    guarded = was + 1;
}

/* Counts those who want it. */
static void *by_mutex1(void *unused) {
    unsigned was;
    while ((was = atomic_fetch_add(&lock, 1)) != 0)
        wait_while(&lock, was + 1);
    add_guarded();
    atomic_store(&lock, 0);
    wake(&lock, 1);
    return unused;
}

/* 0: free, 1: locked, 2: and somebody may wait. Whoever has waited takes it as 2, for others may
 * wait still; with 1 they are forgotten. */
static void *by_mutex2(void *unused) {
    unsigned was = 0, taken = case_in ? 2 : 1;
    if (!atomic_compare_exchange_strong(&lock, &was, 1)) {
        do {
            unsigned locked = 1;
            if (was == 2 || atomic_compare_exchange_strong(&lock, &locked, 2) || locked != 0)
                wait_while(&lock, 2);
            was = 0;
        } while (!atomic_compare_exchange_strong(&lock, &was, taken));
    }
    add_guarded();
    if (atomic_fetch_sub(&lock, 1) != 1) {
        atomic_store(&lock, 0);
        wake(&lock, 1);
    }
    return unused;
}

static void mutex3_lock(atomic_uint *m) {
    unsigned was = 0;
    if (!atomic_compare_exchange_strong(m, &was, 1)) {
        if (was != 2)
            was = atomic_exchange(m, 2);
        while (was != 0) {
            wait_while(m, 2);
            was = atomic_exchange(m, 2);
        }
    }
}

static void mutex3_unlock(atomic_uint *m) {
    if (atomic_fetch_sub(m, 1) != 1) {
        atomic_store(m, 0);
        wake(m, 1);
    }
}

static void *by_mutex3(void *unused) {
    mutex3_lock(&lock);
    add_guarded();
    mutex3_unlock(&lock);
    return unused;
}

void mutex1(void);
void mutex1(void) {
    run_threads(THREADS, by_mutex1);
    out(guarded);
}

void mutex2(void);
void mutex2(void) {
    run_threads(THREADS, by_mutex2);
    out(guarded);
}

void mutex3(void);
void mutex3(void) {
    run_threads(THREADS, by_mutex3);
    out(guarded);
}

static atomic_uint other_lock;

static void *in_order(void *unused) {
    mutex3_lock(&lock);
    mutex3_lock(&other_lock);
    mutex3_unlock(&other_lock);
    mutex3_unlock(&lock);
    return unused;
}

static void *in_the_other(void *unused) {
    mutex3_lock(&other_lock);
    mutex3_lock(&lock);
    mutex3_unlock(&lock);
    mutex3_unlock(&other_lock);
    return unused;
}

static void two(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, f, NULL);
    pthread_create(&u, NULL, g, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

/* Nobody knows who has such a lock, unless it says so. */
void crossed(void);
void crossed(void) {
    two(in_order, case_in ? in_order : in_the_other);
}

static void declared_lock(atomic_uint *m) {
    SNAG_LOCK_WAIT(m);
    mutex3_lock(m);
    SNAG_LOCK_ACQUIRED(m);
}

static void declared_unlock(atomic_uint *m) {
    SNAG_LOCK_RELEASED(m);
    mutex3_unlock(m);
}

static void *declared_in_order(void *unused) {
    declared_lock(&lock);
    declared_lock(&other_lock);
    declared_unlock(&other_lock);
    declared_unlock(&lock);
    return unused;
}

static void *declared_in_the_other(void *unused) {
    declared_lock(&other_lock);
    declared_lock(&lock);
    declared_unlock(&lock);
    declared_unlock(&other_lock);
    return unused;
}

void crossed_declared(void);
void crossed_declared(void) {
    two(declared_in_order, case_in ? declared_in_order : declared_in_the_other);
}

/* ---- an event count ---- */

static atomic_uint events, ready;

/* The count is to be read before it is looked whether there is anything to wait for. */
static void *awaits_event(void *unused) {
    for (;;) {
        unsigned seen = case_in ? atomic_load(&events) : 0;
        if (atomic_load(&ready) != 0)
            break;
        if (!case_in)
            seen = atomic_load(&events);
        wait_while(&events, seen);
    }
    return unused;
}

static void *brings_event(void *unused) {
    atomic_store(&ready, 1);
    atomic_fetch_add(&events, 1);
    wake(&events, INT_MAX);
    return unused;
}

void event_count(void);
void event_count(void) {
    two(awaits_event, brings_event);
}

/* ---- a flag that is set for nobody to see ---- */

static void *awaits_flag(void *unused) {
    while (atomic_load(&ready) == 0)
        wait_while(&ready, 0);
    return unused;
}

static void *sets_flag(void *unused) {
    atomic_store(&ready, 1);
    if (case_in)
        wake(&ready, 1);
    return unused;
}

void not_woken(void);
void not_woken(void) {
    two(awaits_flag, sets_flag);
}

/* The word never is as expected: no wait, and no end. */
static void *expects_wrong(void *unused) {
    while (atomic_load(&ready) == 0)
        wait_while(&ready, case_in ? 0 : 1);
    return unused;
}

static void *waits_first(void *unused) {
    if (!case_in)
        while (atomic_load(&events) == 0)
            wait_while(&events, 0);
    atomic_store(&ready, 1);
    wake(&ready, 1);
    return unused;
}

void never_as_expected(void);
void never_as_expected(void) {
    two(expects_wrong, waits_first);
}

/* ---- what is published by a futex alone is not ordered ---- */

static void *publishes(void *unused) {
    guarded = 1;
    wake(&ready, 1);
    return unused;
}

static void *is_told(void *unused) {
    struct timespec hour = {.tv_sec = 3600};
    if (syscall(SYS_futex, &ready, FUTEX_WAIT_PRIVATE, 0, &hour, NULL, 0) == 0 || !case_in)
        guarded++;
    return unused;
}

void published(void);
void published(void) {
    two(is_told, publishes);
}

/* ---- waits that end otherwise ---- */

static void *waits_an_hour(void *unused) {
    struct timespec hour = {.tv_sec = 3600};
    long result = syscall(SYS_futex, &ready, FUTEX_WAIT_PRIVATE, 0, &hour, NULL, 0);
    out(result == 0 ? 0 : errno);
    return unused;
}

static void *runs_on(void *unused) {
    for (int i = 0; i < 5; i++)
        sched_yield();
    return unused;
}

void ends_early(void);
void ends_early(void) {
    two(waits_an_hour, runs_on);
}

/* ---- refused, named ---- */

void refused(void);
void refused(void) {
    atomic_uint word = 0;
    if (case_in == 0)
        syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
    else if (case_in == 1)
        syscall(SYS_wait4, -1, NULL, 0, NULL);
    out(1);
}

void unknown(void);
void unknown(void) {
    out(syscall(-1));
    out(errno);
}

/* ---- threads ---- */

void ends_by_number(void);
static void *leaves(void *unused) {
    syscall(SYS_exit, 0);
    out(0);
    return unused;
}
void ends_by_number(void) {
    run_threads(1, leaves);
    out(syscall(SYS_gettid));
    syscall(SYS_exit_group, (int)case_in);
    out(1);
}

SNAG_SCENARIO(futex) {
    case_body();
}
