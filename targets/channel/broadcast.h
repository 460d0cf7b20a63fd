/* broadcast.h: what the broadcast specification and its implementations agree on.
 *
 * Every task is a subscriber from the beginning, and may send as well. Codes and values as of a
 * channel; a subscriber that has lost values is told how many. The rule: the last `capacity` values
 * can be received, no others.
 */
#ifndef BROADCAST_H
#define BROADCAST_H

#include "channel.h"

/* Index of each operation in broadcast_spec.ops. */
enum broadcast_op {
    BROADCAST_SEND,     /* (value): CHANNEL_OK or CHANNEL_CLOSED; never waits */
    BROADCAST_RECV,     /* (): the task's next value, BROADCAST_LAGGED + how many it has lost, or
                           CHANNEL_CLOSED; waits for one */
    BROADCAST_TRY_RECV, /* (): the same, but CHANNEL_EMPTY instead of waiting */
    BROADCAST_CLOSE     /* (): CHANNEL_OK; CHANNEL_CLOSED: it was already */
};

enum { BROADCAST_LAGGED = 100, BROADCAST_TASKS = 16 };

extern const struct snag_spec broadcast_spec;

#endif
