/* isolate.h: runs one execution in a forked child, for code that gets stuck or dies.
 *
 * Used to confirm and shrink what the supervisor saw, where each candidate may take the process
 * with it. The rule: the child shares only the flight recorder; whatever happens to it, this
 * process is unharmed.
 */
#ifndef SNAG_HARNESS_ISOLATE_H
#define SNAG_HARNESS_ISOLATE_H

#include "session.h"

enum snag__isolated {
    SNAG__ISOLATED_ENDED,   /* by itself */
    SNAG__ISOLATED_LOOPS,   /* no scheduling point any more, computing */
    SNAG__ISOLATED_BLOCKED, /* no scheduling point any more, in a system call */
    SNAG__ISOLATED_DIED,    /* by a signal, or an exit in the middle of it */
    SNAG__ISOLATED_TROUBLE  /* no child could be made */
};

/* `quiet_ms`: silence after which it counts as stuck. The recorder then holds the execution. */
enum snag__isolated snag__isolated_run(struct snag__session *s, const struct snag_program *program,
                                       const struct snag_schedule *schedule, uint32_t quiet_ms);

#endif
