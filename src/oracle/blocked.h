/* blocked.h: workers blocked by code that waits for an async lock, which a task has that needs one.
 *
 * Such a lock may well be kept by a suspended task; whoever waits for it must then not keep the
 * worker that is to run that task. The wait stands at the end of a chain: the worker joins a
 * thread, say, which wants the lock. The rule: the finding is named after that wait, not after the
 * task, which does nothing wrong, so that one bug has one key whoever has the lock, or has just
 * been given it.
 */
#ifndef SNAG_ORACLE_BLOCKED_H
#define SNAG_ORACLE_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>

/* Raises it, if it is so: that task has needed a worker since `since` (points of the execution) at
 * the latest. False: it is not so. */
bool snag__blocked_explain(uint32_t since);

#endif
