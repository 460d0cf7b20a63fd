/* park.h: who is parked (snag/async.h), and how it is woken, for those who look from outside.
 *
 * For the oracle that tries wakeups. The rule: waking changes what snag_wake changes, and is no
 * event.
 */
#ifndef SNAG_TASK_PARK_H
#define SNAG_TASK_PARK_H

#include "task/task_internal.h"

/* An event before which a vthread, or after which a task, is parked. */
static inline bool snag__is_park(unsigned kind) {
    return kind == SNAG_EV_PARK || kind == SNAG_EV_PARK_MUTEX || kind == SNAG_EV_PARK_CHANNEL;
}

void snag__wake_task(struct snag__task *t);
void snag__wake_vthread(struct snag__vthread *v);

#endif
