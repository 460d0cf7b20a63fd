/* park.h: who is parked (snag/async.h), and how it is woken, for those who look from outside.
 *
 * For the oracle that tries wakeups. The rule: waking changes what snag_wake changes, and is no
 * event.
 */
#ifndef SNAG_TASK_PARK_H
#define SNAG_TASK_PARK_H

#include "snag/async.h"
#include "task/task_internal.h"

static inline bool snag__is_parked(const struct snag__vthread *v) {
    return v->waits_for != 0 && v->pend.kind == SNAG_EV_UNPARK;
}

void snag__wake_task(struct snag__task *t);
void snag__wake_vthread(struct snag__vthread *v);
/* Either. */
void snag__wake_quietly(struct snag_waker waker);

#endif
