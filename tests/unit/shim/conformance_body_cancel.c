/* conformance_body_cancel.c: cancellation, and what is called when a thread is left. See
 * conformance.h.
 *
 * A request may come before its thread has come to wait, or while it does: either way it does not
 * get past the call. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <threads.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem, there;
static int ends[2];
static pthread_t waited_for;
static int handled[8], handlers;

static void note(void *value) {
    if (handlers < 8)
        handled[handlers] = (int)(intptr_t)value;
    handlers++;
}

static void say_handled(void) {
    out(handlers);
    for (int i = 0; i < handlers && i < 8; i++)
        out(handled[i]);
    handlers = 0;
}

static void unlocks(void *unused) {
    (void)unused;
    note((void *)(intptr_t)pthread_mutex_unlock(&mutex)); /* 0: it was owned */
}

/* ---- every call that is a cancellation point, cancelled before it or in it ---- */

static void waits_cond(void) {
    struct timespec far = conf_in(CLOCK_REALTIME, 100000), mono = conf_in(CLOCK_MONOTONIC, 100000);
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlocks, NULL);
    if (case_in == 0)
        pthread_cond_wait(&cond, &mutex);
    else if (case_in == 1)
        pthread_cond_timedwait(&cond, &mutex, &far);
    else
        pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &mono);
    pthread_cleanup_pop(1);
}

static void waits_sem(void) {
    struct timespec far = conf_in(CLOCK_REALTIME, 100000), mono = conf_in(CLOCK_MONOTONIC, 100000);
    if (case_in == 3)
        sem_wait(&sem);
    else if (case_in == 4)
        sem_timedwait(&sem, &far);
    else
        sem_clockwait(&sem, CLOCK_MONOTONIC, &mono);
}

static void waits_join(void) {
    struct timespec far = conf_in(CLOCK_REALTIME, 100000), mono = conf_in(CLOCK_MONOTONIC, 100000);
    if (case_in == 6)
        pthread_join(waited_for, NULL);
    else if (case_in == 7)
        pthread_timedjoin_np(waited_for, NULL, &far);
    else if (case_in == 8)
        pthread_clockjoin_np(waited_for, NULL, CLOCK_MONOTONIC, &mono);
    else
        thrd_join(waited_for, NULL);
}

static void waits_time(void) {
    static const struct timespec t = {.tv_sec = 100};
    struct timespec far = conf_in(CLOCK_MONOTONIC, 100000);
    if (case_in == 10)
        sleep(100);
    else if (case_in == 11)
        usleep(100000000);
    else if (case_in == 12)
        nanosleep(&t, NULL);
    else if (case_in == 13)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &far, NULL);
    else
        thrd_sleep(&t, NULL);
}

static void waits_fd(void) {
    char c;
    struct iovec piece = {.iov_base = &c, .iov_len = 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    struct pollfd p = {.fd = ends[0], .events = POLLIN};
    struct epoll_event event = {.events = EPOLLIN};
    fd_set in;
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    switch (case_in) {
    case 15:
        (void)!read(ends[0], &c, 1);
        break;
    case 16:
        (void)!readv(ends[0], &piece, 1);
        break;
    case 17:
        (void)!recv(ends[0], &c, 1, 0);
        break;
    case 18:
        (void)!recvmsg(ends[0], &message, 0);
        break;
    case 19:
        poll(&p, 1, -1);
        break;
    case 20:
        select(ends[0] + 1, &in, NULL, NULL, NULL);
        break;
    default: {
        int set = epoll_create1(0);
        epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event);
        pthread_cleanup_push((void (*)(void *))(void *)close, (void *)(intptr_t)set);
        epoll_wait(set, &event, 1, -1);
        pthread_cleanup_pop(1);
    }
    }
}

