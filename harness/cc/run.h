/* run.h: the compiler run as a process, and a folder for what lies between two such runs. */
#ifndef SNAG_HARNESS_CC_RUN_H
#define SNAG_HARNESS_CC_RUN_H

#include "cc/words.h"

/* This process becomes it. */
_Noreturn void snag__run_instead(const struct snag__words *words);
/* Ends the process with its status if that is not 0. */
void snag__run(const struct snag__words *words);
/* The same, but does not wait; snag__run_wait does, for all. Returns the first status that is not
 * 0. */
void snag__run_start(const struct snag__words *words);
int snag__run_wait(void);

/* A path in a folder that is gone when the process ends. */
const char *snag__aside(const char *name);

#endif
