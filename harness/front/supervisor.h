/* supervisor.h: runs one process to its end, or ends it when the code under test is stuck in it.
 *
 * It decides nothing about findings (recovery.h, campaign.h do), nor what stuck is (watch/watch.h).
 * The rule: whatever becomes of the process, what is left of it is told once, and belongs to us.
 */
#ifndef SNAG_FRONT_SUPERVISOR_H
#define SNAG_FRONT_SUPERVISOR_H

#include "watch/watch.h"

struct snag__supervised {
    char *const *argv;
    const char *const *env; /* as in struct snag__child */
    uint64_t timeout_ms;
    bool shielded;       /* it says or writes what is owed: one Ctrl-C must not end it */
    bool capture_stderr; /* keep standard error back until the end, for its last line */
};

/* Errors: it could not be started. Otherwise `end` must be given to snag__end_free. */
enum snag_err snag__supervise(const struct snag__supervised *s, struct snag__end *end,
                              struct snag_error *e);
void snag__end_free(struct snag__end *end);

/* For so long, or until a child of this process ends or a signal comes. True: that asked it to end,
 * and not only once more than it was asked a moment ago. */
bool snag__supervisor_wait(uint64_t ms);

/* Was this process ever asked to end? */
bool snag__supervisor_asked(void);

/* To be called once, before the first process: Ctrl-C from now on goes to the supervisor. */
void snag__supervisor_begin(void);

/* In a process that a supervisor forked, to supervise in its turn: see snag__child_obeys. */
void snag__supervisor_begin_forked(void);

#endif
