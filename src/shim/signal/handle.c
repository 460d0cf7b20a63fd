/* handle.c: dispositions, masks, and the running of handlers. See signal.h. */
#define _GNU_SOURCE
#include "shim/signal/signal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exec/parts.h"
#include "exec/rt.h"
#include "oracle/raise.h"
#include "shim/refuse.h"
#include "shim/result.h"

int __real_sigaction(int sig, const struct sigaction *action, struct sigaction *old);
sighandler_t __real_signal(int sig, sighandler_t handler);
int __real_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int __real_sigprocmask(int how, const sigset_t *set, sigset_t *old);
int __real_sigpending(sigset_t *set);
int __real_siginterrupt(int sig, int interrupts);
int __real_sigaltstack(const stack_t *stack, stack_t *old);

int __wrap_sigaction(int sig, const struct sigaction *action, struct sigaction *old);
sighandler_t __wrap_signal(int sig, sighandler_t handler);
int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old);
int __wrap_sigpending(sigset_t *set);
int __wrap_siginterrupt(int sig, int interrupts);
int __wrap_sigaltstack(const stack_t *stack, stack_t *old);

/* What was asked for in this execution; zero is the default. */
static struct sigaction actions[SNAG__SIGNALS + 1];
static bool any_action;
static stack_t alternate; /* told back, and never used: handlers run on the vthread's own stack */

static const snag__sigset never_blocked = UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1)
                                                                             << (SIGSTOP - 1);

void snag__signals_begin(void) {
    if (snag__unlikely(any_action)) {
        memset(actions, 0, sizeof(actions));
        any_action = false;
    }
    alternate = (stack_t){.ss_flags = SS_DISABLE};
    snag__signals_forget();
    snag__timers_begin();
}

/* ---- what a signal does ---- */

static bool is_default(int number) {
    return actions[number].sa_handler == SIG_DFL;
}

static bool ignored_by_default(int number) {
    return number == SIGCHLD || number == SIGURG || number == SIGWINCH || number == SIGCONT;
}

bool snag__signal_ignored(int number) {
    return actions[number].sa_handler == SIG_IGN ||
           (is_default(number) && ignored_by_default(number));
}

bool snag__signal_kills(int number) {
    return is_default(number) && !ignored_by_default(number);
}

