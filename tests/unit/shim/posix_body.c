/* posix_body.c: code under test for posix_test.c: what each wrapped call returns.
 *
 * Most cases need no second thread to be in some state by luck: the default policy runs the current
 * one until it blocks, and a case that wants another order sleeps (virtual time).
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static struct timespec in_ms(clockid_t clock, long ms) {
    struct timespec t;
    clock_gettime(clock, &t);
    long long ns = (long long)t.tv_sec * 1000000000 + t.tv_nsec + ms * 1000000LL;
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

static int64_t ns_now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static const struct timespec nonsense = {.tv_sec = 2000000000, .tv_nsec = 1000000000};

static void make(pthread_mutex_t *m, int type) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, type);
    pthread_mutex_init(m, &attr);
    pthread_mutexattr_destroy(&attr);
}

/* ---- mutexes: case_in is the type ---- */

static pthread_mutex_t typed;

static void *foreign_calls(void *unused) {
    (void)unused;
    struct timespec soon = in_ms(CLOCK_REALTIME, 3), soon_mono = in_ms(CLOCK_MONOTONIC, 3);
    struct timespec past = {.tv_sec = 1};
    out(pthread_mutex_trylock(&typed));
    out(pthread_mutex_timedlock(&typed, &soon));
    out(pthread_mutex_timedlock(&typed, &past));
    out(pthread_mutex_timedlock(&typed, &nonsense));
    out(pthread_mutex_clocklock(&typed, CLOCK_MONOTONIC, &soon_mono));
    out(pthread_mutex_clocklock(&typed, CLOCK_MONOTONIC, &nonsense));
    out(pthread_mutex_clocklock(&typed, CLOCK_PROCESS_CPUTIME_ID, &soon_mono));
    return NULL;
}

void mutex_by_type(void);
void mutex_by_type(void) {
    struct timespec soon = in_ms(CLOCK_REALTIME, 5);
    pthread_t t;
    make(&typed, (int)case_in);
    out(pthread_mutex_trylock(&typed));
    out(pthread_mutex_trylock(&typed)); /* its owner */
    out(pthread_mutex_timedlock(&typed, &soon));
    out(pthread_mutex_timedlock(&typed, &nonsense));
    pthread_create(&t, NULL, foreign_calls, NULL);
    pthread_join(t, NULL);
    int unlocks = 0;
    for (; unlocks < 5 && pthread_mutex_trylock(&typed) != 0; unlocks++)
        pthread_mutex_unlock(&typed);
    pthread_mutex_unlock(&typed);
    out(unlocks);
}

static void *unlock_of_another(void *unused) {
    (void)unused;
    out(pthread_mutex_unlock(&typed));
    return NULL;
}

/* The two types that check: every error they give. */
void mutex_errors(void);
void mutex_errors(void) {
    pthread_t t;
    make(&typed, (int)case_in);
    out(pthread_mutex_unlock(&typed)); /* not locked */
    out(pthread_mutex_lock(&typed));
    out(pthread_mutex_lock(&typed));
    pthread_create(&t, NULL, unlock_of_another, NULL);
    pthread_join(t, NULL);
    out(pthread_mutex_unlock(&typed));
    out(pthread_mutex_unlock(&typed));               /* recursive: the second level */
    out(pthread_mutex_unlock(&typed));               /* not locked any more */
    out(pthread_mutex_timedlock(&typed, &nonsense)); /* free: the time is not looked at */
    out(pthread_mutex_unlock(&typed));
    out(pthread_mutex_destroy(&typed));
}

void destroy_held(void);
void destroy_held(void) {
    pthread_mutex_lock(&plain);
    out(pthread_mutex_destroy(&plain));
    out(pthread_mutex_unlock(&plain)); /* it is as it was */
    out(pthread_mutex_destroy(&plain));
}

/* The memory of a destroyed mutex or condition variable may become one again. */
static void once(void) {
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t c = PTHREAD_COND_INITIALIZER;
    out(pthread_mutex_lock(&m));
    out(pthread_cond_signal(&c));
    out(pthread_mutex_unlock(&m));
    out(pthread_cond_destroy(&c));
    out(pthread_mutex_destroy(&m));
}

void again_after_destroy(void);
void again_after_destroy(void) {
    once();
    once();
    pthread_mutex_init(&plain, NULL);
    pthread_mutex_destroy(&plain);
    pthread_mutex_init(&plain, NULL);
    out(pthread_mutex_lock(&plain));
}

void use_after_destroy(void);
void use_after_destroy(void) {
    switch (case_in) {
    case 0:
        pthread_mutex_destroy(&plain);
        pthread_mutex_lock(&plain);
        break;
    case 1:
        pthread_mutex_destroy(&plain);
        out(pthread_mutex_trylock(&plain));
        break;
    case 2:
        pthread_mutex_destroy(&plain);
        pthread_mutex_destroy(&plain);
        break;
    case 3:
        pthread_cond_destroy(&cond);
        pthread_cond_signal(&cond);
        break;
    case 4:
        pthread_cond_destroy(&cond);
        pthread_cond_broadcast(&cond);
        break;
    default:
        pthread_cond_destroy(&cond);
        pthread_cond_destroy(&cond);
    }
}

