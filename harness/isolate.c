/* isolate.c: one execution in a child, watched through the flight recorder. See isolate.h. */
#include "isolate.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exec/recorder.h"

enum { POLL_US = 500 };

static uint64_t pulse(void) {
    const struct snag__recorder *r = snag__recorder;
    return r->runs * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)r->events_count * 31 +
           r->choices_count * UINT64_C(0x100000001b3) + r->running;
}

static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The state letter of /proc/PID/stat, and the processor time used, in clock ticks. */
static char state_of(pid_t pid, unsigned long *ticks) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    size_t n = f != NULL ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f != NULL)
        (void)fclose(f);
    text[n] = '\0';
    const char *after = strrchr(text, ')'); /* the name before it may hold anything */
    unsigned long user = 0, system = 0;
    char state = '?';
    if (after != NULL)
        (void)sscanf(after + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state,
                     &user, &system);
    *ticks = user + system;
    return state;
}

static enum snag__isolated watch(pid_t pid, uint32_t quiet_ms) {
    uint64_t last = pulse(), since = now_ms();
    for (;;) {
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid)
            return WIFEXITED(status) && snag__recorder->running == 0 ? SNAG__ISOLATED_ENDED
                                                                     : SNAG__ISOLATED_DIED;
        usleep(POLL_US);
        uint64_t beat = pulse();
        if (beat != last) {
            last = beat;
            since = now_ms();
        } else if (now_ms() - since >= quiet_ms) {
            unsigned long ticks;
            char state = state_of(pid, &ticks);
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            return state == 'S' || state == 'D' ? SNAG__ISOLATED_BLOCKED : SNAG__ISOLATED_LOOPS;
        }
    }
}

enum snag__isolated snag__isolated_run(struct snag__session *s, const struct snag_program *program,
                                       const struct snag_schedule *schedule, uint32_t quiet_ms) {
    (void)fflush(NULL);
    snag__recorder->running = 0;
    pid_t pid = fork();
    if (pid < 0)
        return SNAG__ISOLATED_TROUBLE;
    if (pid == 0) {
        static struct snag_verdict v;
        snag__session_replay(s, program, 0, schedule, &v);
        _exit(0);
    }
    return watch(pid, quiet_ms);
}
