/* result.h: how a call of POSIX that says in errno what is wrong says it.
 *
 * Not for those that return the error number itself. The rule: errno is touched only by a call that
 * fails.
 */
#ifndef SNAG_SHIM_RESULT_H
#define SNAG_SHIM_RESULT_H

#include <errno.h>

static inline int snag__fail(int error) {
    errno = error;
    return -1;
}

/* Of an error number; 0: none. */
static inline int snag__result(int error) {
    return error == 0 ? 0 : snag__fail(error);
}

#endif
