/* mutex.h: what a mutex does when the scheduler owns it; used by mutexes and condition variables.
 *
 * No real mutex is ever locked in controlled mode. The rule: results are those of POSIX, which
 * follow the vthread; findings follow the task.
 */
#ifndef SNAG_SHIM_MUTEX_H
#define SNAG_SHIM_MUTEX_H

#include <pthread.h>

#include "sched/sched.h"

struct snag__object *snag__mutex_object(pthread_mutex_t *m);
/* After the point: it is used, and so read, now. A misuse, if somebody has destroyed it. */
void snag__mutex_used(const struct snag__object *o, uint32_t site);
/* Does the running vthread hold it, or the task that runs on it? */
bool snag__mutex_mine(const struct snag__object *o);
/* The running vthread owns it from now on; it is free. */
void snag__mutex_take(struct snag__object *o, uint32_t site);
/* Gives it up whatever its depth; returns the depth. */
uint32_t snag__mutex_drop(struct snag__object *o);

#endif
