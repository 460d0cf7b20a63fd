/* conformance_body_time.c: clocks and sleeps; and every wait with a deadline, an hour long. See
 * conformance.h.
 */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <semaphore.h>
#include <sys/time.h>
#include <threads.h>
#include <unistd.h>

static void says(int result) {
    out(result);
    out(result == 0 ? 0 : errno);
}

static void sleeping(void) {
    struct timespec t = {.tv_nsec = 1000000}, left = {.tv_sec = 7}, zero = {0};
    struct timespec negative = {.tv_sec = -1}, small = {.tv_nsec = -1},
                    big = {.tv_nsec = 1000000000};
    out(sleep(0));
    says(usleep(1000));
    says(usleep(0));
    says(nanosleep(&t, NULL));
    says(nanosleep(&zero, &left));
    out(left.tv_sec);
    says(nanosleep(&negative, NULL));
    says(nanosleep(&small, NULL));
    says(nanosleep(&big, NULL));
}

static void sleeping_by_a_clock(void) {
    struct timespec t = {.tv_nsec = 1000000}, negative = {.tv_sec = -1},
                    big = {.tv_nsec = 1000000000};
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    for (int i = 0; i < 2; i++) {
        struct timespec soon = conf_in(clocks[i], 2);
        out(clock_nanosleep(clocks[i], 0, &t, NULL));
        out(clock_nanosleep(clocks[i], TIMER_ABSTIME, &soon, NULL));
        out(clock_nanosleep(clocks[i], TIMER_ABSTIME, &conf_past, NULL));
        out(clock_nanosleep(clocks[i], 0, &negative, NULL));
        out(clock_nanosleep(clocks[i], TIMER_ABSTIME, &big, NULL));
        struct timespec now = conf_in(clocks[i], 0);
        out(now.tv_sec > soon.tv_sec || (now.tv_sec == soon.tv_sec && now.tv_nsec >= soon.tv_nsec));
    }
    out(clock_nanosleep(77, 0, &t, NULL));
    out(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &t, NULL));
}

static int64_t ns_of(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void clocks(void) {
    static const clockid_t all[] = {CLOCK_REALTIME,           CLOCK_MONOTONIC,
                                    CLOCK_PROCESS_CPUTIME_ID, CLOCK_MONOTONIC_RAW,
                                    CLOCK_REALTIME_COARSE,    CLOCK_MONOTONIC_COARSE,
                                    CLOCK_BOOTTIME,           CLOCK_THREAD_CPUTIME_ID};
    struct timespec t;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        says(clock_gettime(all[i], &t));
        out(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
        int64_t before = ns_of(all[i]);
        out(ns_of(all[i]) >= before);
    }
    says(clock_gettime(77, &t));
    int64_t start = ns_of(CLOCK_MONOTONIC);
    usleep(2000);
    out(ns_of(CLOCK_MONOTONIC) - start >= 2000000);
}

static void dates(void) {
    struct timeval tv;
    time_t a, b = 0;
    int64_t before = ns_of(CLOCK_REALTIME) / 1000;
    says(gettimeofday(&tv, NULL));
    int64_t here = (int64_t)tv.tv_sec * 1000000 + tv.tv_usec;
    out(here >= before && here <= ns_of(CLOCK_REALTIME) / 1000);
    out(tv.tv_usec >= 0 && tv.tv_usec < 1000000);
    a = time(&b);
    out(a == b);
    out(a >= before / 1000000 - 1 && a <= ns_of(CLOCK_REALTIME) / 1000000000);
    out(time(NULL) >= a);
}

const struct conformance_case conformance_cases_time[] = {
    {"sleeping", "sleep usleep nanosleep", sleeping, NULL},
    {"sleeping by a clock", "clock_nanosleep", sleeping_by_a_clock, NULL},
    {"clocks", "clock_gettime", clocks, NULL},
    {"dates", "gettimeofday time", dates, NULL},
    {0},
};

/* ---- an hour each; under snag only ---- */

enum { HOUR_MS = 3600 * 1000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;
static mtx_t mtx;
static cnd_t cnd;

static int64_t began;

static struct timespec hour(clockid_t clock) {
    began = ns_of(CLOCK_MONOTONIC);
    return conf_in(clock, HOUR_MS);
}

static void passed(int as_it_should) {
    out(as_it_should);
    out((ns_of(CLOCK_MONOTONIC) - began) / 1000000 / HOUR_MS);
}

static void *sleeps_long(void *unused) {
    sleep(10 * 3600);
    return unused;
}

static void hours_of_locks(void) {
    struct timespec t = hour(CLOCK_REALTIME);
    passed(pthread_mutex_timedlock(&mutex, &t) == ETIMEDOUT);
    t = hour(CLOCK_MONOTONIC);
    passed(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &t) == ETIMEDOUT);
    t = hour(CLOCK_REALTIME);
    passed(pthread_rwlock_timedwrlock(&rw, &t) == ETIMEDOUT);
    t = hour(CLOCK_MONOTONIC);
    passed(pthread_rwlock_clockwrlock(&rw, CLOCK_MONOTONIC, &t) == ETIMEDOUT);
    t = hour(CLOCK_REALTIME);
    passed(mtx_timedlock(&mtx, &t) == thrd_timedout);
}

static void *hours_elsewhere(void *unused) {
    hours_of_locks();
    return unused;
}

static void *reads_for_an_hour(void *unused) {
    struct timespec t = hour(CLOCK_REALTIME);
    passed(pthread_rwlock_timedrdlock(&rw, &t) == ETIMEDOUT);
    t = hour(CLOCK_MONOTONIC);
    passed(pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &t) == ETIMEDOUT);
    return unused;
}

