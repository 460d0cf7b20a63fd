/* exhaustive.h: the strategy that answers as a tree of schedules says (tree/tree.h), and tells it
 * what each step touched.
 *
 * Not in strategies.def: it needs a driver, which turns to the next path after each execution
 * (harness/exhaustive). Requests must have `every`, `learn` and the `touch` below. It is the one
 * strategy that may end an execution: when all that follows was seen elsewhere.
 *
 * Actors are vthreads. Objects and memory are told apart by address, which is the same in every
 * execution of a process as long as the choices are, whereas objects are numbered by first use,
 * which is not.
 */
#ifndef SNAG_SCHED_STRATEGY_EXHAUSTIVE_H
#define SNAG_SCHED_STRATEGY_EXHAUSTIVE_H

#include "snag/run.h"
#include "snag/strategy.h"
#include "tree/tree.h"

struct snag__exhaustive {
    struct snag__tree *tree; /* the driver's */
    bool crowded;            /* there were more vthreads than the tree has room for */
    bool watched;            /* an invariant is asked at every point: every order matters */
    /* Of the execution in progress. */
    uint32_t events; /* of the log, told already */
    uint64_t now;    /* time and chance when the step began */
    uint64_t chance;
    uint64_t ended;                         /* vthreads that have */
    uint64_t stands[SNAG__TREE_ACTORS_MAX]; /* address of what each came to its step for; 0: none */
};

extern const struct snag_strategy snag__strategy_exhaustive;

/* Of the execution in progress; there is one at a time. */
void snag__exhaustive_touch(uintptr_t at, uint32_t bytes, bool writes);
/* The execution is over. */
void snag__exhaustive_end(struct snag__exhaustive *e, enum snag_end end);

#endif
