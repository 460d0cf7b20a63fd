/* conformance_body_attr.c: attributes of all kinds, what comes of them, and named semaphores. See
 * conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void of_mutexes(void) {
    static pthread_mutex_t m;
    pthread_mutexattr_t a;
    int value = -1;
    out(pthread_mutexattr_init(&a));
    out(pthread_mutexattr_settype(&a, 77));
    out(pthread_mutexattr_setrobust(&a, 77));
    out(pthread_mutexattr_setprotocol(&a, 77));
    out(pthread_mutexattr_setpshared(&a, 77));
    out(pthread_mutexattr_setprioceiling(&a, -3));
    out(pthread_mutexattr_setprioceiling(&a, 1000));
    static const int protocols[] = {PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT};
    for (int i = 0; i < 8; i++) {
        pthread_mutexattr_settype(&a, i % 2 != 0 ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
        pthread_mutexattr_setprotocol(&a, protocols[i / 2 % 2]);
        pthread_mutexattr_setpshared(&a,
                                     i / 4 != 0 ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
        out(pthread_mutexattr_getprotocol(&a, &value));
        out(value);
        out(pthread_mutex_init(&m, &a));
        out(pthread_mutex_lock(&m));
        out(pthread_mutex_trylock(&m));
        out(pthread_mutex_unlock(&m));
        if (i % 2 != 0)
            out(pthread_mutex_unlock(&m));
        out(pthread_mutex_getprioceiling(&m, &value));
        out(pthread_mutex_setprioceiling(&m, 5, &value));
        out(pthread_mutex_destroy(&m));
    }
    out(pthread_mutexattr_destroy(&a));
}

/* Not locked here: on real threads that takes a privilege. */
static void of_ceilings(void) {
    static pthread_mutex_t m;
    pthread_mutexattr_t a;
    int value = -1;
    pthread_mutexattr_init(&a);
    out(pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_PROTECT));
    out(pthread_mutexattr_setprioceiling(&a, 7));
    out(pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST));
    out(pthread_mutex_init(&m, &a));
    out(pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_STALLED));
    out(pthread_mutex_init(&m, &a));
    out(pthread_mutex_getprioceiling(&m, &value));
    out(value);
    out(pthread_mutex_setprioceiling(&m, 9, &value));
    out(value);
    out(pthread_mutex_getprioceiling(&m, &value));
    out(value);
    out(pthread_mutex_setprioceiling(&m, 1000, &value));
    out(pthread_mutex_destroy(&m));
    pthread_mutexattr_destroy(&a);
}

static void *returns(void *value) {
    return value;
}

static void of_threads(void) {
    static char room[1 << 20] __attribute__((aligned(4096)));
    pthread_attr_t a;
    pthread_t t;
    struct sched_param param = {.sched_priority = 0};
    size_t bytes = 0;
    int value = -1;
    out(pthread_attr_init(&a));
    out(pthread_attr_setdetachstate(&a, 77));
    out(pthread_attr_setstacksize(&a, 1));
    out(pthread_attr_setguardsize(&a, 8192));
    out(pthread_attr_getguardsize(&a, &bytes));
    out((int64_t)bytes);
    out(pthread_attr_setscope(&a, PTHREAD_SCOPE_PROCESS));
    out(pthread_attr_setscope(&a, PTHREAD_SCOPE_SYSTEM));
    out(pthread_attr_setinheritsched(&a, 77));
    out(pthread_attr_setinheritsched(&a, PTHREAD_EXPLICIT_SCHED));
    out(pthread_attr_setschedpolicy(&a, 77));
    out(pthread_attr_setschedpolicy(&a, SCHED_OTHER));
    out(pthread_attr_setschedparam(&a, &param));
    out(pthread_attr_getschedpolicy(&a, &value));
    out(value);
    out(pthread_attr_setstack(&a, room, sizeof(room)));
    out(pthread_create(&t, &a, returns, NULL));
    out(pthread_join(t, NULL));
    out(pthread_attr_destroy(&a));
}

static void of_others(void) {
    static pthread_barrier_t barrier;
    pthread_condattr_t c;
    pthread_rwlockattr_t r;
    pthread_barrierattr_t b;
    clockid_t clock;
    int value = -1;
    out(pthread_condattr_init(&c));
    out(pthread_condattr_setclock(&c, CLOCK_PROCESS_CPUTIME_ID));
    out(pthread_condattr_setclock(&c, CLOCK_MONOTONIC));
    out(pthread_condattr_getclock(&c, &clock));
    out(clock);
    out(pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED));
    out(pthread_condattr_setpshared(&c, 77));
    out(pthread_condattr_destroy(&c));
    out(pthread_rwlockattr_init(&r));
    out(pthread_rwlockattr_setkind_np(&r, 77));
    out(pthread_rwlockattr_setkind_np(&r, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP));
    out(pthread_rwlockattr_getkind_np(&r, &value));
    out(value);
    out(pthread_rwlockattr_setpshared(&r, PTHREAD_PROCESS_SHARED));
    out(pthread_rwlockattr_destroy(&r));
    out(pthread_barrierattr_init(&b));
    out(pthread_barrierattr_setpshared(&b, PTHREAD_PROCESS_SHARED));
    out(pthread_barrier_init(&barrier, &b, 1));
    out(pthread_barrier_wait(&barrier));
    out(pthread_barrier_destroy(&barrier));
    out(pthread_barrierattr_destroy(&b));
}

