/* before.h: what comes before what in every schedule: by program order, and by who starts and joins
 * whom.
 *
 * Not the happens-before of a race detector: a lock orders two threads in this schedule and not in
 * another. Read from the event log when it is asked, so that nobody pays who does not. The rule:
 * what it calls ordered is ordered in every schedule in which both happen.
 */
#ifndef SNAG_ORACLE_BEFORE_H
#define SNAG_ORACLE_BEFORE_H

#include <stdbool.h>
#include <stdint.h>

/* A place in the last execution: an event of the log, by index, and whose it is. */
struct snag__moment {
    uint32_t event;
    uint16_t vthread;
    uint16_t task; /* index + 1; 0: none */
};

/* Does `a` come before `b`, whatever the schedule? */
bool snag__before(const struct snag__moment *a, const struct snag__moment *b);

#endif
