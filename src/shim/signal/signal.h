/* signal.h: signals of the code under test: who blocks which, which are pending, and what comes of
 * them.
 *
 * All of it is a model: no signal is ever sent to this process, whose own handlers (of crashes, of
 * the supervisor) are not touched; a fault of the code is a finding, whatever it handles. Mask and
 * pending signals belong to the vthread, dispositions to the execution. The rule: a handler runs on
 * its vthread, as a call that the interrupted code makes: at the next scheduling point that it
 * comes to, or out of the wait that the signal ends, before it is waited again or EINTR returned.
 */
#ifndef SNAG_SHIM_SIGNAL_SIGNAL_H
#define SNAG_SHIM_SIGNAL_SIGNAL_H

#include <signal.h>

#include "sched/sched.h"
#include "shim/cancel.h"

enum { SNAG__SIGNALS = 64 }; /* their numbers are from 1 to that */

/* A set of signals, number n as bit n - 1: the first word of a sigset_t. */
typedef uint64_t snag__sigset;

static inline snag__sigset snag__sigset_of(const sigset_t *set) {
    return *(const uint64_t *)(const void *)set;
}

static inline snag__sigset snag__sigset_one(int sig) {
    return UINT64_C(1) << (sig - 1);
}

static inline bool snag__signal_valid(int sig) {
    return sig >= 1 && sig <= SNAG__SIGNALS;
}

/* One that is pending; of the standard ones there is at most one for each target. */
struct snag__signal {
    uint8_t number;
    uint16_t vthread; /* SNAG__NOBODY: for the process */
    int code;         /* SI_USER ... */
    union sigval value;
};

/* An execution begins: none is pending, none is handled. */
void snag__signals_begin(void);

/* ---- sending (send.c), at the sender's point ---- */

/* `to`: NULL: the process. False: too many are pending. It may end the execution. */
bool snag__signal_send(struct snag__vthread *to, const struct snag__signal *s, uint32_t site);

/* `v` waits, and has a signal to handle that was sent before it began to: it waits no more. */
void snag__signal_ends_wait(struct snag__vthread *v);

/* ---- pending ones (pending.c) ---- */

/* False: there is no room. */
bool snag__signal_put(const struct snag__signal *s);
/* Takes the lowest of `set` that is pending for `v` or the process. False: there is none. */
bool snag__signal_take(const struct snag__vthread *v, snag__sigset set, struct snag__signal *s);
/* Those that are pending for `v` or the process. */
snag__sigset snag__signals_pending(const struct snag__vthread *v);
/* They are discarded, wherever they are pending. */
void snag__signals_discard(int number);
void snag__signals_forget(void);

/* None is set: an execution begins. */
void snag__timers_begin(void);

/* ---- what comes of them (handle.c) ---- */

/* Is it ignored, by wish or by default? */
bool snag__signal_ignored(int number);
/* Would it end the process, or stop it? */
bool snag__signal_kills(int number);
/* The execution ends as the process would, by a signal that was sent at `site`; where it would
 * stop, that is not modelled. */
_Noreturn void snag__signal_kill(int number, uint32_t site);

/* The running vthread blocks these from now on; what it does not block any more is delivered.
 * Returns what it blocked before. */
snag__sigset snag__signals_mask(snag__sigset mask);

/* The running vthread handles what is pending and not blocked. True: all those handlers let a call
 * that was interrupted be made again. */
bool snag__signals_deliver(void);

/* ---- for waits that signals end ---- */

/* After a wait of the running vthread that did not come to what it was for: a signal ended it. */
static inline bool snag__signalled(void) {
    return snag__unlikely(snag__self->ending == SNAG__WAIT_SIGNAL);
}

/* At the beginning of a call that may wait: what has been asked of the running vthread meanwhile.
 */
static inline void snag__signals_here(uint32_t site) {
    if (snag__unlikely(snag__self->signalled)) {
        (void)snag__signals_deliver();
    }
    snag__cancel_here(site);
}

/* For a call that waits under another mask, from here to snag__signals_back. NULL: under its own.
 * True: what that lets in was handled, and the call is over, with EINTR. */
bool snag__signals_under(const sigset_t *mask, snag__sigset *before);
/* The mask is what it was before; errno is kept. */
void snag__signals_back(snag__sigset before);

/* Who waits in sigwait and its kin: some of what he waits for may be pending now. */
void snag__sigwaits_look(void);

#endif
