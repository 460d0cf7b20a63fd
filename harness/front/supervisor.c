/* supervisor.c: the watchdog's loop. See supervisor.h.
 *
 * One loop, woken by signals (a child that ended, Ctrl-C) and by its own pulse; no handlers, so
 * nothing here runs at a bad moment.
 */
#define _GNU_SOURCE
#include "front/supervisor.h"

#include "front/child.h"
#include "watch/proc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAME_REQUEST_MS = 200 };

static sigset_t waited_for; /* blocked, and taken one by one by the loop */
static unsigned requests;   /* to end, so far, in the whole life of this process */

void snag__supervisor_begin(void) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(&waited_for);
    sigaddset(&waited_for, SIGCHLD);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction action;
        /* Who started us in the background, or under nohup, wants them ignored. */
        if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&waited_for, signals[i]);
    }
    sigset_t blocked = waited_for;
    sigaddset(&blocked, SIGINT); /* not lost on a child that does not obey yet */
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
}

void snag__supervisor_begin_forked(void) {
    snag__child_obeys();
    sigaddset(&waited_for, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &waited_for, NULL);
}

static uint64_t now_ms(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* timeout(1) signals its child and then its group: one request, told twice, and what is to be done
 * about it may have been done by the time of the second. */
static bool counts_as_request(void) {
    static uint64_t last_ms;
    uint64_t now = now_ms();
    if (requests > 0 && now - last_ms < SAME_REQUEST_MS)
        return false;
    last_ms = now;
    requests++;
    return true;
}

bool snag__supervisor_wait(uint64_t ms) {
    const struct timespec pulse = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000L};
    int got = sigtimedwait(&waited_for, NULL, &pulse);
    return (got == SIGINT || got == SIGTERM || got == SIGHUP) && counts_as_request();
}

bool snag__supervisor_asked(void) {
    return requests > 0;
}

/* `before`: requests that came before it was started. */
static void pass_on(const struct snag__supervised *s, pid_t pid, unsigned before) {
    if (requests - (s->shielded ? before : 0) >= 2)
        (void)kill(-pid, SIGKILL);
    else if (!s->shielded)
        (void)kill(pid, SIGINT);
}

/* True: the child has ended; it is not reaped yet. */
static bool has_ended(pid_t pid) {
    siginfo_t info;
    info.si_pid = 0;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Until it ends or is found stuck; then it is killed, with its group, and reaped. */
static void watch(const struct snag__supervised *s, struct snag__watch *w, struct snag__end *end) {
    int wait_status = 0;
    unsigned before = requests;
    end->how = SNAG__ENDED;
    while (!has_ended(w->pid)) {
        if (snag__supervisor_wait(snag__watch_pulse_ms(w->timeout_ms)))
            pass_on(s, w->pid, before);
        enum snag__how how = snag__watch_look(w);
        if (how != SNAG__ENDED && !has_ended(w->pid)) {
            snag__watch_describe(w, how, end);
            break;
        }
    }
    snag__child_kill(w->pid, &wait_status); /* also what it may have left in its group */
    end->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    end->status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
}

/* What the ending means, once it has ended of itself. */
static enum snag__how judge(const struct snag__end *end) {
    if (end->recorder != NULL && end->recorder->running == 1 && !end->interrupted)
        return SNAG__DIED;
    return end->signal != 0 || end->status > 3 ? SNAG__CRASHED : SNAG__ENDED;
}

/* Passes on what was kept back, and remembers its last line. */
static void release_stderr(int fd, struct snag__end *end) {
    char buffer[4096];
    size_t used = 0;
    ssize_t got;
    if (lseek(fd, 0, SEEK_SET) != 0)
        return;
    while ((got = read(fd, buffer, sizeof buffer)) > 0) {
        (void)!write(STDERR_FILENO, buffer, (size_t)got);
        for (ssize_t i = 0; i < got; i++) {
            if (buffer[i] == '\n') {
                used = 0;
            } else if (used + 1 < sizeof end->last_line) {
                end->last_line[used++] = buffer[i];
                end->last_line[used] = '\0';
            }
        }
    }
}

/* By all the processes that this one has watched. */
static struct snag__told told;

/* The recorder's memory: one descriptor to hand on, one mapping to read. */
static enum snag_err make_recorder(int *fd, struct snag__recorder **r, struct snag_error *e) {
    *fd = memfd_create("snag-recorder", MFD_CLOEXEC);
    if (*fd < 0 || ftruncate(*fd, sizeof **r) != 0 ||
        pwrite(*fd, &told, sizeof told, offsetof(struct snag__recorder, told)) != sizeof told)
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the flight recorder: %s",
                         strerror(errno));
    void *at = mmap(NULL, sizeof **r, PROT_READ, MAP_SHARED, *fd, 0);
    if (at == MAP_FAILED)
        return snag_fail(e, SNAG_ERR_SYSTEM, "the flight recorder cannot be mapped: %s",
                         strerror(errno));
    *r = at;
    return SNAG_ERR_OK;
}

enum snag_err snag__supervise(const struct snag__supervised *s, struct snag__end *end,
                              struct snag_error *e) {
    int fd = -1, kept = -1;
    memset(end, 0, sizeof *end);
    enum snag_err err = make_recorder(&fd, &end->recorder, e);
    if (err == SNAG_ERR_OK && s->capture_stderr &&
        (kept = memfd_create("snag-stderr", MFD_CLOEXEC)) < 0)
        err = snag_fail(e, SNAG_ERR_SYSTEM, "no memory: %s", strerror(errno));
    struct snag__watch w = {.timeout_ms = s->timeout_ms, .recorder = end->recorder};
    const struct snag__child child = {s->argv, s->env, fd, -1, kept};
    if (err == SNAG_ERR_OK)
        err = snag__child_start(&child, &w.pid, e);
    if (err == SNAG_ERR_OK) {
        watch(s, &w, end);
        end->interrupted = snag__supervisor_asked();
        if (!snag__recorder_legible(end->recorder, sizeof *end->recorder)) {
            (void)munmap(end->recorder, sizeof *end->recorder);
            end->recorder = NULL;
        } else {
            told = end->recorder->told;
        }
        end->executions = end->recorder != NULL ? end->recorder->executions : 0;
        if (end->how == SNAG__ENDED)
            end->how = judge(end);
        /* Its progress line may still stand on the terminal. */
        if (end->how != SNAG__ENDED && isatty(STDERR_FILENO) == 1)
            fputs("\r\033[K", stderr);
        if (kept >= 0)
            release_stderr(kept, end);
    } else {
        snag__end_free(end);
    }
    if (fd >= 0)
        (void)close(fd);
    if (kept >= 0)
        (void)close(kept);
    return err;
}

void snag__end_free(struct snag__end *end) {
    if (end->recorder != NULL)
        (void)munmap(end->recorder, sizeof *end->recorder);
    end->recorder = NULL;
}
