/* refuse.c: see refuse.h. */
#include "shim/refuse.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "exec/recorder.h"
#include "sched/sched.h"

ssize_t __real_write(int fd, const void *from, size_t bytes);

static bool is_told(uint64_t hash) {
    struct snag__told *told = &snag__recorder->told;
    uint32_t count = told->count < SNAG__TOLD_MAX ? told->count : SNAG__TOLD_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (told->hashes[i] == hash) {
            return true;
        }
    }
    if (count < SNAG__TOLD_MAX) {
        told->hashes[count] = hash;
        told->count = count + 1;
    }
    return false;
}

void snag__tell_once(const char *what, const char *then) {
    char line[200];
    int n = snprintf(line, sizeof line, "snag: %s is %s\n", what, then);
    if (!is_told(snag__hash(line, strlen(line), 0))) {
        (void)!__real_write(STDERR_FILENO, line, (size_t)n);
    }
}

_Noreturn void snag__refuse(const char *what, bool *told) {
    if (!*told) {
        snag__tell_once(what, "not modelled: an execution that calls it ends there, neither good "
                              "nor bad");
        *told = true;
    }
    snag__sched_limit(SNAG_LIMIT_NOT_MODELLED);
}
