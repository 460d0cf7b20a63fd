/* body.h: what an execution runs: the scenario's body, or a program against an implementation.
 *
 * It records the history and runs invariants; it does not judge. The rule: client task i of a
 * program is vthread "0.(i+1)" in mode SNAG_THREADS and task "t(i+1)" in mode SNAG_TASKS, always.
 */
#ifndef SNAG_EXEC_BODY_H
#define SNAG_EXEC_BODY_H

#include "program/program.h"
#include "snag/run.h"

/* Forgets the last execution. `program` NULL: the scenario. */
void snag__body_begin(const struct snag_program *program);
/* The root vthread's function. */
void *snag__body_root(void *unused);
/* How far it came: everything was destroyed, so that what is still allocated is a leak. */
bool snag__body_destroyed(void);
/* How many client tasks have not ended. */
uint32_t snag__body_unfinished(void);
const struct snag_history *snag__body_history(void);
/* Where to note, from now on, which operations were in progress at the same time: bit b of row a is
 * set when a is invoked while another task is in b. SNAG_OPS_MAX rows, borrowed; NULL: some
 * that nobody reads. */
void snag__body_overlaps_in(uint32_t *rows);
/* Between the two, what clients do is only tried out: afterwards, history, overlaps and all of the
 * above are as before. */
void snag__body_try(void);
void snag__body_back(void);
/* Called at each scheduling point if the implementation has an invariant for SNAG_ALWAYS: it is
 * asked, unless somebody stands between two accesses. */
void snag__body_always(void);
/* Is the invariant being asked? Then interposition is off, and what goes wrong is its own doing. */
bool snag__body_in_invariant(void);
/* The same; if so, it is not any more: it will never answer. Interposition is on again. */
bool snag__body_invariant_over(void);

#endif
