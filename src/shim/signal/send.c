/* send.c: signals that the code under test sends: to one of its threads, or to itself. See
 * signal.h.
 *
 * The rule: nothing is sent to the process that runs this, nor to another one. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "exec/rt.h"
#include "oracle/raise.h"
#include "sched/pick.h"
#include "sched/wait.h"
#include "shim/refuse.h"
#include "shim/result.h"
#include "shim/signal/signal.h"
#include "shim/thread.h"

int __real_pthread_kill(pthread_t t, int sig);
int __real_pthread_sigqueue(pthread_t t, int sig, const union sigval value);
int __real_raise(int sig);
int __real_kill(pid_t process, int sig);
int __real_sigqueue(pid_t process, int sig, const union sigval value);

int __wrap_pthread_kill(pthread_t t, int sig);
int __wrap_pthread_sigqueue(pthread_t t, int sig, const union sigval value);
int __wrap_raise(int sig);
int __wrap_kill(pid_t process, int sig);
int __wrap_sigqueue(pid_t process, int sig, const union sigval value);

/* ---- to whom it goes ---- */

/* Does it wait in a call that a signal ends, or that is waited again after the handler? All
 * cancellation points are such, and these. */
static bool can_be_woken(const struct snag__vthread *v) {
    switch (v->pend.kind) {
    case SNAG_EV_COND_RELOCK:
    case SNAG_EV_LOCK:
    case SNAG_EV_TIMEDLOCK:
    case SNAG_EV_RDLOCK:
    case SNAG_EV_TIMEDRDLOCK:
    case SNAG_EV_WRLOCK:
    case SNAG_EV_TIMEDWRLOCK:
    case SNAG_EV_SPIN_LOCK:
    case SNAG_EV_BARRIER_LEAVE:
    case SNAG_EV_ONCE:
    case SNAG_EV_FUTEX_RETURN:
        return true;
    default:
        return snag__cancel_waits(v);
    }
}

/* One is pending that it does not block. The root of a program of operations, and workers, wait for
 * what is not the code's: they handle it when they come to a point. */
void snag__signal_ends_wait(struct snag__vthread *v) {
    if (v->state == SNAG__VTHREAD_LIVE && v->pend.site != 0 && can_be_woken(v)) {
        snag__wait_end(v, SNAG__WAIT_SIGNAL);
    }
}

static void wake(struct snag__vthread *v) {
    v->signalled = snag__sched.signals = true;
    snag__pick_settle();
    if (v != snag__self) {
        snag__signal_ends_wait(v);
    }
}

static bool lets_in(const struct snag__vthread *v, int number) {
    return v->state == SNAG__VTHREAD_LIVE && (v->sig_mask & snag__sigset_one(number)) == 0;
}

/* Any thread that does not block it may handle what is for the process; NULL: there is none. */
static struct snag__vthread *any_thread(int number) {
    uint64_t set[SNAG__SET_WORDS] = {0};
    uint32_t n = 0, first = 0;
    for (uint32_t i = snag__sched.vthreads; i-- > 0;) {
        if (lets_in(&snag__vthreads[i], number)) {
            set[i / 64] |= UINT64_C(1) << (i % 64);
            first = i;
            n++;
        }
    }
    if (n == 0) {
        return NULL;
    }
    return &snag__vthreads[n == 1 ? first : snag__waiter_choose(set, n, first)];
}

bool snag__signal_send(struct snag__vthread *to, const struct snag__signal *s, uint32_t site) {
    struct snag__signal sent = *s;
    if (snag__signal_ignored(s->number)) {
        return true;
    }
    struct snag__vthread *v = to != NULL ? to : any_thread(s->number);
    bool let_in = v != NULL && lets_in(v, s->number);
    if (let_in && snag__signal_kills(s->number)) {
        snag__signal_kill(s->number, site);
    }
    sent.vthread = v != NULL ? v->index : SNAG__NOBODY;
    if (!snag__signal_put(&sent)) {
        return false;
    }
    if (let_in) {
        wake(v);
    }
    snag__sigwaits_look();
    return true;
}

/* ---- the calls; they return error numbers ---- */

static int send_to(struct snag__vthread *to, int sig, int code, union sigval value, uint32_t site) {
    const struct snag__object *o = to != NULL ? snag__object_get(to->object) : NULL;
    struct snag__signal s = {.number = (uint8_t)sig, .code = code, .value = value};
    snag__point(SNAG_EV_SIGNAL, o, site);
    snag__log(SNAG_EV_SIGNAL, o, site)->value = (uint32_t)sig;
    if (to != NULL && to->state != SNAG__VTHREAD_LIVE) {
        return 0;
    }
    int error = snag__signal_send(to, &s, site) ? 0 : EAGAIN;
    if (snag__self->signalled) { /* its own */
        (void)snag__signals_deliver();
    }
    return error;
}

static int send_to_thread(pthread_t t, int sig, int code, union sigval value, uint32_t site) {
    struct snag__vthread *v = snag__thread_for(t, "a signal to what is no thread any more", site);
    if (v == NULL) {
        return ESRCH;
    }
    if (sig < 0 || sig > SNAG__SIGNALS) {
        return EINVAL;
    }
    return sig == 0 ? 0 : send_to(v, sig, code, value, site);
}

int __wrap_pthread_kill(pthread_t t, int sig) {
    return snag__self == NULL
               ? __real_pthread_kill(t, sig)
               : send_to_thread(t, sig, SI_TKILL, (union sigval){.sival_int = 0}, SNAG__SITE());
}

int __wrap_pthread_sigqueue(pthread_t t, int sig, const union sigval value) {
    return snag__self == NULL ? __real_pthread_sigqueue(t, sig, value)
                              : send_to_thread(t, sig, SI_QUEUE, value, SNAG__SITE());
}

int __wrap_raise(int sig) {
    if (snag__self == NULL) {
        return __real_raise(sig);
    }
    return snag__result(send_to_thread(snag__thread_name(snag__self), sig, SI_TKILL,
                                       (union sigval){.sival_int = 0}, SNAG__SITE()));
}

/* To its own process, or the group of that; there is no other here. */
static int send_to_process(pid_t process, int sig, int code, union sigval value, uint32_t site) {
    static bool told;
    if (sig < 0 || sig > SNAG__SIGNALS) {
        return EINVAL;
    }
    if (process != getpid() && process != 0) {
        snag__refuse("a signal to another process", &told);
    }
    return sig == 0 ? 0 : send_to(NULL, sig, code, value, site);
}

int __wrap_kill(pid_t process, int sig) {
    return snag__self == NULL
               ? __real_kill(process, sig)
               : snag__result(send_to_process(process, sig, SI_USER, (union sigval){.sival_int = 0},
                                              SNAG__SITE()));
}

int __wrap_sigqueue(pid_t process, int sig, const union sigval value) {
    return snag__self == NULL
               ? __real_sigqueue(process, sig, value)
               : snag__result(send_to_process(process, sig, SI_QUEUE, value, SNAG__SITE()));
}
