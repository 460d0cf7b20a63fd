/* hang.h: why nobody can run: the wait-for graph of a stuck execution, read as a finding.
 *
 * The rule: what makes the key is the *core* only (a cycle, a suspended owner), never those who
 * merely queue behind it, so that one bug has one key however many are blocked.
 */
#ifndef SNAG_ORACLE_HANG_H
#define SNAG_ORACLE_HANG_H

#include <stdbool.h>

#include "snag/finding.h"

/* After an execution ended with nobody able to run. Raises one finding. `rightful`: a bit for each
 * client of the program that may rightly wait for ever where it does, and has no part in it. */
void snag__hang_explain(uint32_t rightful);
/* The running vthread has just declared a wait (<snag/annotate.h>): if that closes a cycle, raises
 * it and returns true. */
bool snag__hang_closed(void);
/* As snag__hang_explain, if some vthreads are in a deadlock although others go on, or go on only in
 * waits that they have declared: after a step bound. False: none. */
bool snag__hang_partial(void);
/* Nobody holds anything against the parties of `f`, which is in the making (or NULL). If a wakeup
 * would let everything end, it becomes a lost wakeup, and the first party is whoever missed it.
 * Changes where vthreads stand: the last that is asked. */
void snag__hang_try_wakeup(struct snag_finding *f);

#endif
