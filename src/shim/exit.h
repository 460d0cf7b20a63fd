/* exit.h: the functions that run when the process ends (atexit and its kin), in an execution.
 *
 * Those registered in an execution run at its exit, on the thread that ends the process, with all
 * others still running, the last registered first. What was registered before main belongs to the
 * process and runs at its end. The rule: none outlives its execution.
 */
#ifndef SNAG_SHIM_EXIT_H
#define SNAG_SHIM_EXIT_H

void snag__exits_begin(void);
/* Runs those that are left, as exit(status) does; more may be registered meanwhile. */
void snag__exits_run(int status);
/* As quick_exit does. */
void snag__exits_run_quick(void);

#endif
