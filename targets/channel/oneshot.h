/* oneshot.h: what the oneshot specification and its implementations agree on: operations, names.
 *
 * There are a few oneshots, known by id. Each has one sender and one receiver; whoever asks first
 * gets them, and uses them up. The rule: the name of a half says its id, so that a model without
 * pointers knows what a handle refers to.
 */
#ifndef ONESHOT_H
#define ONESHOT_H

#include "channel.h"

/* Index of each operation in oneshot_spec.ops. Codes and values as of a channel. */
enum oneshot_op {
    ONESHOT_SENDER,   /* (id): the sender, or ONESHOT_GONE */
    ONESHOT_SEND,     /* (sender, value): CHANNEL_OK or CHANNEL_CLOSED: the receiver has gone */
    ONESHOT_DROP,     /* (sender): there will be no value */
    ONESHOT_RECEIVER, /* (id): the receiver, or ONESHOT_GONE */
    ONESHOT_RECV,     /* (receiver): the value, or CHANNEL_CLOSED; waits for the sender */
    ONESHOT_POLL,     /* (receiver): the same, but CHANNEL_EMPTY instead of waiting; whoever has got
                         another answer gets CHANNEL_CLOSED from then on */
    ONESHOT_FORGET    /* (receiver): nobody waits for a value */
};

enum { ONESHOT_GONE = 0, ONESHOT_IDS = 4 };

extern const struct snag_spec oneshot_spec;

static inline int64_t oneshot_name(int64_t id) {
    return id + 1;
}

#endif
