/* broadcast.c: snag's own broadcast channel, between async tasks: healthy.
 *
 * The rule: whoever lags is told, and goes on with the oldest value that is left
 * (src/task/primitives/broadcast.c).
 */
#include <stdlib.h>

#include "broadcast.h"
#include "snag/channel.h"

struct broadcast {
    struct snag_broadcast *messages;
    struct snag_subscriber *subscribers[BROADCAST_TASKS];
};

static void broadcast_destroy(void *shared) {
    struct broadcast *broadcast = shared;
    snag_broadcast_drop(broadcast->messages);
    for (int i = 0; i < BROADCAST_TASKS; i++)
        if (broadcast->subscribers[i] != NULL)
            snag_broadcast_unsubscribe(broadcast->subscribers[i]);
    free(broadcast);
}

static void *broadcast_create(const struct snag_config *config) {
    struct broadcast *broadcast = calloc(1, sizeof *broadcast);
    if (broadcast == NULL)
        return NULL;
    broadcast->messages = snag_broadcast_new((uint32_t)config->values[CHANNEL_CONFIG_CAPACITY]);
    if (broadcast->messages == NULL) {
        free(broadcast);
        return NULL;
    }
    for (int i = 0; i < BROADCAST_TASKS; i++) {
        broadcast->subscribers[i] = snag_broadcast_subscribe(broadcast->messages);
        if (broadcast->subscribers[i] == NULL) {
            broadcast_destroy(broadcast);
            return NULL;
        }
    }
    return broadcast;
}

/* Subscribers that come and go, and never receive. */
static void *broadcast_enter(void *shared) {
    const struct broadcast *broadcast = shared;
    return snag_broadcast_subscribe(broadcast->messages);
}

static void broadcast_leave(void *shared, void *local) {
    (void)shared;
    if (local != NULL)
        snag_broadcast_unsubscribe(local);
}

static int64_t broadcast_send(struct broadcast *broadcast, int64_t value) {
    return snag_broadcast_send(broadcast->messages, (void *)(intptr_t)value) == SNAG_CHANNEL_OK
               ? CHANNEL_OK
               : CHANNEL_CLOSED;
}

static int64_t result_of(enum snag_channel_status status, const void *message, uint64_t lost) {
    switch (status) {
    case SNAG_CHANNEL_OK:
        return (intptr_t)message;
    case SNAG_CHANNEL_LAGGED:
        return BROADCAST_LAGGED + (int64_t)lost;
    case SNAG_CHANNEL_EMPTY:
        return CHANNEL_EMPTY;
    default:
        return CHANNEL_CLOSED;
    }
}

static int64_t broadcast_recv(struct broadcast *broadcast, unsigned task) {
    void *message = NULL;
    uint64_t lost = 0;
    enum snag_channel_status status =
        snag_broadcast_recv(broadcast->subscribers[task], &message, &lost);
    return result_of(status, message, lost);
}

static int64_t broadcast_try_recv(struct broadcast *broadcast, unsigned task) {
    void *message = NULL;
    uint64_t lost = 0;
    enum snag_channel_status status =
        snag_broadcast_try_recv(broadcast->subscribers[task], &message, &lost);
    return result_of(status, message, lost);
}

static int64_t broadcast_close(struct broadcast *broadcast) {
    return snag_broadcast_close(broadcast->messages) == SNAG_CHANNEL_OK ? CHANNEL_OK
                                                                        : CHANNEL_CLOSED;
}

#include "broadcast_adapter.h"
BROADCAST_TARGET("channel/broadcast", SNAG_TASKS, .enter = broadcast_enter,
                 .leave = broadcast_leave);
