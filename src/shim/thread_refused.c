/* thread_refused.c: what one does to a thread that only a thread of the system can bear: signals.
 *
 * To oneself a signal is sent as ever: there is one OS thread, and it is on it. To another vthread
 * it cannot be: it would be handled by whoever runs. Then the execution ends, neither good nor bad.
 * The rule: no pthread_t of a vthread ever reaches the C library.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "oracle/raise.h"
#include "sched/sched.h"
#include "shim/refuse.h"
#include "shim/thread.h"

int __real_pthread_kill(pthread_t t, int sig);
int __real_pthread_sigqueue(pthread_t t, int sig, const union sigval value);
pthread_t __real_pthread_self(void);

int __wrap_pthread_kill(pthread_t t, int sig);
int __wrap_pthread_sigqueue(pthread_t t, int sig, const union sigval value);

/* 0: it is to be sent to oneself; -1: to nobody, and all is well; else an error. */
static int may_signal(pthread_t t, int sig, const char *what, bool *told, uint32_t site) {
    const struct snag__vthread *v =
        snag__thread_for(t, "a signal to what is no thread any more", site);
    if (v == NULL) {
        return ESRCH;
    }
    if (v == snag__self) {
        return 0;
    }
    if (sig < 0 || sig >= NSIG) {
        return EINVAL;
    }
    if (sig != 0 && v->state == SNAG__VTHREAD_LIVE) {
        snag__refuse(what, told);
    }
    return -1;
}

int __wrap_pthread_kill(pthread_t t, int sig) {
    static bool told;
    if (snag__self == NULL) {
        return __real_pthread_kill(t, sig);
    }
    int error = may_signal(t, sig, "pthread_kill of another thread", &told, SNAG__SITE());
    return error == 0 ? __real_pthread_kill(__real_pthread_self(), sig) : error > 0 ? error : 0;
}

int __wrap_pthread_sigqueue(pthread_t t, int sig, const union sigval value) {
    static bool told;
    if (snag__self == NULL) {
        return __real_pthread_sigqueue(t, sig, value);
    }
    int error = may_signal(t, sig, "pthread_sigqueue to another thread", &told, SNAG__SITE());
    return error == 0  ? __real_pthread_sigqueue(__real_pthread_self(), sig, value)
           : error > 0 ? error
                       : 0;
}
