/* process.h: what process.c keeps from one call to the next, put back between executions. */
#ifndef SNAG_SHIM_PROCESS_H
#define SNAG_SHIM_PROCESS_H

#include <stdint.h>

void snag__process_begin(void);

/* The main of a program, in which `site` is, returned `status`. If it returns, so may the body. */
void snag__process_returned(int status, uint32_t site);
/* By pthread_exit, or by returning where main is gone: with it the process ends. */
void snag__process_last_thread_ends(void);

#endif
