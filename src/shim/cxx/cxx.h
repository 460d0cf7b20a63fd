/* cxx.h: what the C++ runtime needs from threads and processes under control.
 *
 * The rule: a program that is not C++ pays nothing for it.
 */
#ifndef SNAG_SHIM_CXX_H
#define SNAG_SHIM_CXX_H

/* The running vthread ends: the destructors of its thread-locals, the newest first. */
void snag__cxx_thread_ends(void);

/* Once, before the globals are saved. */
void snag__cxx_streams_make(void);
/* The program exits, and its destructors have run: what it wrote is to be out. */
void snag__cxx_streams_flush(void);

#endif
