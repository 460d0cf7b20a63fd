/* refuse.c: see refuse.h. */
#include "shim/refuse.h"

#include <stdio.h>
#include <unistd.h>

#include "sched/sched.h"

ssize_t __real_write(int fd, const void *from, size_t bytes);

_Noreturn void snag__refuse(const char *what, bool *told) {
    if (!*told) {
        char line[160];
        int n = snprintf(line, sizeof line,
                         "snag: %s is not modelled: an execution that calls it ends there, neither "
                         "good nor bad\n",
                         what);
        (void)!__real_write(STDERR_FILENO, line, (size_t)n);
        *told = true;
    }
    snag__sched_limit(SNAG_LIMIT_NOT_MODELLED);
}
