/* actor_spec.h: what the actor specification and its implementations agree on.
 *
 * A total that values are added to. Codes and values as of a channel. The rule: it is asked for by
 * messages only (actor.h), which no client needs to know.
 */
#ifndef ACTOR_SPEC_H
#define ACTOR_SPEC_H

#include "channel.h"

/* Index of each operation in actor_spec.ops. */
enum actor_op {
    ACTOR_ADD, /* (value): the total with it, or CHANNEL_NOMEM */
    ACTOR_GET  /* (): the total, or CHANNEL_NOMEM */
};

extern const struct snag_spec actor_spec;

#endif
