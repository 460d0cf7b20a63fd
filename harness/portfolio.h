/* portfolio.h: strategies that share a campaign, and what each of them yielded.
 *
 * The arms of a bandit (base/bandit.h) are the lines of strategies.def that are marked so. What
 * pays is a pair of events that no schedule has shown before (exec/feedback.h); a trace that is new
 * decides where nobody finds any. It runs nothing and reads no logs (coverage.c does, of a sample).
 * The rule: plain data, no pointers, all zero at first, for it lies with what the campaign covered,
 * in memory that outlives the process; so a process that goes on for another takes the next turn.
 */
#ifndef SNAG_HARNESS_PORTFOLIO_H
#define SNAG_HARNESS_PORTFOLIO_H

#include <stdbool.h>

#include "base/bandit.h"

#define SNAG__PORTFOLIO_NAME "portfolio"
#define SNAG__PORTFOLIO_HELP                                                                       \
    "by turns, most often the one that yields most (Garivier, Moulines 2011)"

/* Whose schedule it was: a number, the strategy's own plus FIRST, or one of the others. */
enum {
    SNAG__BY_NOBODY,  /* it was given: the default one, or an input's own */
    SNAG__BY_PURSUIT, /* beside the sequence, after what a hazard warns of (pursuit.h) */
    SNAG__BY_FIRST,
    SNAG__BY_MAX = 32
};

struct snag__yield {
    uint64_t schedules;     /* that came to an end */
    uint64_t pairs, traces; /* first shown by one of them; pairs: of those whose logs were read */
    uint64_t findings;      /* first shown by one of them */
};

struct snag__portfolio {
    struct snag__bandit bandit;
    struct snag__yield yields[SNAG__BY_MAX];
};

/* The number of the strategy whose turn it is. */
uint32_t snag__portfolio_next(struct snag__portfolio *p);
/* A schedule that was `by` somebody has ended. */
static inline void snag__portfolio_saw(struct snag__portfolio *p, uint32_t by, bool new_trace) {
    p->yields[by].schedules++;
    p->yields[by].traces += new_trace;
}
/* And its log was read. */
void snag__portfolio_looked(struct snag__portfolio *p, uint32_t by, uint64_t new_pairs,
                            bool new_trace);
/* Adds the yields of `from`. */
void snag__portfolio_add(struct snag__portfolio *to, const struct snag__portfolio *from);
/* How many arms there are, and the number of the strategy that is number `i` of them. */
uint32_t snag__portfolio_arms(void);
uint32_t snag__portfolio_arm(uint32_t i);

#endif
