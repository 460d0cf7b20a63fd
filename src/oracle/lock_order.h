/* lock_order.h: deadlocks that did not happen: cycles in the order in which locks were taken.
 *
 * It notes who took which lock while holding which (a *dependency*), and looks for cycles of them
 * when an execution has come to its end: a hazard, which the search may then bring about. It does
 * not look at who waits for whom (hang.h). A lock takes part in it if its owner is known: mutexes,
 * rwlocks, spin locks, async mutexes, and locks declared by <snag/annotate.h>; a semaphore has
 * none.
 *
 * The rule: a cycle that no schedule could close is not told. What it needs stands in lock_order.c.
 */
#ifndef SNAG_ORACLE_LOCK_ORDER_H
#define SNAG_ORACLE_LOCK_ORDER_H

#include "base/assert.h"
#include "sched/sched.h"

/* Forgets all: an execution begins. */
void snag__lock_order_reset(void);

/* The running actor asks for `o`, or has it, at `site`, and goes on only with it. If it holds other
 * locks, that is noted. */
void snag__lock_order_note(const struct snag__object *o, bool shared, uint32_t site);

/* The same, by its hold `h`, which is the newest of its vthread: who holds nothing else, and is no
 * task, pays for a comparison. */
static inline void snag__lock_order_took(const struct snag__hold *h, bool shared, uint32_t site) {
    if (snag__unlikely((h->next_held | h->task) != 0)) {
        snag__lock_order_note(snag__object_get(h->object), shared, site);
    }
}

/* The execution has come to its end. Raises the cycles. */
void snag__lock_order_judge(void);

#endif
