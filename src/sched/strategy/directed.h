/* directed.h: the strategy that is handed a goal. See directed.c.
 *
 * Not in strategies.def, for inputs and the command line pick from there, and without a goal it is
 * a random walk.
 */
#ifndef SNAG_SCHED_STRATEGY_DIRECTED_H
#define SNAG_SCHED_STRATEGY_DIRECTED_H

#include "snag/strategy.h"

extern const struct snag_strategy snag__strategy_directed;

#endif
