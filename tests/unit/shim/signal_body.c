/* signal_body.c: code under test for signal_test.c: signals where the schedule decides. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile sig_atomic_t count, stop;
static sem_t sem;

static void counts(int sig) {
    (void)sig;
    count++;
}

static void locks(int sig) {
    (void)sig;
    pthread_mutex_lock(&mutex);   /* NOLINT(bugprone-signal-handler): that is the bug */
    pthread_mutex_unlock(&mutex); /* NOLINT(bugprone-signal-handler) */
}

static void *works(void *unused) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&mutex);
        sched_yield();
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

/* The handler takes a lock that the code it interrupts may hold; case_in 1: which blocks it then.
 */
static void *works_blocked(void *unused) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    works(unused);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return unused;
}

void handler_locks(void);
void handler_locks(void) {
    pthread_t t;
    signal(SIGUSR1, locks);
    pthread_create(&t, NULL, case_in ? works_blocked : works, NULL);
    pthread_kill(t, SIGUSR1);
    pthread_join(t, NULL);
}

/* ---- how it ends ---- */

static void *ends_at_last(void *unused) {
    while (sem_wait(&sem) != 0) {
    }
    return unused;
}

/* case_in: 1: handled. */
void kills_the_process(void);
void kills_the_process(void) {
    pthread_t t;
    sem_init(&sem, 0, 0);
    pthread_create(&t, NULL, ends_at_last, NULL);
    if (case_in)
        signal(SIGTERM, counts);
    pthread_kill(t, SIGTERM); /* NOLINT(bugprone-bad-signal-to-kill-thread): it is the case */
    sem_post(&sem);
    pthread_join(t, NULL);
    sem_destroy(&sem);
    out(1);
}

void to_another_process(void);
void to_another_process(void) {
    out(kill(1, SIGTERM));
}

/* case_in: the signal. */
void stopped(void);
void stopped(void) {
    raise((int)case_in);
    out(1);
}

/* ---- where it comes ---- */

static void *loops(void *unused) {
    int rounds = 0;
    while (!stop) {
        rounds++;
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
    out(rounds > 3 ? 3 : rounds);
    return unused;
}

static void stops(int sig) {
    (void)sig;
    stop = 1;
}

void at_any_time(void);
void at_any_time(void) {
    pthread_t t;
    signal(SIGUSR1, stops);
    pthread_create(&t, NULL, loops, NULL);
    pthread_kill(t, SIGUSR1);
    pthread_join(t, NULL);
}

static pthread_t by;

static void notes(int sig) {
    (void)sig;
    by = pthread_self();
}

static void *waits(void *unused) {
    while (by == 0)
        usleep(10);
    return unused;
}

/* What is sent to the process any thread may handle. */
void by_any_thread(void);
void by_any_thread(void) {
    pthread_t t;
    signal(SIGUSR1, notes);
    pthread_create(&t, NULL, waits, NULL);
    kill(getpid(), SIGUSR1);
    pthread_join(t, NULL);
    out(pthread_equal(by, t) != 0);
}

/* Nobody sends it. */
void nobody_sends(void);
void nobody_sends(void) {
    sigset_t set;
    int sig;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (case_in)
        raise(SIGUSR1);
    sigwait(&set, &sig);
    out(sig);
}

/* The check and the wait are two things: the signal may come in between. case_in 1: at once. */
void checks_then_pauses(void);
static void *checks(void *unused) {
    sigset_t none, usr;
    sigemptyset(&none);
    sigemptyset(&usr);
    sigaddset(&usr, SIGUSR1);
    if (case_in)
        pthread_sigmask(SIG_BLOCK, &usr, NULL);
    while (!stop) {
        sched_yield();
        if (case_in)
            sigsuspend(&none);
        else
            pause();
    }
    return unused;
}

void checks_then_pauses(void) {
    pthread_t t;
    signal(SIGUSR1, stops);
    pthread_create(&t, NULL, checks, NULL);
    pthread_kill(t, SIGUSR1);
    pthread_join(t, NULL);
}

/* The same with nothing between the two. */
static void *pauses(void *unused) {
    while (!stop)
        pause();
    return unused;
}

void pauses_at_once(void);
void pauses_at_once(void) {
    pthread_t t;
    signal(SIGUSR1, stops);
    pthread_create(&t, NULL, pauses, NULL);
    pthread_kill(t, SIGUSR1);
    pthread_join(t, NULL);
}

/* ---- in a condition wait ---- */

static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static bool ready, waiting, interrupted;

static void takes_its_time(int sig) {
    (void)sig;
    interrupted |= waiting;
    sched_yield(); /* NOLINT(bugprone-signal-handler): it only takes its time */
}

/* A wait with `if` for `while`: right, as long as no wakeup is spurious. */
static void *waits_once(void *unused) {
    struct timespec at = {.tv_sec = INT32_MAX};
    int result = 0;
    if (case_in == 3)
        clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += case_in == 3;
    pthread_mutex_lock(&mutex);
    if (!ready) {
        waiting = true;
        result = case_in < 2 ? pthread_cond_wait(&cond, &mutex)
                             : pthread_cond_timedwait(&cond, &mutex, &at);
        waiting = false;
        assert(ready || result == ETIMEDOUT);
    }
    pthread_mutex_unlock(&mutex);
    out(result);
    out(interrupted);
    return unused;
}

/* case_in: it is woken by a signal (0), a broadcast (1), a signal in time (2); 3: never, and its
 * time is over while another has the mutex, before the second signal comes. */
void waits_with_if(void);
void waits_with_if(void) {
    pthread_t t;
    signal(SIGUSR1, takes_its_time);
    pthread_create(&t, NULL, waits_once, NULL);
    pthread_kill(t, SIGUSR1);
    pthread_mutex_lock(&mutex);
    ready = case_in < 3;
    if (case_in == 1)
        pthread_cond_broadcast(&cond);
    else if (case_in < 3)
        pthread_cond_signal(&cond);
    else
        sleep(2);
    pthread_kill(t, SIGUSR1);
    pthread_mutex_unlock(&mutex);
    pthread_join(t, NULL);
}

static void posts(int sig) {
    (void)sig;
    sem_post(&sem);
}

static void *outlives(void *unused) {
    return unused;
}

static void *locks_once(void *unused) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return unused;
}