static void *says_stack(void *unused) {
    pthread_attr_t a;
    size_t bytes = 0;
    pthread_getattr_np(pthread_self(), &a);
    pthread_attr_getstacksize(&a, &bytes);
    out(bytes >= 3 << 20);
    pthread_attr_destroy(&a);
    return unused;
}

static void no_handler(void) {}

static void defaults(void) {
    static char room[1 << 20] __attribute__((aligned(4096)));
    pthread_attr_t before, a;
    size_t bytes = 0;
    out(pthread_getattr_default_np(&before));
    pthread_attr_init(&a);
    out(pthread_attr_setstacksize(&a, 3 << 20));
    out(pthread_setattr_default_np(&a));
    conf_elsewhere(says_stack, NULL);
    pthread_attr_destroy(&a);
    out(pthread_getattr_default_np(&a));
    out(pthread_attr_getstacksize(&a, &bytes));
    out((int64_t)bytes);
    pthread_attr_setstack(&a, room, sizeof(room));
    out(pthread_setattr_default_np(&a));
    pthread_attr_destroy(&a);
    out(pthread_setattr_default_np(&before));
    pthread_attr_destroy(&before);
    int level = pthread_getconcurrency();
    out(pthread_setconcurrency(3));
    out(pthread_getconcurrency());
    out(pthread_setconcurrency(-1));
    out(pthread_setconcurrency(level));
    out(pthread_atfork(no_handler, NULL, no_handler));
}

static sem_t gate;

static void *waits(void *unused) {
    sem_wait(&gate);
    return unused;
}

static void clock_of_another(void) {
    pthread_t t;
    clockid_t clock;
    struct timespec now;
    sem_init(&gate, 0, 0);
    pthread_create(&t, NULL, waits, NULL);
    out(pthread_getcpuclockid(t, &clock));
    out(clock_gettime(clock, &now));
    sem_post(&gate);
    pthread_join(t, NULL);
    sem_destroy(&gate);
}

/* ---- named semaphores ---- */

/* Of this process alone: several run at the same time. */
static char sem_name[40];

static int error_of(const sem_t *s) {
    return s == SEM_FAILED ? errno : 0;
}

static void *posts_by_name(void *unused) {
    sem_t *s = sem_open(sem_name, 0);
    out(sem_post(s));
    out(sem_close(s));
    return unused;
}

static void by_name(void) {
    static char too_long[NAME_MAX + 8];
    memset(too_long, 'x', sizeof(too_long) - 1);
    int value = -1;
    snprintf(sem_name, sizeof(sem_name), "/snag-conformance-%d", getpid());
    sem_unlink(sem_name);
    out(error_of(sem_open(sem_name, 0)));
    out(error_of(sem_open("/", O_CREAT, 0600, 0)));
    out(error_of(sem_open("/a/b", O_CREAT, 0600, 0)));
    out(error_of(sem_open(too_long, O_CREAT, 0600, 0)));
    out(error_of(sem_open(sem_name, O_CREAT, 0600, SEM_VALUE_MAX + 1U)));
    sem_t *s = sem_open(sem_name, O_CREAT | O_EXCL, 0600, 2);
    out(error_of(s));
    out(error_of(sem_open(sem_name, O_CREAT | O_EXCL, 0600, 2)));
    sem_t *again = sem_open(sem_name, O_CREAT, 0600, 7);
    out(again == s);
    out(sem_getvalue(s, &value));
    out(value);
    out(sem_wait(s));
    out(sem_wait(again));
    out(sem_close(again));
    conf_elsewhere(posts_by_name, NULL);
    out(sem_wait(s));
    out(sem_unlink(sem_name));
    out(sem_unlink(sem_name) == -1 ? errno : 0);
    out(error_of(sem_open(sem_name, 0)));
    sem_t *other = sem_open(sem_name, O_CREAT, 0600, 1);
    out(other != s);
    out(sem_post(s)); /* it is still there */
    out(sem_getvalue(other, &value));
    out(value);
    out(sem_close(s));
    out(sem_close(other));
    out(sem_unlink(sem_name));
    out(sem_unlink("/a/b") == -1 ? errno : 0);
}

const struct conformance_case conformance_cases_attr[] = {
    {"attributes of mutexes", "pthread_mutex_init", of_mutexes, NULL},
    {"ceilings", "pthread_mutex_getprioceiling pthread_mutex_setprioceiling", of_ceilings, NULL},
    {"attributes of threads to be", "pthread_create", of_threads, NULL},
    {"attributes of others", "pthread_barrier_init", of_others, NULL},
    {"defaults",
     "pthread_getattr_default_np pthread_setattr_default_np pthread_getconcurrency "
     "pthread_setconcurrency pthread_atfork",
     defaults, NULL},
    {"the clock of another", "pthread_getcpuclockid", clock_of_another, NULL},
    {"semaphores by name", "sem_open sem_close sem_unlink", by_name, NULL},
    {0},
};
