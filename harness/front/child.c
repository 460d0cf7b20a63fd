/* child.c: fork and exec, with the failure of exec told to the parent. See child.h. */
#define _GNU_SOURCE
#include "front/child.h"

#include "exec/aslr.h"
#include "recover.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void snag__child_obeys(void) {
    struct sigaction usual = {.sa_handler = SIG_DFL}, ignored = {.sa_handler = SIG_IGN};
    (void)setpgid(0, 0);
    (void)sigaction(SIGINT, &usual, NULL);
    (void)sigaction(SIGTTOU, &ignored, NULL); /* what it says is for the terminal all the same */
}

/* Ctrl-C that came before it was in a group of its own was not for it. */
static void forget_interrupts(void) {
    static const struct timespec at_once = {0};
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    (void)sigtimedwait(&interrupt, NULL, &at_once);
}

/* In the child: everything up to exec. Returns only on failure, with errno. */
static void become(const struct snag__child *c, pid_t parent) {
    sigset_t none;
    snag__child_obeys();
    forget_interrupts();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(3); /* it died before prctl */
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        return;
    if (null != STDIN_FILENO)
        (void)close(null);
    if (c->stdout_fd >= 0 && dup2(c->stdout_fd, STDOUT_FILENO) < 0)
        return;
    if (c->stderr_fd >= 0 && dup2(c->stderr_fd, STDERR_FILENO) < 0)
        return;
    if (c->recorder_fd >= 0) {
        char number[16];
        int fd = dup(c->recorder_fd); /* the copy survives exec */
        if (fd < 0)
            return;
        snprintf(number, sizeof number, "%d", fd);
        if (setenv(SNAG__ENV_RECORDER_FD, number, 1) != 0)
            return;
    }
    for (const char *const *v = c->env; v != NULL && *v != NULL; v++) {
        char *copy = strdup(*v);
        if (copy == NULL || putenv(copy) != 0)
            return;
    }
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    snag__aslr_off_after_exec();
    execv(c->argv[0], c->argv);
}

enum snag_err snag__child_start(const struct snag__child *c, pid_t *pid, struct snag_error *e) {
    int report[2], why = 0;
    if (pipe2(report, O_CLOEXEC) != 0)
        return snag_fail(e, SNAG_ERR_SYSTEM, "no pipe: %s", strerror(errno));
    fflush(NULL); /* what is buffered must not be printed twice */
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        become(c, parent);
        why = errno;
        (void)!write(report[1], &why, sizeof why);
        _exit(3);
    }
    int fork_errno = errno;
    (void)close(report[1]);
    if (child < 0) {
        (void)close(report[0]);
        return snag_fail(e, SNAG_ERR_SYSTEM, "no new process: %s", strerror(fork_errno));
    }
    (void)setpgid(child, child); /* in both, so that it holds whoever runs first */
    ssize_t got;
    do
        got = read(report[0], &why, sizeof why);
    while (got < 0 && errno == EINTR);
    (void)close(report[0]);
    if (got != 0) {
        (void)waitpid(child, NULL, 0);
        return snag_fail(e, SNAG_ERR_SYSTEM, "%s: cannot be run: %s", c->argv[0], strerror(why));
    }
    *pid = child;
    return SNAG_ERR_OK;
}

size_t snag__processes(uint64_t asked) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return asked != 0 ? asked : processors > 0 ? (size_t)processors : 1;
}

void snag__child_kill(pid_t pid, int *wait_status) {
    (void)kill(-pid, SIGKILL);
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, wait_status, 0) < 0 && errno == EINTR)
        ;
}
