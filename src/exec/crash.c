/* crash.c: SIGSEGV and its kin, caught on a stack of their own. See crash.h.
 *
 * The handler does not jump. It changes the interrupted context so that returning from the signal
 * lands in a function on a spare stack, which ends the execution the ordinary way: whatever wrapped
 * the handler (a sanitizer's runtime) unwinds normally.
 */
#define _GNU_SOURCE
#include "exec/crash.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "base/assert.h"
#include "exec/body.h"
#include "exec/marker.h"
#include "oracle/raise.h"
#include "sched/sched.h"

enum { STACK_BYTES = 256 << 10 };

static char *landing_stack; /* lowest byte */

static _Noreturn void land(void) {
    snag__sched_stop(SNAG_END_STOPPED);
}

static uintptr_t *context_pc(ucontext_t *c) {
#if defined(__x86_64__)
    return (uintptr_t *)&c->uc_mcontext.gregs[REG_RIP];
#else
    return (uintptr_t *)&c->uc_mcontext.pc;
#endif
}

static char *context_sp(const ucontext_t *c) {
#if defined(__x86_64__)
    return (char *)c->uc_mcontext.gregs[REG_RSP];
#else
    return (char *)c->uc_mcontext.sp;
#endif
}

static void redirect(ucontext_t *c) {
    uintptr_t top = (uintptr_t)landing_stack + STACK_BYTES;
#if defined(__x86_64__)
    c->uc_mcontext.gregs[REG_RSP] = (greg_t)(top - 8); /* as after a call */
#else
    c->uc_mcontext.sp = top;
#endif
    *context_pc(c) = (uintptr_t)land;
}

static const char *describe(int sig) {
    switch (sig) {
    case SIGSEGV:
        return "SIGSEGV (bad address)";
    case SIGBUS:
        return "SIGBUS (bad address)";
    case SIGFPE:
        return "SIGFPE (arithmetic)";
    case SIGILL:
        return "SIGILL (bad instruction)";
    default:
        return "SIGTRAP (trap)";
    }
}

/* Where the code under test stood: at `pc`, or, if that is in a function that it called (of the C
 * library, or a hook that does an access for it), where the innermost address on the stack leads
 * back to. */
static uintptr_t place_of(uintptr_t pc, const struct snag__fiber *f, const char *sp) {
    const uintptr_t *word = (const uintptr_t *)((uintptr_t)sp & ~(sizeof(*word) - 1));
    const uintptr_t *end = (const uintptr_t *)(f->stack + f->stack_bytes);
    for (; !snag__in_code_under_test(pc) && (const char *)word >= f->stack && word < end; word++) {
        if (snag__in_code_under_test(*word)) {
            return *word;
        }
    }
    return pc;
}

static void on_signal(int sig, siginfo_t *info, void *context) {
    ucontext_t *c = context;
    bool invariant = snag__body_invariant_over();
    struct snag__vthread *self = snag__self;
    if (self == NULL) {
        signal(sig, SIG_DFL);
        raise(sig);
        return;
    }
    bool overflow = sig == SIGSEGV && snag__fiber_guards(self->runs, (uintptr_t)info->si_addr);
    uintptr_t pc = *context_pc(c);
    struct snag_finding *f = snag__raise(invariant  ? SNAG_BAD_INVARIANT
                                         : overflow ? SNAG_STACK_OVERFLOW
                                                    : SNAG_CRASH);
    if (f != NULL && (invariant || !overflow)) {
        const char *text = overflow ? "its stack ran into its guard page" : describe(sig);
        memcpy(f->detail, text, strlen(text) + 1);
    }
    /* A recursion may hit the guard in any of its functions: an overflow is named without one. */
    if (!overflow) {
        uintptr_t at = place_of(pc, self->runs, context_sp(c));
        (void)snag__raise_party(f, 0, (uint32_t)(at - snag__sched.image));
    }
    snag__raise_done(f);
    snag__fiber_note_depth(self->runs, overflow ? self->runs->stack : context_sp(c));
    redirect(c);
}

enum snag_err snag__crash_init(struct snag_error *e) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    char *stacks = mmap(NULL, 2 * (size_t)STACK_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stacks == MAP_FAILED) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the signal stack: %s", strerror(errno));
    }
    landing_stack = stacks + STACK_BYTES;
    stack_t alternate = {.ss_sp = stacks, .ss_size = STACK_BYTES};
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    if (sigaltstack(&alternate, NULL) != 0) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "sigaltstack: %s", strerror(errno));
    }
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (sigaction(signals[i], &action, NULL) != 0) {
            return snag_fail(e, SNAG_ERR_SYSTEM, "sigaction: %s", strerror(errno));
        }
    }
    return SNAG_ERR_OK;
}
