/* thread.h: what the scheduler tells the shims about threads.
 *
 * The rule: it is called on the vthread it is about, which is alive then.
 */
#ifndef SNAG_SHIM_THREAD_H
#define SNAG_SHIM_THREAD_H

/* The running vthread is about to end: what POSIX does then is done. */
void snag__thread_ends(void);

#endif
