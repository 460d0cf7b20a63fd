/* isolate.c: one execution in a child, watched through the flight recorder. See isolate.h. */
#include "isolate.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exec/recorder.h"
#include "watch/proc.h"

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

static bool is_asleep(const struct snag__proc *p) {
    return p->state == 'S' || p->state == 'D';
}

/* Silence counts when it sleeps in the kernel, or has had that much of a processor. */
static enum snag__isolated watch(pid_t pid, uint32_t quiet_ms) {
    uint64_t last = 0, since = 0, used = 0;
    for (;;) {
        struct snag__proc p = {0};
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid)
            return WIFEXITED(status) && snag__recorder->running == 0 ? SNAG__ISOLATED_ENDED
                                                                     : SNAG__ISOLATED_DIED;
        usleep(POLL_US);
        uint64_t beat = pulse(), now = now_ms();
        if (beat != last || since == 0) {
            (void)snag__proc_read(pid, &p);
            last = beat;
            since = now;
            used = p.processor_ms;
        } else if (now - since >= quiet_ms && snag__proc_read(pid, &p) &&
                   (is_asleep(&p) || p.processor_ms - used >= quiet_ms)) {
            bool sleeps = is_asleep(&p);
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            return sleeps ? SNAG__ISOLATED_BLOCKED : SNAG__ISOLATED_LOOPS;
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
    enum snag__isolated how = watch(pid, quiet_ms);
    snag__recorder->running = 0; /* whoever watches this process: it is not in that execution */
    return how;
}
