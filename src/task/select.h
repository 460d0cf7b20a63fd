/* select.h: what a select needs of the engine: where a fair one begins to look, and the end of a
 * task as one of its sources. For the primitives. See snag/select.h.
 */
#ifndef SNAG_TASK_SELECT_H
#define SNAG_TASK_SELECT_H

#include <stdbool.h>
#include <stdint.h>

struct snag_task;
struct snag__waiter; /* task/primitives/waiters.h */

/* Unless that many can be selected from, the execution ends here, with a misuse. */
void snag__select_count(uint32_t n, void *caller);
/* One of [0, n): a choice of the search. A scheduling point. */
uint32_t snag__select_first(uint32_t n, void *caller);
/* True: it has ended. Else `w` waits for that, until it does or snag__task_forgets_end. No
 * scheduling point, as all that follows. */
bool snag__task_awaits_end(struct snag_task *task, struct snag__waiter *w);
void snag__task_forgets_end(struct snag_task *task, const struct snag__waiter *w);

#endif