/* Whoever holds the lock waits for the handler of who wants it, which is to run before it waits, or
 * while it does. case_in 1: it is sent to the process, and the other thread ends at once. */
void handled_before_it_waits(void);
void handled_before_it_waits(void) {
    pthread_t t;
    sem_init(&sem, 0, 0);
    signal(SIGUSR1, posts);
    pthread_mutex_lock(&mutex);
    pthread_create(&t, NULL, case_in ? outlives : locks_once, NULL);
    if (case_in)
        kill(getpid(), SIGUSR1);
    else
        pthread_kill(t, SIGUSR1);
    while (sem_wait(&sem) != 0) {
    }
    pthread_mutex_unlock(&mutex);
    pthread_join(t, NULL);
    sem_destroy(&sem);
}

/* ---- timers ---- */

static void *computes(void *unused) {
    int rounds = 0;
    while (!stop && rounds < 20) {
        rounds++;
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
    out(rounds);
    return unused;
}

void goes_off_at_any_time(void);
void goes_off_at_any_time(void) {
    signal(SIGALRM, stops);
    alarm(1);
    computes(NULL);
}

/* case_in: 0: the last thread ends, and with it the process; 1: it is waited for; 2: one waits for
 * what never comes. */
void outlived_by_a_timer(void);
void outlived_by_a_timer(void) {
    signal(SIGALRM, stops);
    alarm(5);
    if (case_in == 1)
        pause();
    if (case_in == 2) {
        sem_init(&sem, 0, 0);
        while (sem_wait(&sem) != 0) {
        }
    }
    out(stop);
    pthread_exit(NULL);
}

/* Of the last execution nothing is left. */
void leaves_all(void);
void leaves_all(void) {
    sigset_t set, before, pending;
    struct sigaction old;
    sigaction(SIGUSR1, NULL, &old);
    out(old.sa_handler == SIG_DFL);
    sigpending(&pending);
    out(sigismember(&pending, SIGUSR1));
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    out(sigismember(&before, SIGUSR1));
    signal(SIGUSR1, counts);
    raise(SIGUSR1);
}

void to_nobody(void);
void to_nobody(void) {
    pthread_t t;
    pthread_create(&t, NULL, outlives, NULL);
    pthread_join(t, NULL);
    if (!case_in)
        out(pthread_kill(t, SIGUSR1));
}

SNAG_SCENARIO(signal) {
    case_body();
}
