/* child.h: starting a process in a group of its own, for the supervisor, the jobs and regress.
 *
 * It does not wait for it. The rule: whatever becomes of snag, even SIGKILL, the child does not
 * outlive it.
 */
#ifndef SNAG_FRONT_CHILD_H
#define SNAG_FRONT_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snag/error.h"

struct snag__child {
    char *const *argv;      /* argv[0] is the path */
    const char *const *env; /* NAME=VALUE, ended by NULL, beside the inherited ones; may be NULL */
    int recorder_fd;        /* handed on as SNAG_RECORDER_FD; -1: none */
    int stdout_fd, stderr_fd; /* take the place of ours; -1: inherited */
};

/* Standard input is /dev/null: code under test must neither eat the terminal's input nor be
 * stopped for trying. */
enum snag_err snag__child_start(const struct snag__child *c, pid_t *pid, struct snag_error *e);

/* In a new process: it is in a group of its own, and SIGINT is how the one who started it tells it
 * to end, once; also if snag itself was started in the background, by a shell that has it ignored.
 * What it writes does not stop it, though to a terminal it is in the background. */
void snag__child_obeys(void);

/* How many to have at a time: as many as were asked for, or, if that is 0, as there are processors.
 */
size_t snag__processes(uint64_t asked);

/* Ends its whole group, takes away its zombie. */
void snag__child_kill(pid_t pid, int *wait_status);

#endif