static void hours_of_conditions(void) {
    struct timespec t = hour(CLOCK_REALTIME);
    passed(pthread_cond_timedwait(&cond, &mutex, &t) == ETIMEDOUT);
    t = hour(CLOCK_MONOTONIC);
    passed(pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &t) == ETIMEDOUT);
    cnd_init(&cnd);
    t = hour(CLOCK_REALTIME);
    passed(cnd_timedwait(&cnd, &mtx, &t) == thrd_timedout);
    sem_init(&sem, 0, 0);
    t = hour(CLOCK_REALTIME);
    passed(sem_timedwait(&sem, &t) == -1 && errno == ETIMEDOUT);
    t = hour(CLOCK_MONOTONIC);
    passed(sem_clockwait(&sem, CLOCK_MONOTONIC, &t) == -1 && errno == ETIMEDOUT);
}

static void hours_of_sleep(void) {
    struct timespec t = {.tv_sec = 3600};
    pthread_t sleeper;
    (void)hour(CLOCK_REALTIME);
    passed(sleep(3600) == 0);
    (void)hour(CLOCK_REALTIME);
    passed(usleep(3600U * 1000000U) == 0);
    (void)hour(CLOCK_REALTIME);
    passed(nanosleep(&t, NULL) == 0);
    (void)hour(CLOCK_REALTIME);
    passed(clock_nanosleep(CLOCK_REALTIME, 0, &t, NULL) == 0);
    (void)hour(CLOCK_REALTIME);
    passed(thrd_sleep(&t, NULL) == 0);
    pthread_create(&sleeper, NULL, sleeps_long, NULL);
    t = hour(CLOCK_REALTIME);
    passed(pthread_timedjoin_np(sleeper, NULL, &t) == ETIMEDOUT);
    t = hour(CLOCK_MONOTONIC);
    passed(pthread_clockjoin_np(sleeper, NULL, CLOCK_MONOTONIC, &t) == ETIMEDOUT);
    pthread_join(sleeper, NULL);
}

void hours(void);
void hours(void) {
    pthread_mutex_lock(&mutex);
    mtx_init(&mtx, mtx_timed);
    mtx_lock(&mtx);
    pthread_rwlock_rdlock(&rw);
    conf_elsewhere(hours_elsewhere, NULL);
    pthread_rwlock_unlock(&rw);
    pthread_rwlock_wrlock(&rw);
    conf_elsewhere(reads_for_an_hour, NULL);
    hours_of_conditions();
    hours_of_sleep();
}
