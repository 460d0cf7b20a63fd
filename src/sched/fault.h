/* fault.h: asks whether the environment misbehaves here, and the one policy by which it does.
 *
 * What each fault is stands in <snag/fault.h>; what it does, in the shim of the call. The rule: a
 * fault is asked about only where it could happen, and only if it may happen in this execution: if
 * a strategy may inject it, or the schedule has an entry of its kind. Whoever has none of that pays
 * a test of one word.
 */
#ifndef SNAG_SCHED_FAULT_H
#define SNAG_SCHED_FAULT_H

#include "base/assert.h"
#include "sched/sched.h"
#include "snag/fault.h"

/* The event that is asked about. */
enum snag__fault_where {
    SNAG__FAULT_HERE,  /* in progress */
    SNAG__FAULT_AHEAD, /* that the caller is going to stand before */
    SNAG__FAULT_SUB    /* a SUB event that is about to be logged */
};
/* Asks (choose.c). */
bool snag__fault_asked(enum snag_fault fault, enum snag__fault_where where);

/* Does it happen there? */
static inline bool snag__fault(enum snag_fault fault, enum snag__fault_where where) {
    return snag__unlikely((snag__sched.faults & SNAG_FAULT_SET(fault)) != 0) &&
           snag__fault_asked(fault, where);
}

/* The faults that a schedule has entries of: SNAG_FAULT_SETs. */
uint32_t snag__faults_in(const struct snag_schedule *schedule);
extern bool snag__faults_planned; /* in this execution: by the policy, when it is asked first */
/* Before each execution: which are asked about. */
static inline void snag__faults_begin(const struct snag__request *r) {
    snag__sched.faults = r->faults | (r->schedule != NULL ? snag__faults_in(r->schedule) : 0);
    snag__faults_planned = false;
}
/* What a search answers. A pure function of the request's seed and of how often it was asked. */
bool snag__fault_policy(enum snag_fault fault);

#endif
