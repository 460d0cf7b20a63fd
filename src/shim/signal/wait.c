/* wait.c: waiting for signals: sigwait and its kin take them, pause and sigsuspend have them
 * handled. See signal.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "exec/rt.h"
#include "sched/pick.h"
#include "sched/wait.h"
#include "shim/clock.h"
#include "shim/lock.h"
#include "shim/result.h"
#include "shim/signal/signal.h"

int __real_sigwait(const sigset_t *set, int *sig);
int __real_sigwaitinfo(const sigset_t *set, siginfo_t *info);
int __real_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *time);
int __real_sigsuspend(const sigset_t *mask);
int __real_pause(void);

int __wrap_sigwait(const sigset_t *set, int *sig);
int __wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info);
int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *time);
int __wrap_sigsuspend(const sigset_t *mask);
int __wrap_pause(void);

static char place; /* its address names what all wait on */

static struct snag__object *object(void) {
    return snag__lock_object(&place, SNAG__OBJECT_SIGNALS);
}

static bool has_some(const struct snag__vthread *v) {
    return (snag__signals_pending(v) & v->sig_waits) != 0;
}

void snag__sigwaits_look(void) {
    struct snag__object *o = snag__object_peek(&place);
    uint16_t next;
    for (uint16_t w = o != NULL ? o->waiters_first : SNAG__NOBODY; w != SNAG__NOBODY; w = next) {
        struct snag__vthread *v = &snag__vthreads[w];
        next = v->wait_next;
        if (v->pend.kind == SNAG_EV_SIGWAIT) {
            snag__waiter_set(v, has_some(v));
        }
    }
}

/* Takes one of `set` into *s. An error number: EAGAIN: it timed out; EINTR: it handled others. */
static int take(snag__sigset set, uint64_t deadline, struct snag__signal *s, uint32_t site) {
    struct snag__vthread *self = snag__self;
    snag__signals_here(site);
    struct snag__object *o = object();
    self->sig_waits = set;
    bool waited = !has_some(self);
    bool got = snag__point_wait(SNAG_EV_SIGWAIT, o, site, !waited, deadline);
    snag__cancel_here(site);
    int error = EAGAIN;
    if (got) {
        snag__assert(snag__signal_take(self, set, s));
        snag__sigwaits_look(); /* there is one less */
        snag__rt_acquire(o);
        error = 0;
    } else if (snag__signalled()) {
        error = EINTR;
    }
    struct snag_event *e = snag__log(SNAG_EV_SIGWAIT, o, site);
    e->value = got ? s->number : (uint32_t)error;
    e->flags =
        (uint8_t)((waited ? SNAG_EVF_WAITED : 0U) | (error == EAGAIN ? SNAG_EVF_TIMEOUT : 0U) |
                  (error == EINTR ? SNAG_EVF_FAILED : 0U));
    if (error == EINTR) {
        (void)snag__signals_deliver();
    }
    return error;
}

int __wrap_sigwait(const sigset_t *set, int *sig) {
    if (snag__self == NULL) {
        return __real_sigwait(set, sig);
    }
    struct snag__signal s;
    while (take(snag__sigset_of(set), UINT64_MAX, &s, SNAG__SITE()) != 0) {
    }
    *sig = s.number;
    return 0;
}

static int take_info(const sigset_t *set, siginfo_t *info, uint64_t deadline, uint32_t site) {
    struct snag__signal s;
    int error = take(snag__sigset_of(set), deadline, &s, site);
    if (error != 0) {
        return snag__fail(error);
    }
    if (info != NULL) {
        memset(info, 0, sizeof(*info));
        info->si_signo = s.number;
        info->si_code = s.code;
        info->si_pid = getpid();
        info->si_value = s.value;
    }
    return s.number;
}

int __wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info) {
    return snag__self == NULL ? __real_sigwaitinfo(set, info)
                              : take_info(set, info, UINT64_MAX, SNAG__SITE());
}

int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *time) {
    if (snag__self == NULL) {
        return __real_sigtimedwait(set, info, time);
    }
    uint64_t deadline;
    if (!snag__clock_after(time, &deadline)) {
        return snag__fail(EINVAL);
    }
    return take_info(set, info, deadline, SNAG__SITE());
}

/* Until it has handled one. */
static int suspend(uint32_t site) {
    struct snag__vthread *self = snag__self;
    snag__cancel_here(site);
    bool handled = self->signalled;
    if (!handled) {
        struct snag__object *o = object();
        (void)snag__point_wait(SNAG_EV_SIGSUSPEND, o, site, false, UINT64_MAX);
        snag__cancel_here(site);
        snag__log(SNAG_EV_SIGSUSPEND, o, site)->flags = SNAG_EVF_WAITED;
    }
    (void)snag__signals_deliver();
    return snag__fail(EINTR);
}

/* A signal that comes before it is handled before, and is not what it waits for. */
int __wrap_pause(void) {
    if (snag__self == NULL) {
        return __real_pause();
    }
    uint32_t site = SNAG__SITE();
    snag__point(SNAG_EV_SIGSUSPEND, object(), site);
    snag__signals_here(site);
    return suspend(site);
}

/* What the mask lets in is handled under it, and it is put back after. */
int __wrap_sigsuspend(const sigset_t *mask) {
    if (snag__self == NULL) {
        return __real_sigsuspend(mask);
    }
    uint32_t site = SNAG__SITE();
    struct snag__vthread *self = snag__self;
    snag__signals_here(site);
    snag__sigset before = self->sig_mask;
    self->sig_mask = snag__sigset_of(mask);
    self->signalled = (snag__signals_pending(self) & ~self->sig_mask) != 0;
    snag__sched.signals |= self->signalled;
    snag__pick_settle();
    int result = suspend(site);
    (void)snag__signals_mask(before);
    errno = EINTR;
    return result;
}
