/* corpus.h: abstract schedules that showed something, and what is made of them.
 *
 * An *abstract schedule* is a set of constraints: somewhere in the execution this reader reads from
 * that writer (positive), or nowhere (negative). It is not known whether any execution is such:
 * steering (reads_from.c) does what it can. The rule: what is tried next depends on the numbers
 * drawn and on what was shown, on nothing else.
 */
#ifndef SNAG_SCHED_STRATEGY_READS_FROM_CORPUS_H
#define SNAG_SCHED_STRATEGY_READS_FROM_CORPUS_H

#include "base/prng.h"
#include "sched/strategy/reads_from/relation.h"

enum { SNAG__RF_CONSTRAINTS_MAX = 6, SNAG__RF_CORPUS_MAX = 64, SNAG__RF_SHOWN = 1024 };

struct snag__rf_constraint {
    uint8_t reader, writer;
    bool negative;
    uint16_t skips; /* so many times it does not matter from whom the reader reads */
};

struct snag__rf_schedule {
    uint32_t count;
    struct snag__rf_constraint list[SNAG__RF_CONSTRAINTS_MAX];
    uint32_t tried; /* schedules that were made of it */
    uint64_t shown; /* the reads-from combination of the execution for which it was kept */
};

/* How many executions showed a combination. */
struct snag__rf_shown {
    uint64_t shown;
    uint32_t age; /* of another one: free */
    uint32_t count;
};

struct snag__rf_corpus {
    uint32_t count; /* the first is the empty one, always */
    uint32_t age;   /* raised to forget all of `shown` */
    struct snag__rf_schedule kept[SNAG__RF_CORPUS_MAX];
    struct snag__rf_schedule trial; /* of the execution in progress */
    struct snag__rf_shown shown[SNAG__RF_SHOWN];
};

void snag__rf_corpus_forget(struct snag__rf_corpus *c);
/* Draws the next trial. */
void snag__rf_corpus_draw(struct snag__rf_corpus *c, const struct snag__rf_relation *r,
                          struct snag__prng *prng);
/* The execution of the trial is over, and `r` knows what it showed; told what was tried. */
void snag__rf_corpus_saw(struct snag__rf_corpus *c, struct snag__rf_relation *r,
                         struct snag__prng *prng);

#endif
