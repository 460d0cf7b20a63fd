/* needless.h: async locks that nobody ever holds across a wait: a blocking lock would do.
 *
 * That is so of no single execution but of all of a campaign together: it is counted while they
 * run, in memory that may outlive the process, and told at the end. A lock is known again in other
 * executions by where it was made and where it is taken: call sites of one lock belong together,
 * and so do those that come together through several.
 *
 * The rule: rather silent than wrong. A lock held once across a wait, by whomever, whether that
 * wait took any time or not, is not needless; nor is one that too few executions have taken.
 */
#ifndef SNAG_ORACLE_NEEDLESS_H
#define SNAG_ORACLE_NEEDLESS_H

#include <stdbool.h>
#include <stdint.h>

#include "snag/finding.h"

struct snag__object;

enum {
    SNAG__NEEDLESS_SITES = 256,
    SNAG__NEEDLESS_ENOUGH = 1000 /* executions that have taken it */
};

/* What is known, all zero at first: call sites, hashed. Plain data. */
struct snag__needless {
    uint32_t used;
    struct snag__needless_site {
        uint32_t site; /* 0: none here */
        uint16_t up; /* the place of another one of the same lock, or its own: it speaks for all */
        bool makes;  /* locks are made there, not taken */
        bool across; /* of who speaks for all: it was held across a wait */
        uint64_t taken, taken_in; /* likewise: executions that took it; the last of them */
    } sites[SNAG__NEEDLESS_SITES];
};

/* Counts there from now on; NULL: in memory of its own. Returns where it did before. */
struct snag__needless *snag__needless_in(struct snag__needless *table);
/* Adds what was counted there, by a process whose executions were others. */
void snag__needless_add(const struct snag__needless *from);
/* An execution begins. */
extern uint64_t snag__needless_run; /* the so-manieth it is */
static inline void snag__needless_begin(void) {
    snag__needless_run++;
}
/* The async lock `o` is made, or taken, at `site`. */
void snag__needless_made(struct snag__object *o, uint32_t site);
void snag__needless_taken(struct snag__object *o, uint32_t site);
/* It is held where its owner begins to wait for something else. */
void snag__needless_across(const struct snag__object *o);

/* The next needless lock from place *at (0 at first) on, with its key; how many executions have
 * taken it. False: no more. Not during an execution. */
bool snag__needless_next(uint32_t *at, struct snag_finding *f, uint64_t *taken);

#endif