static void *lock_late(void *unused) {
    (void)unused;
    pthread_mutex_lock(&plain);
    return NULL;
}

/* Destroyed while another stands before its lock. */
void destroyed_under_way(void);
void destroyed_under_way(void) {
    pthread_t t;
    pthread_create(&t, NULL, lock_late, NULL);
    pthread_mutex_destroy(&plain);
    pthread_join(t, NULL);
}

/* ---- a timed lock that comes free, and is taken by another just when its time is over ---- */

static void *timed_waiter(void *unused) {
    (void)unused;
    struct timespec soon = in_ms(CLOCK_REALTIME, 2);
    int r = pthread_mutex_timedlock(&plain, &soon);
    out(r);
    if (r == 0)
        pthread_mutex_unlock(&plain);
    return NULL;
}

void timed_lock_missed(void);
void timed_lock_missed(void) {
    pthread_t t;
    pthread_mutex_lock(&plain);
    pthread_create(&t, NULL, timed_waiter, NULL);
    usleep(1000);
    pthread_mutex_unlock(&plain);
    for (int i = 0; i < 3000; i++)
        (void)ns_now(CLOCK_MONOTONIC); /* each reading costs a microsecond; nobody else runs */
    pthread_mutex_lock(&plain);
    pthread_join(t, NULL); /* while it holds the lock: the waiter must have given up */
    pthread_mutex_unlock(&plain);
}

/* ---- condition variables ---- */

static int turn;

static void *timed_cond_waiter(void *unused) {
    (void)unused;
    struct timespec soon = in_ms(CLOCK_REALTIME, 2);
    pthread_mutex_lock(&plain);
    out(pthread_cond_timedwait(&cond, &plain, &soon));
    turn++;
    out(turn);
    pthread_mutex_unlock(&plain);
    return NULL;
}

/* Signalled in time; then its deadline passes while the signaller still has the mutex. */
void signalled_then_late(void);
void signalled_then_late(void) {
    pthread_t t;
    pthread_create(&t, NULL, timed_cond_waiter, NULL);
    usleep(100);
    pthread_mutex_lock(&plain);
    pthread_cond_signal(&cond);
    usleep(10000);
    turn = 10;
    out(turn);
    pthread_mutex_unlock(&plain);
    pthread_join(t, NULL);
}

void cond_results(void);
void cond_results(void) {
    struct timespec past = {.tv_sec = 1}, real, mono;
    pthread_condattr_t attr;
    pthread_cond_t monotonic;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&monotonic, &attr);
    pthread_mutex_lock(&plain);
    int64_t start;
    out(pthread_cond_timedwait(&cond, &plain, &past));
    out(pthread_cond_timedwait(&cond, &plain, &nonsense));
    real = in_ms(CLOCK_REALTIME, 4);
    start = ns_now(CLOCK_MONOTONIC);
    out(pthread_cond_timedwait(&cond, &plain, &real));
    out((ns_now(CLOCK_MONOTONIC) - start) / 1000000);
    mono = in_ms(CLOCK_MONOTONIC, 4);
    start = ns_now(CLOCK_MONOTONIC);
    out(pthread_cond_timedwait(&monotonic, &plain, &mono));
    out((ns_now(CLOCK_MONOTONIC) - start) / 1000000);
    mono = in_ms(CLOCK_MONOTONIC, 4);
    start = ns_now(CLOCK_MONOTONIC);
    out(pthread_cond_clockwait(&cond, &plain, CLOCK_MONOTONIC, &mono));
    out((ns_now(CLOCK_MONOTONIC) - start) / 1000000);
    out(pthread_cond_clockwait(&cond, &plain, CLOCK_THREAD_CPUTIME_ID, &mono));
    out(pthread_mutex_trylock(&plain)); /* it has the mutex after each of them */
    pthread_mutex_unlock(&plain);
    out(pthread_cond_destroy(&monotonic));
}

static void *signaller(void *unused) {
    (void)unused;
    out(pthread_mutex_lock(&recursive)); /* only if the waiter has given up its last level */
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&recursive);
    return NULL;
}

/* case_in: how often the waiter has locked it. As in glibc, a wait gives up one level. */
void recursive_wait(void);
void recursive_wait(void) {
    pthread_t t;
    for (int i = 0; i < case_in; i++)
        pthread_mutex_lock(&recursive);
    pthread_create(&t, NULL, signaller, NULL);
    out(pthread_cond_wait(&cond, &recursive));
    for (int i = 0; i < case_in; i++)
        out(pthread_mutex_unlock(&recursive));
    out(pthread_mutex_unlock(&recursive));
    pthread_join(t, NULL);
}

