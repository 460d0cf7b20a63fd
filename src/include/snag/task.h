/* task.h: the async runtime under test: tasks on workers, awaits, simulated I/O.
 *
 * T tasks run on W workers (vthreads); a task keeps its worker until it awaits, and may go on on
 * another one. A blocking mutex taken by a task blocks its *worker*, as in real runtimes. Tasks are
 * stackful: awaiting is an ordinary call.
 *
 * The rule: every function marked *awaits* may suspend the calling task. Called from a plain
 * vthread (an implementation of mode SNAG_THREADS), it blocks the vthread instead, so that one
 * piece of code serves both.
 */
#ifndef SNAG_TASK_H
#define SNAG_TASK_H

#include <stdint.h>

struct snag_task; /* lives until the execution ends */

/* A new task, ready to run; the caller goes on. In tasks only. Never NULL. */
struct snag_task *snag_task_spawn(void (*run)(void *argument), void *argument);
/* Awaits the end of `t`. Any number of tasks may. */
void snag_task_join(struct snag_task *t);
/* Awaits its next turn: other ready tasks may go first. */
void snag_task_yield(void);

/* Awaits a simulated request (a database fetch) whose latency, in virtual time, the fuzzer chooses.
 * Returns snag_io_answer(request). */
int64_t snag_io(int64_t request);

/* What a request returns: a pure function of it, so that a model can know it. */
static inline int64_t snag_io_answer(int64_t request) {
    return (request * 31 + 7) % 1000;
}

#endif
