/* receiver.c: who empties a channel. See receiver.h. */
#include "task/receiver.h"

#include "oracle/graph.h"

void snag__receives(const volatile void *channel) {
    struct snag__object *o = snag__object_declared(channel, SNAG__OBJECT_CHANNEL, false);
    const struct snag__vthread *self = snag__self;
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    o->value = 1U + (self->task != NULL ? SNAG__NODE_TASKS + self->task->index : self->index);
}

bool snag__receiver_of(const struct snag__object *channel, uint16_t *node) {
    *node = (uint16_t)(channel->value - 1);
    return channel->kind == SNAG__OBJECT_CHANNEL && channel->value != 0;
}
