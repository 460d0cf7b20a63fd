/* guard.c: see guard.h.
 *
 * The child is polled, at first often: the signals, timers and descriptors of this process are
 * somebody else's.
 */
#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_POLL_US = 50 };

static _Noreturn void be_child(int (*run)(void *), void *context, pid_t parent) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(SNAG_ERR_SYSTEM); /* it died before prctl */
    int status = run(context);
    (void)fflush(NULL);
    _exit(status); /* what is to be done at exit is for the parent to do */
}

/* True: it has ended. Where SIGCHLD is ignored, there is no status to be had of it. */
static bool has_ended(pid_t pid, int *wait_status) {
    pid_t got = waitpid(pid, wait_status, WNOHANG);
    return got == pid || (got < 0 && errno == ECHILD);
}

static void end_now(pid_t pid, int *wait_status) {
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, wait_status, 0) < 0 && errno == EINTR) {
    }
}

static void watch(struct snag__watch *w, struct snag__end *end) {
    useconds_t pulse_us = (useconds_t)snag__watch_pulse_ms(w->timeout_ms) * 1000,
               us = FIRST_POLL_US;
    int wait_status = 0;
    while (!has_ended(w->pid, &wait_status)) {
        (void)usleep(us);
        us = us + us / 8 < pulse_us ? us + us / 8 : pulse_us;
        enum snag__how how = snag__watch_look(w);
        if (how != SNAG__ENDED) {
            snag__watch_describe(w, how, end);
            end_now(w->pid, &wait_status);
            return;
        }
    }
    end->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    end->status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
    end->how = snag__recorder->running == 1 ? SNAG__DIED
               : end->signal != 0           ? SNAG__CRASHED
                                            : SNAG__ENDED;
}

enum snag_err snag__guard(int (*run)(void *), void *context, uint64_t timeout_ms,
                          struct snag__end *end, struct snag_error *e) {
    struct snag__watch w = {.timeout_ms = timeout_ms, .recorder = snag__recorder};
    memset(end, 0, sizeof *end);
    (void)fflush(NULL); /* what is buffered must not be printed twice */
    snag__recorder->running = snag__recorder->watching = 0;
    snag__recorder->executions = 0;
    pid_t parent = getpid();
    w.pid = fork();
    if (w.pid < 0)
        return snag_fail(e, SNAG_ERR_SYSTEM, "no new process: %s", strerror(errno));
    if (w.pid == 0)
        be_child(run, context, parent);
    watch(&w, end);
    snag__recorder->running = snag__recorder->watching = 0;
    end->executions = snag__recorder->executions;
    end->recorder = snag__recorder;
    return SNAG_ERR_OK;
}
