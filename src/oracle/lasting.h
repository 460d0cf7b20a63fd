/* lasting.h: waits that last, while they keep others from what they need.
 *
 * A worker that sits in a wait that blocks it (a sleep, a condition, a join), while a task that it
 * could run is ready; and a blocking lock whose owner waits for something else. It does not say
 * that somebody hangs (hang.h): these waits end. The rule: time counts only where it moved because
 * nobody could run, so that what the schedule made late is blamed on nobody; and it is looked at
 * only when time moves, which costs an execution without it nothing.
 *
 * Of a lock, two things say that it was held for long: virtual time, and the operations of others
 * that begin and end meanwhile. A wait that has a deadline is measured by time alone; one that has
 * none may see a whole program go by without any. An operation counts only if its owner stood in
 * the wait all along: one that could go on, and was not let to, is late by the schedule.
 *
 * A worker is blamed (blocking-in-async, a finding) only where every worker of its lane was blocked
 * for the whole bound and one and the same task was ready all that time: then nothing that depends
 * on them went on, which did happen. Where another worker was free, no harm was done, and nothing
 * is told. Nor is one blamed that waits for a lock of a task: that task is, wherever it sits.
 */
#ifndef SNAG_ORACLE_LASTING_H
#define SNAG_ORACLE_LASTING_H

#include <stdint.h>

/* An execution begins; what takes `time_ns` is long, or more than `ops` operations of others. */
void snag__lasting_begin(uint64_t time_ns, uint32_t ops);
/* Time has moved on, from `from`, because nobody could run; whose wait is over by that, still
 * stands in it. */
void snag__lasting_passed(uint64_t from);
/* Whoever runs has come to the end of an operation that began at event `began`. */
void snag__lasting_operation(uint32_t began);
/* Nobody can go on, and that is to be explained: who waits with a lock in hand does not wait for
 * long, but for ever, and that is told instead. */
void snag__lasting_for_ever(void);

#endif
