/* environment.h: what a program with a main of its own is given: arguments and environment.
 *
 * Only for programs (base/invocation.h): a target or a test sees those of its process. The rule:
 * both are fresh in each execution, and nothing of this process's own environment is in them, so
 * that a replay elsewhere sees the same.
 */
#ifndef SNAG_SHIM_ENVIRONMENT_H
#define SNAG_SHIM_ENVIRONMENT_H

void snag__environment_begin(void);
void snag__environment_end(void);

/* The argument vector of the execution in progress, ended by NULL. */
char **snag__environment_arguments(int *count);

#endif