static void *signals_only(void *unused) {
    pthread_cond_signal(&cond);
    return unused;
}

/* Woken without the mutex having been free in between. */
void recursive_wait_keeps(void);
void recursive_wait_keeps(void) {
    pthread_t t;
    struct timespec soon = in_ms(CLOCK_REALTIME, 3);
    pthread_mutex_lock(&recursive);
    pthread_mutex_lock(&recursive);
    out(pthread_cond_timedwait(&cond, &recursive, &soon));
    pthread_create(&t, NULL, signals_only, NULL);
    out(pthread_cond_wait(&cond, &recursive));
    out(pthread_mutex_unlock(&recursive));
    out(pthread_mutex_unlock(&recursive));
    out(pthread_mutex_unlock(&recursive));
    pthread_join(t, NULL);
}

/* ---- threads ---- */

static void *self_of(void *unused) {
    (void)unused;
    out(pthread_join(pthread_self(), NULL));
    return (void *)(intptr_t)pthread_self();
}

static void *exits(void *value) {
    pthread_exit(value);
}

void thread_results(void);
void thread_results(void) {
    pthread_t t, u, d;
    void *result;
    pthread_attr_t attr;
    out(pthread_create(&t, NULL, self_of, NULL));
    out(pthread_join(t, &result));
    out(pthread_equal((pthread_t)(intptr_t)result, t) != 0);
    out(pthread_equal(pthread_self(), t));
    out(pthread_create(&u, NULL, exits, (void *)41));
    out(pthread_join(u, &result));
    out((intptr_t)result);
    out(pthread_create(&d, NULL, exits, NULL));
    out(pthread_detach(d));
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    out(pthread_create(&d, &attr, exits, NULL));
    pthread_attr_destroy(&attr);
}

static void *outlives(void *unused) {
    (void)unused;
    usleep(1000);
    out(2);
    return NULL;
}

/* pthread_exit in the first thread does not end the process. */
void root_exits(void);
void root_exits(void) {
    pthread_t t;
    pthread_create(&t, NULL, outlives, NULL);
    out(1);
    pthread_exit(NULL);
}

static void *waits_for_ever(void *unused) {
    (void)unused;
    pthread_mutex_lock(&plain);
    pthread_cond_wait(&cond, &plain);
    return NULL;
}

void root_exits_others_stuck(void);
void root_exits_others_stuck(void) {
    pthread_t t;
    pthread_create(&t, NULL, waits_for_ever, NULL);
    pthread_exit(NULL);
}

/* ---- time ---- */

void sleeps(void);
void sleeps(void) {
    struct timespec t = {.tv_sec = 86400}, bad = {.tv_nsec = -1}, negative = {.tv_sec = -1};
    struct timeval tv;
    int64_t a = ns_now(CLOCK_MONOTONIC);
    out(sleep(3600));
    int64_t b = ns_now(CLOCK_MONOTONIC);
    out((b - a) / 1000000000);
    out(nanosleep(&t, NULL));
    out(usleep(999999));
    out(clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL));
    a = ns_now(CLOCK_REALTIME);
    t = in_ms(CLOCK_REALTIME, 2500);
    out(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
    b = ns_now(CLOCK_REALTIME);
    out((b - a) / 1000000);
    errno = 0;
    out(nanosleep(&bad, NULL));
    out(errno);
    errno = 0;
    out(nanosleep(&negative, NULL));
    out(errno);
    out(clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL));
    out(clock_nanosleep(-7, 0, &t, NULL));
    errno = 0;
    out(clock_gettime(-7, &t));
    out(errno);
    gettimeofday(&tv, NULL);
    out(time(NULL) - tv.tv_sec);
    time_t now;
    out(time(&now) - now);
}

void clocks_never_go_back(void);
void clocks_never_go_back(void) {
    int64_t last = 0, wrong = 0;
    for (int i = 0; i < 2000; i++) {
        int64_t now = ns_now(CLOCK_MONOTONIC);
        wrong += now <= last;
        last = now;
    }
    out(wrong);
    while (ns_now(CLOCK_MONOTONIC) < last + 50000000) /* a loop that waits for a time ends */
        ;
    out(1);
}

/* Wakes in the order of the deadlines, not of the calls. */
static void *sleep_for(void *ms) {
    usleep((useconds_t)(intptr_t)ms * 1000);
    out((intptr_t)ms);
    return NULL;
}

void sleep_order(void);
void sleep_order(void) {
    pthread_t t[3];
    pthread_create(&t[0], NULL, sleep_for, (void *)30);
    pthread_create(&t[1], NULL, sleep_for, (void *)10);
    pthread_create(&t[2], NULL, sleep_for, (void *)20);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
}

SNAG_SCENARIO(posix) {
    case_body();
}
