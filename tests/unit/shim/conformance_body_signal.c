/* conformance_body_signal.c: signals to threads and to the process. See conformance.h.
 *
 * Who wants to find another one waiting sends again and again, until it says that it was found. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIG = SIGUSR1, OTHER = SIGUSR2 };

static struct sigaction kept[NSIG];
static _Atomic int handled, last, told, on_itself, found;
static pthread_t target;
static sem_t sem, let_go;

static void handle(int sig, siginfo_t *info, void *context) {
    (void)context;
    last = sig;
    told = info->si_value.sival_int;
    on_itself = pthread_equal(pthread_self(), target) != 0;
    handled++;
}

static void set(int sig, int flags) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | flags};
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, &kept[sig]);
    handled = last = told = found = 0;
}

static void put_back(int sig) {
    sigaction(sig, &kept[sig], NULL);
}

static sigset_t only(int sig) {
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, sig);
    return s;
}

/* ---- to oneself ---- */

static void *masks(void *unused) {
    sigset_t usr = only(SIG), old, pending;
    target = pthread_self();
    set(SIG, 0);
    out(pthread_sigmask(SIG_BLOCK, &usr, &old));
    out(sigismember(&old, SIG));
    out(pthread_sigmask(77, &usr, NULL));
    out(raise(SIG));
    out(raise(SIG)); /* one is pending already */
    out(handled);
    out(sigpending(&pending));
    out(sigismember(&pending, SIG));
    out(sigismember(&pending, OTHER));
    out(pthread_sigmask(SIG_UNBLOCK, &usr, NULL));
    out(handled);
    out(last == SIG && on_itself);
    out(sigpending(&pending));
    out(sigismember(&pending, SIG));
    out(sigprocmask(SIG_SETMASK, NULL, &old));
    out(sigismember(&old, SIG));
    out(pthread_kill(pthread_self(), 0));
    out(pthread_kill(pthread_self(), 99));
    out(raise(-1) == 0 ? 0 : errno);
    out(handled);
    out(pthread_sigqueue(pthread_self(), SIG, (union sigval){.sival_int = 17}));
    out(told);
    put_back(SIG);
    return unused;
}

static void to_oneself(void) {
    conf_elsewhere(masks, NULL);
}

static void again(int sig) {
    (void)sig;
    handled++;
    if (handled == 1)
        raise(SIG);
    on_itself = handled; /* after, or before, the second */
}

static void *acts(void *unused) {
    struct sigaction action = {.sa_handler = again}, old;
    sigset_t usr = only(SIG);
    for (int nested = 0; nested < 2; nested++) {
        handled = 0;
        action.sa_flags = nested ? SA_NODEFER : 0;
        sigaction(SIG, &action, NULL);
        raise(SIG);
        out(handled);
    }
    action.sa_flags = (int)SA_RESETHAND;
    action.sa_handler = SIG_IGN;
    out(sigaction(SIGKILL, &action, NULL) == 0 ? 0 : errno);
    out(sigaction(99, &action, NULL) == 0 ? 0 : errno);
    set(SIG, (int)SA_RESETHAND);
    raise(SIG);
    sigaction(SIG, NULL, &old);
    out(old.sa_handler == SIG_DFL);
    out(signal(SIG, SIG_IGN) == SIG_DFL);
    out(raise(SIG));
    out(handled);
    signal(SIG, SIG_DFL);
    pthread_sigmask(SIG_BLOCK, &usr, NULL);
    raise(SIG);
    out(signal(SIG, SIG_IGN) == SIG_DFL); /* what is pending is gone */
    pthread_sigmask(SIG_UNBLOCK, &usr, NULL);
    out(signal(SIG, SIG_DFL) == SIG_IGN);
    out(raise(SIGCHLD)); /* ignored by default */
    return unused;
}

static void actions(void) {
    sigaction(SIG, NULL, &kept[SIG]);
    conf_elsewhere(acts, NULL);
    put_back(SIG);
}

/* ---- to another one, who waits ---- */

static int ends[2], set_of_events;

