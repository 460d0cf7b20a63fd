/* graph.h: the wait-for graph of an execution: who waits for whom, and for what.
 *
 * It judges nothing (hang.h). Nodes are vthreads, and tasks that are suspended, on no vthread.
 * Edges: a vthread waits for a waitable; a lock is held by (vthread, task) pairs, and it is the
 * vthread on which that task is now that waits in turn, or the suspended task; a reader may have to
 * let writers go first; a joiner waits for a vthread; who has declared a wait for a lock made by
 * hand waits for its holders, while it spins or sits in a wait of another kind. The rule: who waits
 * for several, waits for all of them (a writer, until the last reader is gone), so a cycle through
 * any edge is a deadlock.
 */
#ifndef SNAG_ORACLE_GRAPH_H
#define SNAG_ORACLE_GRAPH_H

#include "sched/sched.h"
#include "task/task_internal.h"

/* A node: the index of a vthread, or, from SNAG__NODE_TASKS, that of a suspended task. */
enum {
    SNAG__NODE_TASKS = SNAG__VTHREADS_MAX,
    SNAG__NODES_MAX = SNAG__NODE_TASKS + SNAG__ASYNC_TASKS_MAX
};

/* One thing that a node waits for. */
struct snag__edge {
    const struct snag__object *object; /* on which it waits */
    uint32_t site;                     /* where */
    const struct snag__hold *hold;     /* that this is given up; NULL: nothing that is held */
    uint16_t to;                       /* by that node */
};

/* The node after `node`, from 0, in order; is it one? */
uint32_t snag__graph_next(uint32_t node);
bool snag__graph_has(uint32_t node);
/* The `n`-th edge out of `node`, from 0. False: there are no more. */
bool snag__graph_edge(uint32_t node, uint32_t n, struct snag__edge *e);
/* What a vthread waits for, if without an end in sight; else NULL. */
struct snag__object *snag__graph_wanted(const struct snag__vthread *v);

/* Whoever waits for it waits for a call that wakes him, not for what he waits for itself. */
static inline bool snag__graph_is_woken(const struct snag__object *o) {
    return o->kind == SNAG__OBJECT_COND || o->kind == SNAG__OBJECT_FUTEX;
}

/* Its owner may well be suspended: that is what it is for. */
static inline bool snag__graph_is_async(const struct snag__object *o) {
    return o->kind == SNAG__OBJECT_ASYNC_MUTEX || o->kind == SNAG__OBJECT_ASYNC_RWLOCK;
}

#endif