static bool stops_by_default(int number) {
    return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/* Who would go on after a SIGCONT, and who sends that, is not in here. */
static _Noreturn void refuse_to_stop(int number) {
    static bool told[SNAG__SIGNALS + 1];
    char what[40];
    (void)snprintf(what, sizeof(what), "being stopped by SIG%s", sigabbrev_np(number));
    snag__refuse(what, &told[number]);
}

_Noreturn void snag__signal_kill(int number, uint32_t site) {
    if (stops_by_default(number)) {
        refuse_to_stop(number);
    }
    struct snag_finding *f = snag__raise(SNAG_ABORT);
    if (f != NULL) {
        const char *name = sigabbrev_np(number);
        (void)snprintf(f->detail, sizeof(f->detail), "ended by signal SIG%s",
                       name != NULL ? name : "RT");
    }
    (void)snag__raise_party(f, 0, site);
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

/* ---- handlers ---- */

/* As a call of the code under test. The vthread may have stood before a call, and still does when
 * it is over; errno is the handler's to keep. */
static void run_handler(const struct snag__signal *s, const struct sigaction *action,
                        uint32_t site) {
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    info.si_signo = s->number;
    info.si_code = s->code;
    info.si_pid = getpid();
    info.si_value = s->value;
    snag__rt_acquire(&actions[s->number]);
    snag__log(SNAG_EV_SIGNAL_HANDLED, NULL, site)->value = s->number;
    if ((action->sa_flags & SA_SIGINFO) != 0) {
        action->sa_sigaction(s->number, &info, NULL);
    } else {
        action->sa_handler(s->number);
    }
}

static bool handle(const struct snag__signal *s) {
    struct snag__vthread *self = snag__self;
    uint32_t site = self->pend.site;
    if (snag__signal_ignored(s->number)) {
        return true;
    }
    if (snag__signal_kills(s->number)) {
        snag__signal_kill(s->number, site);
    }
    struct sigaction action = actions[s->number];
    snag__sigset before = self->sig_mask;
    if ((action.sa_flags & (int)SA_RESETHAND) != 0) {
        actions[s->number].sa_handler = SIG_DFL;
    }
    self->sig_mask |= snag__sigset_of(&action.sa_mask) & ~never_blocked;
    if ((action.sa_flags & SA_NODEFER) == 0) {
        self->sig_mask |= snag__sigset_one(s->number);
    }
    snag__point(SNAG_EV_SIGNAL_HANDLED, NULL, site);
    run_handler(s, &action, site);
    self->sig_mask = before;
    return (action.sa_flags & SA_RESTART) != 0;
}

bool snag__signals_deliver(void) {
    struct snag__vthread *self = snag__self;
    struct snag__signal s;
    bool restarts = true;
    self->signalled = false;
    while (snag__signal_take(self, ~self->sig_mask, &s)) {
        restarts &= handle(&s);
    }
    return restarts;
}

/* What was sent before is handled before. */
snag__sigset snag__signals_mask(snag__sigset mask) {
    snag__sigset before = snag__self->sig_mask;
    if (snag__unlikely(snag__self->signalled)) {
        (void)snag__signals_deliver();
    }
    snag__self->sig_mask = mask & ~never_blocked;
    if ((before & ~mask) != 0) {
        (void)snag__signals_deliver();
    }
    return before;
}

bool snag__signals_under(const sigset_t *mask, snag__sigset *before) {
    struct snag__vthread *self = snag__self;
    *before = self->sig_mask;
    if (mask == NULL) {
        return false;
    }
    self->sig_mask = snag__sigset_of(mask) & ~never_blocked;
    if ((snag__signals_pending(self) & ~self->sig_mask) == 0) {
        return false;
    }
    (void)snag__signals_deliver();
    errno = EINTR;
    return true;
}

void snag__signals_back(snag__sigset before) {
    int kept = errno;
    if (snag__self->sig_mask != before) {
        (void)snag__signals_mask(before);
    }
    errno = kept;
}

/* ---- dispositions ---- */

static int set_action(int sig, const struct sigaction *action, struct sigaction *old,
                      uint32_t site) {
    if (!snag__signal_valid(sig) || (action != NULL && (sig == SIGKILL || sig == SIGSTOP))) {
        return snag__fail(EINVAL);
    }
    snag__point(SNAG_EV_SIGACTION, NULL, site);
    if (old != NULL) {
        *old = actions[sig];
    }
    if (action != NULL) {
        snag__part_use(SNAG__PART_SIGNALS);
        actions[sig] = *action;
        any_action = true;
        snag__rt_release(&actions[sig]);
        if (snag__signal_ignored(sig)) {
            snag__signals_discard(sig);
        }
    }
    snag__log(SNAG_EV_SIGACTION, NULL, site)->value = (uint32_t)sig;
    return 0;
}

int __wrap_sigaction(int sig, const struct sigaction *action, struct sigaction *old) {
    return snag__self == NULL ? __real_sigaction(sig, action, old)
                              : set_action(sig, action, old, SNAG__SITE());
}

sighandler_t __wrap_signal(int sig, sighandler_t handler) {
    if (snag__self == NULL) {
        return __real_signal(sig, handler);
    }
    struct sigaction old, action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    return set_action(sig, &action, &old, SNAG__SITE()) == 0 ? old.sa_handler : SIG_ERR;
}

int __wrap_siginterrupt(int sig, int interrupts) {
    if (snag__self == NULL) {
        return __real_siginterrupt(sig, interrupts);
    }
    struct sigaction action;
    if (set_action(sig, NULL, &action, SNAG__SITE()) != 0) {
        return -1;
    }
    action.sa_flags =
        interrupts != 0 ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    return set_action(sig, &action, NULL, SNAG__SITE());
}

/* The harness has its own, for real faults. */
int __wrap_sigaltstack(const stack_t *stack, stack_t *old) {
    if (snag__self == NULL) {
        return __real_sigaltstack(stack, old);
    }
    if (old != NULL) {
        *old = alternate;
    }
    if (stack != NULL) {
        snag__part_use(SNAG__PART_SIGNALS);
        alternate = *stack;
    }
    return 0;
}

/* ---- masks ---- */

static int change_mask(int how, const sigset_t *set, sigset_t *old) {
    snag__sigset now = snag__self->sig_mask;
    if (old != NULL) {
        memset(old, 0, sizeof(*old));
        memcpy(old, &now, sizeof(now));
    }
    if (set == NULL) {
        return 0;
    }
    snag__sigset given = snag__sigset_of(set);
    switch (how) {
    case SIG_BLOCK:
        (void)snag__signals_mask(now | given);
        return 0;
    case SIG_UNBLOCK:
        (void)snag__signals_mask(now & ~given);
        return 0;
    case SIG_SETMASK:
        (void)snag__signals_mask(given);
        return 0;
    default:
        return EINVAL;
    }
}

int __wrap_pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
    return snag__self == NULL ? __real_pthread_sigmask(how, set, old) : change_mask(how, set, old);
}

int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    if (snag__self == NULL) {
        return __real_sigprocmask(how, set, old);
    }
    return snag__result(change_mask(how, set, old));
}

int __wrap_sigpending(sigset_t *set) {
    if (snag__self == NULL) {
        return __real_sigpending(set);
    }
    snag__sigset pending = snag__signals_pending(snag__self) & snag__self->sig_mask;
    memset(set, 0, sizeof(*set));
    memcpy(set, &pending, sizeof(pending));
    return 0;
}
