/* shared.h: the shared libraries that the code under test brings along, and which of their calls
 * escape: what a shared library calls is not wrapped.
 *
 * Not those that the harness itself needs, unless the code under test was linked with them by name;
 * nor what is loaded by dlopen later. The rule: what cannot be read is not listed.
 */
#ifndef SNAG_EXEC_SHARED_H
#define SNAG_EXEC_SHARED_H

#include <stddef.h>

struct snag__shared {
    const char *name;    /* "libuv.so.1" */
    const char *escapes; /* "pthread_create, pthread_mutex_lock"; "": nothing that waits or wakes */
};

/* In the order of the loader. Made once, lives as long as the process. */
const struct snag__shared *snag__shared(size_t *count);

#endif
