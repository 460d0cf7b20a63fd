/* process.h: what process.c keeps from one call to the next, put back between executions. */
#ifndef SNAG_SHIM_PROCESS_H
#define SNAG_SHIM_PROCESS_H

void snag__process_begin(void);

#endif
