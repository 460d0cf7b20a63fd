/* aimed.h: schedules made from executions: each is the one before it with a near-race turned round.
 *
 * A walk through the schedules of one program, from neighbour to neighbour (exec/aim.h says what
 * is one): of what a strategy draws, most differs in nothing that matters. It runs nothing. The
 * rule: a pure function of the executions it was shown and its seed.
 */
#ifndef SNAG_HARNESS_AIMED_H
#define SNAG_HARNESS_AIMED_H

#include "base/prng.h"
#include "snag/run.h"

struct snag__aimed {
    struct snag__prng rng;
    struct snag_schedule next; /* owned */
    bool ready;                /* run that; else something else, to begin from */
};

/* `s` is the schedule of the last execution: puts the switch, or two, that may turn round one of
 * its near-races. False: it has none, and `s` is as it was. */
bool snag__aimed_turn(struct snag_schedule *s, struct snag__prng *rng);

void snag__aimed_begin(struct snag__aimed *a, uint64_t seed);
/* The last execution was one of the walk. */
void snag__aimed_saw(struct snag__aimed *a);

#endif
