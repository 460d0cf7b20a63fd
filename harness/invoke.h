/* invoke.h: how this executable's program is called, where it holds one with a main of its own.
 *
 * It calls nothing (harness/program/). The rule: the flight recorder says it (invocation), so that
 * executions, repros and `recover` go by the same.
 */
#ifndef SNAG_HARNESS_INVOKE_H
#define SNAG_HARNESS_INVOKE_H

#include "base/invocation.h"
#include "base/options.h"

/* From the command line: `arguments` are the program's own. An open session is needed. Nothing
 * happens where there is no program. Returns 0, or an exit status after saying why on standard
 * error. */
int snag__invoke(const struct snag__options *o, int count, char **arguments);
/* A line on standard error for each shared library of the program's that escapes. */
void snag__invoke_warn(void);
/* The same as a repro, or a flight, has it; NULL: without arguments. */
int snag__invoke_as(const struct snag__invocation *v);

#endif
