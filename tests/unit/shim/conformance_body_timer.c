/* conformance_body_timer.c: timers that signal. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

/* Those that it makes block it, too: it is waited for. */
static void block(int sig, sigset_t *only, sigset_t *before) {
    sigemptyset(only);
    sigaddset(only, sig);
    pthread_sigmask(SIG_BLOCK, only, before);
}

static void alarms(void) {
    struct itimerval soon = {.it_value = {.tv_usec = 2000}}, none = {.it_value = {.tv_sec = 0}};
    struct itimerval nonsense = {.it_value = {.tv_usec = 1000000}}, old;
    sigset_t only, before;
    int sig = 0;
    block(SIGALRM, &only, &before);
    out(alarm(100));
    out(alarm(0)); /* nearly all of it */
    out(alarm(0));
    out(setitimer(ITIMER_REAL, &nonsense, NULL) == -1 ? errno : 0);
    out(setitimer((__itimer_which_t)77, &soon, NULL) == -1 ? errno : 0);
    out(setitimer(ITIMER_REAL, &soon, NULL));
    out(sigwait(&only, &sig));
    out(sig == SIGALRM);
    out(getitimer(ITIMER_REAL, &old));
    out(old.it_value.tv_sec);
    out(old.it_value.tv_usec);
    soon.it_interval.tv_usec = 3000;
    out(setitimer(ITIMER_REAL, &soon, NULL));
    for (int i = 0; i < 3; i++)
        out(sigwait(&only, &sig));
    out(setitimer(ITIMER_REAL, &none, &old));
    out(old.it_interval.tv_usec);
    out(ualarm(2000, 0));
    out(sigwait(&only, &sig));
    struct timespec now = {.tv_sec = 0};
    while (sigtimedwait(&only, NULL, &now) > 0) /* one more may have come in time */
        ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void made(void) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
    struct itimerspec soon = {.it_value = {.tv_nsec = 2000000}}, far, old;
    struct itimerspec none = {.it_value = {.tv_sec = 0}}, nonsense = {.it_value = {.tv_nsec = -1}};
    sigset_t only, before;
    siginfo_t info;
    timer_t t;
    block(SIGUSR2, &only, &before);
    event.sigev_value.sival_int = 5;
    out(timer_create(77, &event, &t) == -1 ? errno : 0);
    out(timer_create(CLOCK_MONOTONIC, &event, &t));
    out(timer_gettime(t, &old));
    out(old.it_value.tv_nsec);
    out(timer_settime(t, 0, &nonsense, NULL) == -1 ? errno : 0);
    out(timer_settime(t, 0, &soon, NULL));
    out(sigwaitinfo(&only, &info) == SIGUSR2);
    out(info.si_code == SI_TIMER);
    out(info.si_value.sival_int);
    out(timer_getoverrun(t));
    far.it_value = conf_in(CLOCK_MONOTONIC, 3);
    far.it_interval = (struct timespec){.tv_sec = 0};
    out(timer_settime(t, TIMER_ABSTIME, &far, NULL));
    out(sigwaitinfo(&only, &info) == SIGUSR2);
    soon.it_value.tv_sec = 100;
    out(timer_settime(t, 0, &soon, NULL));
    out(timer_gettime(t, &old));
    out(old.it_value.tv_sec >= 99);
    soon.it_value.tv_sec = INT64_MAX / 1000000000 * 3; /* ns do not fit */
    out(timer_settime(t, 0, &soon, NULL));
    out(timer_gettime(t, &old));
    out(old.it_value.tv_sec > 100);
    soon.it_value.tv_sec = 100;
    out(timer_settime(t, 0, &soon, NULL));
    out(timer_settime(t, 0, &none, &old));
    out(old.it_value.tv_sec >= 99);
    out(timer_delete(t));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static sem_t done;

static void posts(union sigval value) {
    for (int i = 0; i < value.sival_int; i++)
        sem_post(&done);
}

static void calls_a_function(void) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD};
    struct itimerspec soon = {.it_value = {.tv_nsec = 2000000}};
    timer_t t;
    event.sigev_notify_function = posts;
    event.sigev_value.sival_int = 2;
    sem_init(&done, 0, 0);
    out(timer_create(CLOCK_REALTIME, &event, &t));
    out(timer_settime(t, 0, &soon, NULL));
    out(sem_wait(&done));
    out(sem_wait(&done));
    out(timer_delete(t));
    event.sigev_notify = SIGEV_NONE;
    out(timer_create(CLOCK_REALTIME, &event, &t));
    out(timer_settime(t, 0, &soon, NULL));
    usleep(4000);
    out(timer_gettime(t, &soon));
    out(soon.it_value.tv_nsec);
    out(timer_delete(t));
    sem_destroy(&done);
}

const struct conformance_case conformance_cases_timer[] = {
    {"alarms", "alarm ualarm setitimer getitimer", alarms, NULL},
    {"timers that are made",
     "timer_create timer_settime timer_gettime timer_getoverrun timer_delete", made, NULL},
    {"timers that call a function", "timer_create", calls_a_function, NULL},
    {0},
};
