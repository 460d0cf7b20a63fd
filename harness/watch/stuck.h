/* stuck.h: the stack of a process that makes no progress, taken from outside.
 *
 * For a person's eyes and for the name of the function it is stuck in; not exact where the code has
 * no unwind tables. The rule: it is used on a process that is then killed.
 */
#ifndef SNAG_WATCH_STUCK_H
#define SNAG_WATCH_STUCK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { SNAG__FRAMES_MAX = 48 };

struct snag__frame {
    char function[128]; /* "?" if unknown */
    char file[96];      /* basename; "" if unknown */
    int line;
    bool own; /* in the executable itself, not in a shared library */
};

struct snag__stack {
    uint32_t count; /* innermost first */
    struct snag__frame frames[SNAG__FRAMES_MAX];
    char stuck_in[128]; /* innermost function of the code under test that stayed on the stack while
                           it was watched; "" if unknown */
    char why[160];      /* count == 0: why there is none */
};

/* Stops the thread `pid` (the process's first) for a moment, a few times in turn. `computes`: it
 * does not sleep in the kernel, so it can also be followed step by step. */
void snag__stack_take(pid_t pid, bool computes, struct snag__stack *out);

/* One line per frame, without addresses. */
void snag__stack_print(FILE *out, const struct snag__stack *stack);

/* Is this function snag's own (or its runtimes'), rather than the code under test? */
bool snag__is_internal(const char *function);

#endif
