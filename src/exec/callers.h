/* callers.h: the calls of the code under test that led to where it is.
 *
 * By the unwinding tables, past functions without frame pointers and through snag's own between an
 * operation and the callback that it runs. Costs microseconds: for executions that are shown to a
 * person, not for a search. The rule: only places in the code under test, innermost first.
 */
#ifndef SNAG_EXEC_CALLERS_H
#define SNAG_EXEC_CALLERS_H

#include <stdint.h>

/* Of the vthread or task that runs: fills in at most `room` call sites (run.h), the first of them
 * that of the call which is in progress. Returns their number; 0 too where its stack is too short
 * to look, or not one of snag's. */
uint32_t snag__callers(uint32_t *sites, uint32_t room);

#endif
