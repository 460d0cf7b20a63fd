/* mpsc.h: a channel by snag's own mpsc, of numbers: for the implementations that use it.
 *
 * The rule: nothing here synchronises, nor looks into the channel.
 */
#ifndef MPSC_H
#define MPSC_H

#include <stdlib.h>

#include "channel.h"
#include "snag/channel.h"

struct channel {
    struct snag_channel *messages;
};

/* `capacity` 0: unbounded. */
static void *mpsc_create(int64_t capacity) {
    struct channel *channel = malloc(sizeof *channel);
    if (channel == NULL)
        return NULL;
    channel->messages = snag_channel_new((uint32_t)capacity, NULL);
    if (channel->messages == NULL) {
        free(channel);
        return NULL;
    }
    return channel;
}

static void channel_destroy(void *shared) {
    struct channel *channel = shared;
    snag_channel_sender_drop(channel->messages);
    snag_channel_receiver_drop(channel->messages);
    free(channel);
}

/* Each task has a sender of its own; that of channel_destroy keeps the channel open. */
static void *mpsc_enter(void *shared) {
    struct channel *channel = shared;
    snag_channel_sender_add(channel->messages);
    return NULL;
}

static void mpsc_leave(void *shared, void *local) {
    struct channel *channel = shared;
    (void)local;
    snag_channel_sender_drop(channel->messages);
}

#define MPSC_SENDERS .enter = mpsc_enter, .leave = mpsc_leave

static int64_t code_of(enum snag_channel_status status) {
    switch (status) {
    case SNAG_CHANNEL_CLOSED:
        return CHANNEL_CLOSED;
    case SNAG_CHANNEL_FULL:
        return CHANNEL_FULL;
    case SNAG_CHANNEL_EMPTY:
        return CHANNEL_EMPTY;
    case SNAG_CHANNEL_NOMEM:
        return CHANNEL_NOMEM;
    default:
        return CHANNEL_OK;
    }
}

static int64_t channel_send(struct channel *channel, int64_t value) {
    return code_of(snag_channel_send(channel->messages, (void *)(intptr_t)value));
}

static int64_t channel_try_send(struct channel *channel, int64_t value) {
    return code_of(snag_channel_try_send(channel->messages, (void *)(intptr_t)value));
}

static int64_t channel_recv(struct channel *channel) {
    void *message;
    enum snag_channel_status status = snag_channel_recv(channel->messages, &message);
    return status == SNAG_CHANNEL_OK ? (intptr_t)message : code_of(status);
}

static int64_t channel_try_recv(struct channel *channel) {
    void *message;
    enum snag_channel_status status = snag_channel_try_recv(channel->messages, &message);
    return status == SNAG_CHANNEL_OK ? (intptr_t)message : code_of(status);
}

static int64_t channel_close(struct channel *channel) {
    return code_of(snag_channel_close(channel->messages));
}

static void channel_wait_closed(struct channel *channel) {
    snag_channel_closed(channel->messages);
}

#endif
