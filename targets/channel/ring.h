/* ring.h: a bounded queue of values, for the implementations that lock by hand.
 *
 * Neither a lock nor a wait. The rule: whoever calls holds the lock that guards it.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>

#include "channel.h"

struct ring {
    int64_t values[CHANNEL_CAPACITY_MAX];
    int64_t capacity, first, count;
};

static inline bool ring_put(struct ring *ring, int64_t value) {
    if (ring->count == ring->capacity)
        return false;
    ring->values[(ring->first + ring->count++) % ring->capacity] = value;
    return true;
}

static inline bool ring_take(struct ring *ring, int64_t *value) {
    if (ring->count == 0)
        return false;
    *value = ring->values[ring->first];
    ring->first = (ring->first + 1) % ring->capacity;
    ring->count--;
    return true;
}

#endif
