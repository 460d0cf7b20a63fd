/* receiver.h: who empties a channel: what makes full channels part of the wait-for graph.
 *
 * For the channels under task/primitives, and for who reads the graph. Nothing says who will
 * receive next, only who did last: enough to name a hang, not to find one. The rule: nothing here
 * is a scheduling point, and nothing changes what runs when.
 */
#ifndef SNAG_TASK_RECEIVER_H
#define SNAG_TASK_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

struct snag__object;

/* The caller receives from `channel`, or tries to. */
void snag__receives(const volatile void *channel);
/* Who did last, as a node of the wait-for graph (oracle/graph.h). False: nobody. */
bool snag__receiver_of(const struct snag__object *channel, uint16_t *node);

#endif
