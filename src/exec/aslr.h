/* aslr.h: the process runs at the same addresses each time, where the system allows it. */
#ifndef SNAG_EXEC_ASLR_H
#define SNAG_EXEC_ASLR_H

/* Executes this process anew without address space randomisation, unless it has none. To be called
 * first thing in main: before a thread exists, before snag__recorder_open takes its descriptor.
 * Returns where the system refuses: nothing of snag decides by an address, but the code under test
 * may. */
void snag__aslr_off(char **argv);

/* For a child between fork and exec: what it executes will run so. */
void snag__aslr_off_after_exec(void);

#endif
