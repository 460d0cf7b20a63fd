/* output.c: see output.h. The rule: a result that did not arrive is never a success. */
#include "base/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/options.h"

int snag__output_end(int status) {
    errno = 0;
    int flushed = fflush(stdout);
    if (flushed == 0 && ferror(stdout) == 0)
        return status;
    fprintf(stderr, "snag: standard output cannot be written%s%s\n", errno != 0 ? ": " : "",
            errno != 0 ? strerror(errno) : "");
    return SNAG__EXIT_TROUBLE;
}
