/* condvar.c: a bounded channel between threads, by a mutex and two condition variables: healthy.
 *
 * The rule: whoever waits looks again after every wakeup, under the lock; senders and receivers
 * wait apart, so that a signal never wakes one who has no use for it.
 */
#include <pthread.h>
#include <stdlib.h>

#include "ring.h"

struct channel {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t sent;  /* there is a value, or it was closed */
    pthread_cond_t taken; /* there is room, or it was closed */
    pthread_cond_t ended; /* it was closed */
    struct ring ring;
    bool closed;
};

static void *channel_create(const struct snag_config *config) {
    struct channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return NULL;
    pthread_mutex_init(&channel->lock, NULL);
    pthread_cond_init(&channel->sent, NULL);
    pthread_cond_init(&channel->taken, NULL);
    pthread_cond_init(&channel->ended, NULL);
    channel->ring.capacity = config->values[CHANNEL_CONFIG_CAPACITY];
    return channel;
}

static void channel_destroy(void *shared) {
    struct channel *channel = shared;
    pthread_cond_destroy(&channel->ended);
    pthread_cond_destroy(&channel->taken);
    pthread_cond_destroy(&channel->sent);
    pthread_mutex_destroy(&channel->lock);
    free(channel);
}

/* Under the lock. CHANNEL_FULL: it could not. */
static int64_t put(struct channel *channel, int64_t value) {
    if (channel->closed)
        return CHANNEL_CLOSED;
    if (!ring_put(&channel->ring, value))
        return CHANNEL_FULL;
    pthread_cond_signal(&channel->sent);
    return CHANNEL_OK;
}

/* Under the lock. CHANNEL_EMPTY: it could not. */
static int64_t take(struct channel *channel) {
    int64_t value;
    if (!ring_take(&channel->ring, &value))
        return channel->closed ? CHANNEL_CLOSED : CHANNEL_EMPTY;
    pthread_cond_signal(&channel->taken);
    return value;
}

static int64_t channel_send(struct channel *channel, int64_t value) {
    pthread_mutex_lock(&channel->lock);
    int64_t code = put(channel, value);
    while (code == CHANNEL_FULL) {
        pthread_cond_wait(&channel->taken, &channel->lock);
        code = put(channel, value);
    }
    pthread_mutex_unlock(&channel->lock);
    return code;
}

static int64_t channel_recv(struct channel *channel) {
    pthread_mutex_lock(&channel->lock);
    int64_t value = take(channel);
    while (value == CHANNEL_EMPTY) {
        pthread_cond_wait(&channel->sent, &channel->lock);
        value = take(channel);
    }
    pthread_mutex_unlock(&channel->lock);
    return value;
}

static int64_t channel_try_send(struct channel *channel, int64_t value) {
    pthread_mutex_lock(&channel->lock);
    int64_t code = put(channel, value);
    pthread_mutex_unlock(&channel->lock);
    return code;
}

static int64_t channel_try_recv(struct channel *channel) {
    pthread_mutex_lock(&channel->lock);
    int64_t value = take(channel);
    pthread_mutex_unlock(&channel->lock);
    return value;
}

static int64_t channel_close(struct channel *channel) {
    pthread_mutex_lock(&channel->lock);
    int64_t code = channel->closed ? CHANNEL_CLOSED : CHANNEL_OK;
    channel->closed = true;
    pthread_cond_broadcast(&channel->sent);
    pthread_cond_broadcast(&channel->taken);
    pthread_cond_broadcast(&channel->ended);
    pthread_mutex_unlock(&channel->lock);
    return code;
}

static void channel_wait_closed(struct channel *channel) {
    pthread_mutex_lock(&channel->lock);
    while (!channel->closed)
        pthread_cond_wait(&channel->ended, &channel->lock);
    pthread_mutex_unlock(&channel->lock);
}

#include "adapter.h"
CHANNEL_TARGET("channel/condvar", channel_spec, SNAG_THREADS);
