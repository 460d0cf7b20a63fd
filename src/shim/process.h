/* process.h: how a program ends. */
#ifndef SNAG_SHIM_PROCESS_H
#define SNAG_SHIM_PROCESS_H

#include <stdint.h>

/* The main of a program, in which `site` is, returned `status`. If it returns, so may the body. */
void snag__process_returned(int status, uint32_t site);
/* By pthread_exit, or by returning where main is gone: with it the process ends. */
void snag__process_last_thread_ends(void);

#endif
