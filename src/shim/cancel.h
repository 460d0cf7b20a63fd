/* cancel.h: cancellation of a thread: whether it is asked for, and where it is acted upon.
 *
 * Not how a thread is unwound then (unwind.c). A shim whose call is a cancellation point asks when
 * it is called, and again when it is its turn: who is asked to end meanwhile does not make the call
 * any more. The rule: only the vthread itself acts upon a request, and only at such a place; an
 * asynchronous one, too, waits for the next.
 */
#ifndef SNAG_SHIM_CANCEL_H
#define SNAG_SHIM_CANCEL_H

#include "base/assert.h"
#include "sched/sched.h"

/* Bits of snag__vthread.cancel. */
enum {
    SNAG__CANCEL_OFF = 1,     /* PTHREAD_CANCEL_DISABLE */
    SNAG__CANCEL_ASYNC = 2,   /* PTHREAD_CANCEL_ASYNCHRONOUS */
    SNAG__CANCEL_WANTED = 4,  /* somebody has asked for it */
    SNAG__CANCEL_LEAVING = 8, /* it is on its way out: nothing more can be asked */
};

/* Is `v` to be cancelled at its next cancellation point? */
static inline bool snag__cancelled(const struct snag__vthread *v) {
    return snag__unlikely(v->cancel >= SNAG__CANCEL_WANTED) &&
           (v->cancel & (SNAG__CANCEL_OFF | SNAG__CANCEL_WANTED | SNAG__CANCEL_LEAVING)) ==
               SNAG__CANCEL_WANTED;
}

/* Does it wait in a call that is a cancellation point? One that has been signalled, and waits for
 * the mutex only, has its wakeup: it returns as ever. */
bool snag__cancel_waits(const struct snag__vthread *v);

/* The running vthread ends as one that was cancelled. */
_Noreturn void snag__cancel_act(uint32_t site);

/* The running vthread is at a cancellation point. */
static inline void snag__cancel_here(uint32_t site) {
    if (snag__unlikely(snag__cancelled(snag__self))) {
        snag__cancel_act(site);
    }
}

/* The same in a call that passes straight through, of whoever is under control. */
static inline void snag__cancel_passing(uint32_t site) {
    if (snag__self != NULL) {
        snag__cancel_here(site);
    }
}

#endif
