/* supervisor.h: runs one process to its end, or ends it when the code under test is stuck in it.
 *
 * It decides nothing about findings (recovery.h, campaign.h do). The rule: silence alone proves
 * nothing. A process is stuck only if no scheduling point was passed while it burned the time as
 * its own processor time, or slept in the kernel; one that merely gets no processor is waited for.
 */
#ifndef SNAG_FRONT_SUPERVISOR_H
#define SNAG_FRONT_SUPERVISOR_H

#include "exec/recorder.h"
#include "front/stuck.h"

struct snag__supervised {
    char *const *argv;
    const char *const *env; /* as in struct snag__child */
    uint64_t timeout_ms;
    bool shielded;       /* it is writing a repro: a first Ctrl-C must not end it */
    bool capture_stderr; /* keep standard error back until the end, for its last line */
};

enum snag__how {
    SNAG__ENDED,   /* of itself, with one of the four statuses */
    SNAG__CRASHED, /* by a signal or with another status, outside of an execution */
    SNAG__DIED,    /* in the middle of an execution, in whatever way */
    SNAG__LOOPS,   /* killed: stuck and computing */
    SNAG__BLOCKS   /* killed: stuck in a system call */
};

struct snag__end {
    enum snag__how how;
    int status, signal;              /* of the process; signal 0: it exited */
    bool interrupted;                /* Ctrl-C came, now or in an earlier process */
    uint64_t executions;             /* begun, as its recorder says; 0 if it never opened one */
    uint64_t silent_ms;              /* LOOPS, BLOCKS: how long */
    char system_call[32];            /* BLOCKS: its name or number; "" if the kernel does not say */
    struct snag__stack stack;        /* LOOPS, BLOCKS */
    char last_line[256];             /* with capture_stderr */
    struct snag__recorder *recorder; /* its memory, NULL if it never opened it; ours to read */
};

/* Errors: it could not be started. Otherwise `end` must be given to snag__end_free. */
enum snag_err snag__supervise(const struct snag__supervised *s, struct snag__end *end,
                              struct snag_error *e);
void snag__end_free(struct snag__end *end);

/* "was killed by signal 11 (Segmentation fault)", "ended with status 66". */
void snag__end_text(const struct snag__end *end, char *text, size_t room);

/* To be called once, before the first process: Ctrl-C from now on goes to the supervisor. */
void snag__supervisor_begin(void);

#endif
