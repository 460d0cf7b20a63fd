/* process.c: how the code under test ends the process.
 *
 * The rule: under control nothing ends it: exit ends the execution, a failure is a finding.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exec/target.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "shim/chance.h"
#include "shim/exit.h"
#include "shim/process.h"
#include "snag/scenario.h"

_Noreturn void __real_abort(void);
_Noreturn void __real_exit(int status);
_Noreturn void __real_quick_exit(int status);
_Noreturn void __real__exit(int status);
_Noreturn void __real__Exit(int status);
_Noreturn void __real___assert_fail(const char *text, const char *file, unsigned line,
                                    const char *function);

_Noreturn void __wrap_abort(void);
_Noreturn void __wrap_exit(int status);
_Noreturn void __wrap_quick_exit(int status);
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__Exit(int status);
_Noreturn void __wrap___assert_fail(const char *text, const char *file, unsigned line,
                                    const char *function);

static _Noreturn void stop_with(enum snag_finding_kind kind, const char *text, uint32_t site) {
    struct snag_finding *f = snag__raise(kind);
    if (f != NULL) {
        size_t n = strnlen(text, sizeof(f->detail) - 1);
        memcpy(f->detail, text, n);
        f->detail[n] = '\0';
    }
    (void)snag__raise_party(f, 0, site);
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

_Noreturn void __wrap_abort(void) {
    if (snag__self == NULL) {
        __real_abort();
    }
    stop_with(SNAG_ABORT, "abort", SNAG__SITE());
}

/* A program may end with any status, unless the user wants to know. A scenario that fails has
 * failed; and no operation of a state manager is to end the process. */
static void judge_exit(int status, uint32_t site) {
    const struct snag__invocation *v = &snag__recorder->invocation;
    bool tells = v->path[0] == '\0' || (v->judged & SNAG__JUDGE_EXIT) != 0;
    if (snag__impl != NULL || (status != 0 && tells)) {
        stop_with(SNAG_ABORT, status != 0 ? "exit with a failure status" : "exit", site);
    }
}

static _Noreturn void leave(int status, uint32_t site) {
    judge_exit(status, site);
    snag__sched_done();
}

void snag__process_returned(int status, uint32_t site) {
    snag__exits_run(status);
    judge_exit(status, site);
}

/* Without a call of exit the process ends with the status 0. */
void snag__process_last_thread_ends(void) {
    snag__exits_run(0);
}

_Noreturn void __wrap_exit(int status) {
    if (snag__self == NULL) {
        __real_exit(status);
    }
    uint32_t site = SNAG__SITE();
    if (snag__impl == NULL) {
        snag__exits_run(status);
    }
    leave(status, site);
}

_Noreturn void __wrap_quick_exit(int status) {
    if (snag__self == NULL) {
        __real_quick_exit(status);
    }
    uint32_t site = SNAG__SITE();
    if (snag__impl == NULL) {
        snag__exits_run_quick();
    }
    leave(status, site);
}

_Noreturn void __wrap__exit(int status) {
    if (snag__self == NULL) {
        __real__exit(status);
    }
    leave(status, SNAG__SITE());
}

_Noreturn void __wrap__Exit(int status) {
    if (snag__self == NULL) {
        __real__Exit(status);
    }
    leave(status, SNAG__SITE());
}

_Noreturn void __wrap___assert_fail(const char *text, const char *file, unsigned line,
                                    const char *function) {
    if (snag__self == NULL) {
        __real___assert_fail(text, file, line, function);
    }
    stop_with(SNAG_ASSERTION, text, SNAG__SITE());
}

_Noreturn void snag__assert_fail(const char *text, const char *file, int line) {
    if (snag__self == NULL) {
        fprintf(stderr, "%s:%d: snag_assert(%s) failed outside an execution\n", file, line, text);
        __real_abort();
    }
    stop_with(SNAG_ASSERTION, text, SNAG__SITE());
}
