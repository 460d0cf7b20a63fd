/* coroutine.h: tasks of another library's making, as the rest of snag sees them.
 *
 * A coroutine or a chain of callbacks that <snag/coroutine.h> tells of is a task (task_internal.h)
 * that somebody else schedules: no worker runs it, nothing here makes it go on. While it runs it is
 * *carried* by a vthread, or by the task of snag's own that runs there: what happens is its doing,
 * and the locks that are taken are its locks. One may run on top of another, which goes on when it
 * gives way.
 *
 * The rule: whoever carries tasks is not itself changed by it: what POSIX says belongs to a thread
 * (errno, thread-locals, its identity) stays the vthread's.
 */
#ifndef SNAG_TASK_COROUTINE_H
#define SNAG_TASK_COROUTINE_H

#include "base/assert.h"
#include "task/task_internal.h"

/* Between executions. */
void snag__coroutines_begin(void);
void snag__coroutine_finish(struct snag__task *t);

/* A task of snag's own leaves its worker, and goes on on that one: those whom it carries, too. */
void snag__carries_leave(struct snag__vthread *worker, struct snag__task *t);
void snag__carries_return(struct snag__vthread *worker, struct snag__task *t);
static inline void snag__carried_leave(struct snag__vthread *worker, struct snag__task *t) {
    if (snag__unlikely(worker->carries != NULL)) {
        snag__carries_leave(worker, t);
    }
}
static inline void snag__carried_return(struct snag__vthread *worker, struct snag__task *t) {
    if (snag__unlikely(t->carries != NULL)) {
        snag__carries_return(worker, t);
    }
}
/* Who ends now, a vthread or a task of snag's own, takes those whom it carries along. */
void snag__carried_end(void);
static inline void snag__carries_nobody(void) {
    if (snag__unlikely(snag__self->carries != NULL)) {
        snag__carried_end();
    }
}

/* The vthread on which the task with that number (index + 1) runs, whatever runs on top of it;
 * NULL: on none. */
const struct snag__vthread *snag__carrier_of(uint16_t task);
/* Is it held by somebody whom the running declared task runs on top of? */
bool snag__beneath(const struct snag__hold *h);

#endif
