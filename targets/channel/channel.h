/* channel.h: what the channel specifications and their implementations agree on: operations, codes.
 *
 * The rule: a value is a small positive number, so whatever is not positive is one of the codes.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <stdint.h>

#include "snag/spec.h"

/* Index of each operation in the ops of every specification here that has it. */
enum channel_op {
    CHANNEL_SEND,     /* (value): CHANNEL_OK or CHANNEL_CLOSED; waits while it is full */
    CHANNEL_RECV,     /* (): the oldest value, or CHANNEL_CLOSED; waits while it is empty */
    CHANNEL_TRY_SEND, /* (value): the same as send, but CHANNEL_FULL instead of waiting */
    CHANNEL_TRY_RECV, /* (): the same as recv, but CHANNEL_EMPTY instead of waiting */
    CHANNEL_CLOSE,    /* (): CHANNEL_OK; CHANNEL_CLOSED: it was already */
    CHANNEL_AWAIT_END /* (): nothing; waits while it is open */
};

enum {
    CHANNEL_OK = 0,
    CHANNEL_CLOSED = -1,
    CHANNEL_FULL = -2,
    CHANNEL_EMPTY = -3,
    CHANNEL_NOMEM = -4 /* the allocator refused; nothing was changed */
};

enum { CHANNEL_CONFIG_CAPACITY = 0, CHANNEL_CAPACITY_MAX = 3, CHANNEL_VALUES = 9 };

extern const struct snag_spec channel_spec;           /* of bounded capacity */
extern const struct snag_spec channel_unbounded_spec; /* there is always room */

#endif
