/* pool.h: the threads on which blocking code of tasks runs (snag_task_spawn_blocking).
 *
 * A job is a task to whoever joins it, but has no fiber: it runs on a plain vthread, which it
 * blocks. The rule: no more threads than the bound, and none is made while one is idle.
 */
#ifndef SNAG_TASK_POOL_H
#define SNAG_TASK_POOL_H

#include "task/task_internal.h"

/* No threads, the default bound: an execution begins. */
void snag__pool_begin(void);
/* A job, ready for a thread. Does not return if there are too many. */
struct snag__task *snag__pool_submit(void (*run)(void *), void *argument, uint32_t site);
/* It is not to be run, if it has not begun. */
void snag__pool_withdraw(struct snag__task *job);

#endif