static void waits_on(void) {
    if (case_in < 3)
        waits_cond();
    else if (case_in < 6)
        waits_sem();
    else if (case_in < 10)
        waits_join();
    else if (case_in < 15)
        waits_time();
    else if (case_in < 22)
        waits_fd();
    for (;;) /* the last one is this */
        pthread_testcancel();
}

enum { WAITS = 23 };

static void *waits(void *unused) {
    pthread_cleanup_push(note, (void *)7);
    waits_on();
    pthread_cleanup_pop(0);
    return unused;
}

static void *ends_on_post(void *unused) {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    sem_wait(&there);
    return unused;
}

static void every_point(void) {
    int64_t kept = case_in;
    for (case_in = 0; case_in < WAITS; case_in++) {
        pthread_t t;
        void *result = NULL;
        sem_init(&sem, 0, 0);
        sem_init(&there, 0, 0);
        socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
        pthread_create(&waited_for, NULL, ends_on_post, NULL);
        pthread_create(&t, NULL, waits, NULL);
        if (case_in < WAITS - 1) /* that one does not wait, so no time passes */
            usleep(1000);
        out(pthread_cancel(t));
        out(pthread_join(t, &result));
        out(result == PTHREAD_CANCELED);
        say_handled();
        sem_post(&there);
        out(pthread_join(waited_for, NULL)); /* whoever waited for it was cancelled */
        close(ends[0]);
        close(ends[1]);
        sem_destroy(&sem);
        sem_destroy(&there);
    }
    case_in = kept;
}

/* ---- what is none ---- */

static void *no_points(void *unused) {
    int value;
    pthread_cleanup_push(note, (void *)1);
    sem_wait(&there);
    pthread_cancel(pthread_self());
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    sem_post(&sem);
    sem_getvalue(&sem, &value);
    sem_trywait(&sem);
    pthread_cond_signal(&cond);
    sched_yield();
    out(value);
    pthread_testcancel();
    out(1000);
    pthread_cleanup_pop(0);
    return unused;
}

static void not_points(void) {
    sem_init(&sem, 0, 0);
    sem_init(&there, 0, 1);
    out(conf_elsewhere(no_points, NULL) == PTHREAD_CANCELED);
    say_handled();
}

/* ---- state and type ---- */

static void *says_state(void *unused) {
    int old = -1;
    out(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
    out(old == PTHREAD_CANCEL_ENABLE);
    out(pthread_setcancelstate(77, &old));
    out(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL));
    out(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old));
    out(old == PTHREAD_CANCEL_DEFERRED);
    out(pthread_setcanceltype(-1, NULL));
    out(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old));
    out(old == PTHREAD_CANCEL_ASYNCHRONOUS);
    out(pthread_cancel(pthread_self()));
    pthread_testcancel();
    usleep(100);
    out(sem_wait(&there)); /* it is disabled */
    out(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old));
    out(old == PTHREAD_CANCEL_DISABLE);
    pthread_testcancel();
    out(1000);
    return unused;
}

static void *asynchronous(void *how) {
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    if (how != NULL)
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    pthread_cancel(pthread_self());
    if (how == NULL)
        out(1000); /* it did not come so far */
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    out(1001);
    return NULL;
}

static void states(void) {
    sem_init(&there, 0, 1);
    out(conf_elsewhere(says_state, NULL) == PTHREAD_CANCELED);
    out(conf_elsewhere(asynchronous, NULL) == PTHREAD_CANCELED);
    out(conf_elsewhere(asynchronous, &sem) == PTHREAD_CANCELED);
}

/* ---- the order of what is called, and that nothing cancels it ---- */

static pthread_key_t key;

static void waits_again(void *unused) {
    (void)unused;
    pthread_cancel(pthread_self());
    pthread_testcancel();
    usleep(100);
    note((void *)20);
}

static void inner(void) {
    pthread_cleanup_push(note, (void *)3);
    pthread_cleanup_push(waits_again, NULL);
    sem_wait(&sem);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
}

