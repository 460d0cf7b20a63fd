/* shrink.h: makes a finding's program and schedule as small as they get while its key stays.
 *
 * Delta debugging over structure: a list of passes (passes.def), each proposing smaller candidates,
 * repeated until a whole round improves nothing. The rule: a candidate is kept only if running it
 * gives the same key, and the best so far is always what the caller holds.
 */
#ifndef SNAG_SHRINK_SHRINK_H
#define SNAG_SHRINK_SHRINK_H

#include "exec/exec.h"

struct snag__shrink_case {
    bool has_program;
    struct snag_program program;
    struct snag_schedule schedule; /* owned by the case */
};

/* Runs a candidate. True: it shows the finding; then *schedule is replaced by the sparse schedule
 * that the execution really took (entries that did not fit are gone). */
typedef bool snag__shrink_try(void *context, const struct snag_program *program,
                              struct snag_schedule *schedule);

struct snag__shrink_progress {
    uint32_t tries, tasks, ops, choices;
    const char *pass;
};

struct snag__shrink_options {
    const struct snag_impl *impl; /* NULL: scenario */
    uint32_t tries_max;           /* budget; 0: none */
    bool (*stop)(void *context);  /* asked between tries (time budget, Ctrl-C); may be NULL */
    void (*progress)(void *context, const struct snag__shrink_progress *p); /* may be NULL */
    snag__shrink_try *try;
    void *context;
};

/* Shrinks *c in place. Returns the number of tries. */
uint32_t snag__shrink(struct snag__shrink_case *c, const struct snag__shrink_options *options);
/* Is `a` simpler to read than `b`? */
bool snag__shrink_is_smaller(const struct snag__shrink_case *a, const struct snag__shrink_case *b,
                             const struct snag_impl *impl);

#endif
