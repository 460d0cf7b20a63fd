/* walk.h: the exhaustive exploration of one program: every schedule, or every one with up to so
 * many preemptions.
 *
 * The tree (src/tree) knows what is left, the campaign keeps what is found; this runs one after the
 * other, bound by bound (Musuvathi, Qadeer: Iterative Context Bounding for Systematic Testing of
 * Multithreaded Programs, PLDI 2007). A plain access is a point only where it was seen to race, and
 * every execution looks: when one sees another site race, the exploration starts again. So at its
 * end no execution that was explored had two accesses, unordered, of which one changes something,
 * that were no points; and then more points would show nothing else.
 *
 * Few programs have so few schedules with one or two preemptions that there are not fewer, as far
 * as a reduction can tell, with any number of them: equivalent ones need not be counted. So a
 * bounded exploration looks first whether the whole tree has its end within WHOLE_FIRST executions.
 *
 * The rule: what is said at the end holds for every schedule within the bounds that it names, or it
 * is said why not.
 */
#ifndef SNAG_HARNESS_EXHAUSTIVE_WALK_H
#define SNAG_HARNESS_EXHAUSTIVE_WALK_H

#include "campaign.h"
#include "report/summary_walk.h"
#include "sched/strategy/exhaustive.h"

struct snag__walk {
    struct snag__campaign *campaign;
    const struct snag_program *program; /* NULL: the scenario */
    uint64_t id;                        /* its hash */
    uint32_t preemptions_max;           /* or SNAG__TREE_UNBOUNDED */
    uint64_t executions_max;            /* beside those at random */
    struct snag__tree tree;
    struct snag__exhaustive strategy;
    struct snag__summary_walk said; /* so far */
    uint32_t bound;                 /* index in said.bounds: where it is */
    uint64_t whole_until;    /* executions after which the whole tree is given up; 0: never */
    uint64_t bound_began_ns; /* for the line on the terminal only */
    const char *checkpoint;  /* file; NULL: none */
    uint64_t identity;       /* what that is of, hashed */
    uint64_t checkpointed_ns;
    int status;                                   /* of a walk that cannot go on, which was said */
    uint32_t sites[SNAG__SITES_MAX], sites_count; /* known to race */
};

/* Runs it to its end, or until the campaign is over. 0 or an exit status, having said why. */
int snag__walk_run(struct snag__walk *w);
void snag__walk_close(struct snag__walk *w);

/* ---- for harness/exhaustive ---- */

/* One execution; the tree has its races when it returns. False: it was cut. *learned: another site
 * was seen to race. */
bool snag__walk_step(struct snag__walk *w, struct snag_verdict *v, bool *learned);
/* The campaign sees what the execution showed. */
void snag__walk_saw(struct snag__walk *w, struct snag_verdict *v);
/* Executions at random, which fill in the estimates. False: the campaign is over before they are.
 */
bool snag__walk_probe(struct snag__walk *w);

#endif
