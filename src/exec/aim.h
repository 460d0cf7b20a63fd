/* aim.h: near-races of an execution, and where to switch to turn one round.
 *
 * A near-race is two events of different actors about the same object or memory, of which at least
 * one changes it, with nobody's change between them: the pairs of feedback.h. Whoever was second
 * may well come first if the first is held back right before its event, and the second run instead
 * (after Sen: Race Directed Random Testing of Concurrent Programs, PLDI 2008, and Park, Lu, Zhou:
 * CTrigger, ASPLOS 2009; theirs pause a real thread where a pair was predicted, ours is a switch in
 * the schedule of the next input). Of two critical sections the event is taking the lock. If the
 * first holds another lock there, that is an edge of the lock order, and the likelier aim; so is a
 * pair that is close.
 *
 * It runs nothing and changes no schedule. The rule: a pure function of the trace and the random
 * numbers; what it answers is anchored at events of the trace.
 */
#ifndef SNAG_EXEC_AIM_H
#define SNAG_EXEC_AIM_H

#include <stdbool.h>

#include "base/prng.h"
#include "exec/trace.h"

struct snag__aim {
    const struct snag_event *first;  /* switch right before it … */
    const struct snag_event *second; /* … to the vthread that made this one */
    const struct snag_event *after; /* the next of that one's: a place to switch back. NULL: none */
};

/* Draws one that looks feasible: by the trace, the second stood before something that could happen
 * then. False: it found none. Not thread-safe. */
bool snag__aim_draw(const struct snag__trace *trace, struct snag__prng *rng, struct snag__aim *aim);

#endif
