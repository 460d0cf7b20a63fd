/* program.h: an operation program: what every client task does, in plain data.
 *
 * It is not a schedule and knows nothing of implementations. The rule: a `struct snag_program` that
 * passed snag__program_check is legal for its spec and implementation, whoever made it (decoder,
 * generator, mutator, shrinker, repro parser).
 *
 * Operations lie in one array, task after task, each task's in preorder: a nested program's
 * operations directly follow the operation that runs them. Handle arguments name their producer by
 * its number.
 */
#ifndef SNAG_PROGRAM_PROGRAM_H
#define SNAG_PROGRAM_PROGRAM_H

#include "snag/error.h"
#include "snag/spec.h"

enum {
    SNAG__TASKS_MAX = 16,
    SNAG__TASK_OPS_MAX = 64,     /* operations of one task, nested ones included */
    SNAG__PROGRAM_OPS_MAX = 256, /* operations of a program */
    SNAG__WORKERS_MAX = 8,
    SNAG__ABORT_MAX = 3 /* turns before an operation is aborted */
};

struct snag__op {
    uint16_t op;    /* index into spec->ops */
    uint8_t nested; /* how many of the operations that follow are its nested program */
    uint8_t depth;  /* 0: of the task itself, 1: nested */
    uint8_t abort;  /* it is cancelled after so many turns of its caller; 0: it is not */
    /* INT, KEY: args[i].i; BYTES: bytes; HANDLE: args[i].i is the producer's number (1-based
     * preorder number in the same task, earlier than this); PROGRAM: args[i].i == nested. */
    struct snag_value args[SNAG_ARGS_MAX];
};

struct snag_program {
    uint16_t tasks;
    uint16_t workers; /* SNAG_TASKS only, >= 1; 0 for threads */
    struct snag_config config;
    uint16_t first[SNAG__TASKS_MAX + 1]; /* task t owns ops[first[t]] … ops[first[t + 1] - 1] */
    struct snag__op ops[SNAG__PROGRAM_OPS_MAX];
};

/* Is this spec, with this implementation, fit to make programs from? SNAG_ERR_USAGE if not: `e`
 * says what to mend. Everything below relies on it. */
enum snag_err snag__spec_check(const struct snag_impl *impl, struct snag_error *e);

/* Legal? If not, `e` says which operation and why (SNAG_ERR_STALE).
 * Tasks may be empty, the program may not. A handle that some operation of the implementation takes
 * (menu.h: a closer) is taken by its task in the end, or a correct implementation could hang. An
 * operation in a nested program takes only handles made in that same nested program. Arguments and
 * configuration values that do not exist are zero. */
enum snag_err snag__program_check(const struct snag_program *p, const struct snag_impl *impl,
                                  struct snag_error *e);

/* A random program, a pure function of `seed`: the distribution of `explore`. See generate.c. */
void snag__program_generate(struct snag_program *p, const struct snag_impl *impl, uint64_t seed);

/* The same with one task, and more operations in it. */
void snag__program_generate_alone(struct snag_program *p, const struct snag_impl *impl,
                                  uint64_t seed);

/* Order-sensitive hash of everything that matters in the program. */
uint64_t snag__program_hash(const struct snag_program *p);

/* Hash of the spec's operation names, argument names and domains, result types: what a corpus and a
 * repro are bound to. Independent of the order of operations. */
uint64_t snag__spec_hash(const struct snag_spec *spec);

#endif
