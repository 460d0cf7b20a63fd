/* confirm.h: the run-twice gate: nothing is reported that does not happen again, event for event.
 *
 * The rule: the second run repeats the first one's choice log; whatever differs is a finding of its
 * own (nondeterminism) that names the first event that does.
 */
#ifndef SNAG_HARNESS_CONFIRM_H
#define SNAG_HARNESS_CONFIRM_H

#include "session.h"

enum snag__confirmed {
    SNAG__CONFIRMED,
    SNAG__DIVERGED, /* *v is now the second run's verdict, with one finding: nondeterminism */
    SNAG__CONFIRM_TROUBLE
};

/* Runs the last execution (of `program`, which gave *v) once more. */
enum snag__confirmed snag__confirm(const struct snag_program *program, uint64_t id,
                                   struct snag_verdict *v);

#endif