static void *pushes(void *unused) {
    pthread_setspecific(key, (void *)9);
    pthread_cleanup_push(note, (void *)1);
    pthread_cleanup_push(note, (void *)2);
    inner();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return unused;
}

static void order(void) {
    pthread_t t;
    void *result = NULL;
    sem_init(&sem, 0, 0);
    pthread_key_create(&key, note);
    pthread_create(&t, NULL, pushes, NULL);
    usleep(1000);
    pthread_cancel(t);
    pthread_cancel(t);
    pthread_join(t, &result);
    out(result == PTHREAD_CANCELED);
    pthread_key_delete(key);
}

static void ordered(void) {
    order();
    say_handled();
}

void conf_plain_push(void (*handler)(void *), void *value, void (*f)(void *), void *argument) {
    pthread_cleanup_push(handler, value);
    f(argument);
    pthread_cleanup_pop(0);
}

/* ---- once, robust mutexes, and handlers of the other kind ---- */

static pthread_once_t control = PTHREAD_ONCE_INIT;
static int inits;

static void initialises(void) {
    if (__atomic_add_fetch(&inits, 1, __ATOMIC_SEQ_CST) == 1)
        sem_wait(&sem);
}

static void *asks_once(void *unused) {
    pthread_once(&control, initialises);
    return unused;
}

static void cancelled_once(void) {
    pthread_t t;
    void *result = NULL;
    control = PTHREAD_ONCE_INIT;
    inits = 0;
    sem_init(&sem, 0, 0);
    pthread_create(&t, NULL, asks_once, NULL);
    while (__atomic_load_n(&inits, __ATOMIC_SEQ_CST) == 0)
        usleep(100);
    pthread_cancel(t);
    pthread_join(t, &result);
    out(result == PTHREAD_CANCELED);
    conf_elsewhere(asks_once, NULL);
    conf_elsewhere(asks_once, NULL);
    out(inits);
}

static pthread_mutex_t robust;

static void *keeps_robust(void *unused) {
    pthread_mutex_lock(&robust);
    sem_wait(&sem);
    return unused;
}

static void left_locked(void) {
    pthread_t t;
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attr);
    sem_init(&sem, 0, 0);
    pthread_create(&t, NULL, keeps_robust, NULL);
    while (pthread_mutex_trylock(&robust) == 0) { /* until it has it */
        pthread_mutex_unlock(&robust);
        usleep(100);
    }
    pthread_cancel(t);
    out(pthread_mutex_lock(&robust));
    out(pthread_mutex_consistent(&robust));
    out(pthread_mutex_unlock(&robust));
    out(pthread_join(t, NULL));
    out(pthread_mutex_destroy(&robust));
}

static void *defers(void *unused) {
    int type = -1;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    pthread_cleanup_push_defer_np(note, (void *)5);
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type);
    out(type == PTHREAD_CANCEL_DEFERRED);
    pthread_cancel(pthread_self());
    out(1);
    pthread_cleanup_pop_restore_np(1);
    out(1000); /* it is asynchronous again */
    return unused;
}

static void deferring(void) {
    out(conf_elsewhere(defers, NULL) == PTHREAD_CANCELED);
    say_handled();
}

const struct conformance_case conformance_cases_cancel[] = {
    {"cancelled at every point", "pthread_cancel pthread_testcancel", every_point, NULL},
    {"what is no cancellation point", "pthread_testcancel", not_points, NULL},
    {"whether and how one is cancelled", "pthread_setcancelstate pthread_setcanceltype", states,
     NULL},
    {"handlers, then keys", "__pthread_unwind_next", ordered, NULL},
    {"a once that is cancelled", "pthread_once", cancelled_once, NULL},
    {"a robust mutex of who is cancelled", "pthread_mutex_consistent", left_locked, NULL},
    {"handlers that defer", "__pthread_register_cancel_defer __pthread_unregister_cancel_restore",
     deferring, NULL},
    {0},
};
