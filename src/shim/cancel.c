/* cancel.c: pthread_cancel, and what a thread says about being cancelled. See cancel.h. */
#include "shim/cancel.h"

#include <errno.h>
#include <pthread.h>

#include "exec/rt.h"
#include "sched/spin.h"
#include "sched/wait.h"
#include "shim/thread.h"

int __real_pthread_cancel(pthread_t t);
int __real_pthread_setcancelstate(int state, int *old);
int __real_pthread_setcanceltype(int type, int *old);
void __real_pthread_testcancel(void);

int __wrap_pthread_cancel(pthread_t t);
int __wrap_pthread_setcancelstate(int state, int *old);
int __wrap_pthread_setcanceltype(int type, int *old);
void __wrap_pthread_testcancel(void);

_Noreturn void snag__cancel_act(uint32_t site) {
    const struct snag__object *o = snag__object_get(snag__self->object);
    snag__self->cancel |= SNAG__CANCEL_LEAVING;
    snag__point(SNAG_EV_CANCELLED, o, site);
    snag__log(SNAG_EV_CANCELLED, o, site);
    snag__rt_acquire((const void *)o->address);
    snag__thread_exit(PTHREAD_CANCELED);
}

bool snag__cancel_waits(const struct snag__vthread *v) {
    switch (v->pend.kind) {
    case SNAG_EV_COND_RELOCK:
        return v->waits_with != 0;
    case SNAG_EV_JOIN:
    case SNAG_EV_TIMEDJOIN:
    case SNAG_EV_SLEEP:
    case SNAG_EV_SEM_WAIT:
    case SNAG_EV_SEM_TIMEDWAIT:
    case SNAG_EV_FD_READ:
    case SNAG_EV_FD_WRITE:
    case SNAG_EV_FD_ACCEPT:
    case SNAG_EV_FD_CONNECT:
    case SNAG_EV_FD_POLL:
    case SNAG_EV_SIGWAIT:
    case SNAG_EV_SIGSUSPEND:
        return true;
    default:
        return false;
    }
}

/* Of who has ended, or is about to, it is no more than a wish. */
int __wrap_pthread_cancel(pthread_t t) {
    if (snag__self == NULL) {
        return __real_pthread_cancel(t);
    }
    uint32_t site = SNAG__SITE();
    struct snag__vthread *v =
        snag__thread_for(t, "cancellation of what is no thread any more", site);
    if (v == NULL) {
        return ESRCH;
    }
    const struct snag__object *o = snag__object_get(v->object);
    snag__point(SNAG_EV_CANCEL, o, site);
    snag__rt_release((const void *)o->address);
    v->cancel |= SNAG__CANCEL_WANTED;
    if (v->state == SNAG__VTHREAD_LIVE && snag__cancelled(v) && snag__cancel_waits(v)) {
        snag__wait_end(v, SNAG__WAIT_CANCEL);
    }
    snag__log(SNAG_EV_CANCEL, o, site)->value = v->index;
    if (v == snag__self && (v->cancel & SNAG__CANCEL_ASYNC) != 0) {
        snag__cancel_here(site);
    }
    return 0;
}

/* Sets that bit of one's own to `on`; says what it was in *old. A request that had to wait is acted
 * upon at once where cancellation is asynchronous. */
static void set(uint8_t bit, bool on, int on_name, int off_name, int *old, uint32_t site) {
    struct snag__vthread *self = snag__self;
    if (old != NULL) {
        *old = (self->cancel & bit) != 0 ? on_name : off_name;
    }
    self->cancel = (uint8_t)(on ? self->cancel | bit : self->cancel & ~bit);
    if ((self->cancel & SNAG__CANCEL_ASYNC) != 0) {
        snag__cancel_here(site);
    }
}

int __wrap_pthread_setcancelstate(int state, int *old) {
    if (snag__self == NULL) {
        return __real_pthread_setcancelstate(state, old);
    }
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) {
        return EINVAL;
    }
    set(SNAG__CANCEL_OFF, state == PTHREAD_CANCEL_DISABLE, PTHREAD_CANCEL_DISABLE,
        PTHREAD_CANCEL_ENABLE, old, SNAG__SITE());
    return 0;
}

int __wrap_pthread_setcanceltype(int type, int *old) {
    if (snag__self == NULL) {
        return __real_pthread_setcanceltype(type, old);
    }
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) {
        return EINVAL;
    }
    set(SNAG__CANCEL_ASYNC, type == PTHREAD_CANCEL_ASYNCHRONOUS, PTHREAD_CANCEL_ASYNCHRONOUS,
        PTHREAD_CANCEL_DEFERRED, old, SNAG__SITE());
    return 0;
}

void __wrap_pthread_testcancel(void) {
    if (snag__self == NULL) {
        __real_pthread_testcancel();
        return;
    }
    uint32_t site = SNAG__SITE();
    snag__cancel_here(site);
    snag__point(SNAG_EV_TEST_CANCEL, NULL, site);
    snag__cancel_here(site);
    snag__log(SNAG_EV_TEST_CANCEL, NULL, site);
    snag__quiet(NULL, site);
}