/* True: the call was interrupted. */
static bool waits_once(void) {
    struct timespec t = {.tv_sec = 100}, far = conf_in(CLOCK_REALTIME, 100000);
    struct pollfd p = {.fd = ends[0], .events = POLLIN};
    struct epoll_event event;
    sigset_t none;
    char c;
    sigemptyset(&none);
    switch (case_in) {
    case 0:
        return sem_wait(&sem) == -1 && errno == EINTR;
    case 1:
        return sem_timedwait(&sem, &far) == -1 && errno == EINTR;
    case 2:
        return nanosleep(&t, &t) == -1 && errno == EINTR && t.tv_sec < 100;
    case 3:
        return clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL) == EINTR;
    case 4:
        return sleep(100) > 0;
    case 5:
        return read(ends[0], &c, 1) == -1 && errno == EINTR;
    case 6:
        return recv(ends[0], &c, 1, 0) == -1 && errno == EINTR;
    case 7:
        return poll(&p, 1, -1) == -1 && errno == EINTR;
    case 8:
        return ppoll(&p, 1, NULL, &none) == -1 && errno == EINTR;
    case 9:
        return pause() == -1 && errno == EINTR;
    case 10:
        return sigsuspend(&none) == -1 && errno == EINTR;
    case 11:
        return pselect(0, NULL, NULL, NULL, NULL, &none) == -1 && errno == EINTR;
    default:
        return epoll_pwait(set_of_events, &event, 1, -1, &none) == -1 && errno == EINTR;
    }
}
enum { WAITS = 13, LETS_IN = 8 /* some that let it in only while they wait */ };

static void *waits(void *unused) {
    sigset_t usr = only(SIG);
    if (case_in >= LETS_IN && case_in != 9)
        pthread_sigmask(SIG_BLOCK, &usr, NULL);
    while (!waits_once())
        ;
    found = 1;
    return unused;
}

static void interrupted(void) {
    int64_t before = case_in;
    sem_init(&sem, 0, 0);
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    set_of_events = epoll_create1(0);
    for (case_in = 0; case_in < WAITS; case_in++) {
        set(SIG, 0);
        pthread_create(&target, NULL, waits, NULL);
        while (!found) {
            if (pthread_kill(target, SIG) != 0)
                out(-1);
            usleep(100);
        }
        out(pthread_join(target, NULL));
        out(handled > 0);
        out(on_itself);
        put_back(SIG);
    }
    close(set_of_events);
    close(ends[0]);
    close(ends[1]);
    sem_destroy(&sem);
    case_in = before;
}

/* ---- waits that are waited again ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int ready;

static void *ends_when_let(void *unused) {
    while (sem_wait(&let_go) != 0)
        ;
    return unused;
}

static pthread_t joined;

static void *waits_on(void *unused) {
    char c;
    switch (case_in) {
    case 0:
        out(pthread_mutex_lock(&mutex));
        out(pthread_mutex_unlock(&mutex));
        break;
    case 1:
        out(pthread_rwlock_rdlock(&rwlock));
        out(pthread_rwlock_unlock(&rwlock));
        break;
    case 2:
        out(pthread_join(joined, NULL));
        break;
    case 3:
        pthread_mutex_lock(&mutex);
        for (int wrong = 0; !ready || wrong != 0;) /* it may return with nothing said */
            wrong = pthread_cond_wait(&cond, &mutex);
        pthread_mutex_unlock(&mutex);
        break;
    case 4:
        out(sem_wait(&sem));
        break;
    default:
        out(read(ends[0], &c, 1));
    }
    return unused;
}

static void ends_wait(void) {
    switch (case_in) {
    case 0:
        pthread_mutex_unlock(&mutex);
        break;
    case 1:
        pthread_rwlock_unlock(&rwlock);
        break;
    case 2:
        sem_post(&let_go);
        break;
    case 3:
        pthread_mutex_lock(&mutex);
        ready = 1;
        pthread_cond_signal(&cond);
        pthread_mutex_unlock(&mutex);
        break;
    case 4:
        sem_post(&sem);
        break;
    default:
        (void)!write(ends[1], "x", 1);
    }
}

static void waited_again(void) {
    int64_t before = case_in;
    sem_init(&sem, 0, 0);
    sem_init(&let_go, 0, 0);
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    for (case_in = 0; case_in < 6; case_in++) {
        ready = 0;
        set(SIG, SA_RESTART);
        if (case_in == 0)
            pthread_mutex_lock(&mutex);
        if (case_in == 1)
            pthread_rwlock_wrlock(&rwlock);
        if (case_in == 2)
            pthread_create(&joined, NULL, ends_when_let, NULL);
        pthread_create(&target, NULL, waits_on, NULL);
        usleep(1000);
        int sent = pthread_kill(target, SIG);
        while (!handled) /* it is, though the call goes on */
            usleep(100);
        ends_wait();
        out(pthread_join(target, NULL));
        out(sent);
        out(on_itself);
        put_back(SIG);
    }
    close(ends[0]);
    close(ends[1]);
    sem_destroy(&sem);
    sem_destroy(&let_go);
    case_in = before;
}

/* ---- sigwait and its kin ---- */

static void *takes(void *how) {
    sigset_t usr = only(SIG);
    siginfo_t info;
    int sig = 0;
    struct timespec t = {.tv_sec = 100};
    if (how == NULL) {
        out(sigwait(&usr, &sig));
        out(sig == SIG);
    } else if (how == &sem) {
        out(sigwaitinfo(&usr, &info) == SIG);
        out(info.si_code == SI_QUEUE);
        out(info.si_value.sival_int);
    } else {
        out(sigtimedwait(&usr, &info, &t) == SIG);
    }
    return how;
}

