/* lasting.h: waits that last, in virtual time, while they keep others from what they need.
 *
 * A worker that sits in a wait that blocks it (a sleep, a condition, a join), while a task that it
 * could run is ready; and a blocking lock whose owner waits for something else. It does not say
 * that somebody hangs (hang.h): these waits end. The rule: time counts only where it moved because
 * nobody could run, so that what the schedule made late is blamed on nobody; and it is looked at
 * only when time moves, which costs an execution without it nothing.
 *
 * A worker is blamed (blocking-in-async, a finding) only where every worker of its lane was blocked
 * for the whole bound and one and the same task was ready all that time: then nothing that depends
 * on them went on, which did happen. Where another worker was free, no harm was done, and nothing
 * is told. Nor is one blamed that waits for a lock of a task: that task is, wherever it sits.
 */
#ifndef SNAG_ORACLE_LASTING_H
#define SNAG_ORACLE_LASTING_H

#include <stdint.h>

/* An execution begins; what takes `bound_ns` is long. */
void snag__lasting_begin(uint64_t bound_ns);
/* Time has moved on, from `from`, because nobody could run; whose wait is over by that, still
 * stands in it. */
void snag__lasting_passed(uint64_t from);

#endif
