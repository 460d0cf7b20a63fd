/* use-after-send.c: a planted bug. Its healthy twin is mpsc-bounded.c.
 *
 * Wrong: a message is a block of memory that goes to the receiver, who frees it; the sender, once
 * it has sent it, reads it again to count what it has sent. By then it may have been received, and
 * be gone. Breaks R6: what was sent belongs to the receiver.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "channel.h"
#include "snag/channel.h"

struct message {
    int64_t value;
};

struct channel {
    struct snag_channel *messages;
    _Atomic int64_t sum; /* of what was sent */
};

static void *channel_create(const struct snag_config *config) {
    struct channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return NULL;
    channel->messages = snag_channel_new((uint32_t)config->values[CHANNEL_CONFIG_CAPACITY], free);
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

typedef enum snag_channel_status send_function(struct snag_channel *c, void *message);

static int64_t send_by(send_function *send, struct channel *channel, int64_t value) {
    struct message *message = malloc(sizeof *message);
    if (message == NULL)
        return CHANNEL_NOMEM;
    message->value = value;
    enum snag_channel_status status = send(channel->messages, message);
    if (status == SNAG_CHANNEL_OK) {
        atomic_fetch_add(&channel->sum, message->value);
        return CHANNEL_OK;
    }
    free(message);
    return status == SNAG_CHANNEL_FULL ? CHANNEL_FULL : CHANNEL_CLOSED;
}

static int64_t channel_send(struct channel *channel, int64_t value) {
    return send_by(snag_channel_send, channel, value);
}

static int64_t channel_try_send(struct channel *channel, int64_t value) {
    return send_by(snag_channel_try_send, channel, value);
}

static int64_t open_message(void *received) {
    struct message *message = received;
    int64_t value = message->value;
    free(message);
    return value;
}

static int64_t channel_recv(struct channel *channel) {
    void *message;
    if (snag_channel_recv(channel->messages, &message) != SNAG_CHANNEL_OK)
        return CHANNEL_CLOSED;
    return open_message(message);
}

static int64_t channel_try_recv(struct channel *channel) {
    void *message;
    switch (snag_channel_try_recv(channel->messages, &message)) {
    case SNAG_CHANNEL_OK:
        return open_message(message);
    case SNAG_CHANNEL_EMPTY:
        return CHANNEL_EMPTY;
    default:
        return CHANNEL_CLOSED;
    }
}

static int64_t channel_close(struct channel *channel) {
    return snag_channel_close(channel->messages) == SNAG_CHANNEL_OK ? CHANNEL_OK : CHANNEL_CLOSED;
}

static void channel_wait_closed(struct channel *channel) {
    snag_channel_closed(channel->messages);
}

#include "adapter.h"
CHANNEL_TARGET("channel/use-after-send", channel_spec, SNAG_TASKS);