static void *blocks_and_sends(void *unused) {
    sigset_t usr = only(SIG);
    struct timespec soon = {.tv_nsec = 1000000}, nonsense = {.tv_nsec = -1};
    pthread_t t;
    pthread_sigmask(SIG_BLOCK, &usr, NULL); /* those that it makes do, too */
    out(sigtimedwait(&usr, NULL, &soon) == -1 ? errno : 0);
    out(sigtimedwait(&usr, NULL, &nonsense) == -1 ? errno : 0);
    pthread_create(&t, NULL, takes, NULL);
    int sent = pthread_kill(t, SIG);
    pthread_join(t, NULL);
    pthread_create(&t, NULL, takes, &sem);
    sent += pthread_sigqueue(t, SIG, (union sigval){.sival_int = 4});
    pthread_join(t, NULL);
    pthread_create(&t, NULL, takes, &usr);
    usleep(100);
    sent += pthread_kill(t, SIG);
    pthread_join(t, NULL);
    out(sent);
    out(raise(SIG));
    out((int64_t)(intptr_t)takes(NULL));
    return unused;
}

static void taken(void) {
    conf_elsewhere(blocks_and_sends, NULL);
}

/* In the order of their numbers, those of one number in the order they were sent in. */
static void *queues(void *unused) {
    sigset_t all;
    siginfo_t info;
    struct timespec now = {.tv_sec = 0};
    sigemptyset(&all);
    sigaddset(&all, SIGRTMIN);
    sigaddset(&all, SIGRTMIN + 1);
    sigaddset(&all, SIG);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_sigqueue(pthread_self(), SIGRTMIN + 1, (union sigval){.sival_int = 1});
    pthread_sigqueue(pthread_self(), SIGRTMIN + 1, (union sigval){.sival_int = 2});
    pthread_sigqueue(pthread_self(), SIGRTMIN, (union sigval){.sival_int = 3});
    pthread_sigqueue(pthread_self(), SIG, (union sigval){.sival_int = 4});
    pthread_sigqueue(pthread_self(), SIG, (union sigval){.sival_int = 5});
    int sig;
    while ((sig = sigtimedwait(&all, &info, &now)) > 0) {
        out(sig == SIG ? 0 : sig - SIGRTMIN + 1);
        out(info.si_value.sival_int);
    }
    out(errno);
    return unused;
}

static void queued(void) {
    conf_elsewhere(queues, NULL);
}

/* ---- to the process ---- */

static void *kills_process(void *unused) {
    set(SIG, 0);
    out(kill(getpid(), 0));
    out(kill(getpid(), 99) == 0 ? 0 : errno);
    out(kill(getpid(), SIG));
    while (!handled) /* by whomever */
        usleep(100);
    out(handled);
    out(sigqueue(getpid(), SIG, (union sigval){.sival_int = 8}));
    while (handled < 2)
        usleep(100);
    out(told);
    put_back(SIG);
    return unused;
}

static void to_the_process(void) {
    conf_elsewhere(kills_process, NULL);
}

#pragma clang diagnostic ignored "-Wdeprecated-declarations" /* siginterrupt: old code calls it */

static void alternate(void) {
    static char room[1 << 16];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)}, old;
    out(sigaltstack(NULL, &old));
    stack_t before = old;
    out(sigaltstack(&stack, NULL));
    out(sigaltstack(NULL, &old));
    out(old.ss_sp == room);
    out(sigaltstack(&before, NULL));
    sigaction(SIG, NULL, &kept[SIG]);
    signal(SIG, again);
    struct sigaction now;
    out(siginterrupt(SIG, 1));
    sigaction(SIG, NULL, &now);
    out((now.sa_flags & SA_RESTART) != 0);
    out(siginterrupt(SIG, 0));
    sigaction(SIG, NULL, &now);
    out((now.sa_flags & SA_RESTART) != 0);
    put_back(SIG);
}

const struct conformance_case conformance_cases_signal[] = {
    {"signals to oneself", "pthread_sigmask sigprocmask sigpending raise", to_oneself, NULL},
    {"what is done about a signal", "sigaction signal", actions, NULL},
    {"waits that a signal ends", "pthread_kill pause sigsuspend", interrupted, NULL},
    {"waits that are waited again", "pthread_kill", waited_again, NULL},
    {"signals that are waited for", "sigwait sigwaitinfo sigtimedwait pthread_sigqueue", taken,
     NULL},
    {"signals that queue", "sigtimedwait", queued, NULL},
    {"signals to the process", "kill sigqueue", to_the_process, NULL},
    {"stacks and calls that are interrupted", "sigaltstack siginterrupt", alternate, NULL},
    {0},
};
