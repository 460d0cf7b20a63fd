/* broadcast-overwrite.c: a planted bug. Its healthy twin is broadcast.c.
 *
 * Wrong: a receiver makes sure under the lock that its next value is still kept, and reads it after
 * it has given the lock up, so as not to keep senders waiting. A sender may overwrite it in
 * between: the receiver takes a later value for its own, and is never told that one was lost.
 * Breaks R6: a message that others may still change has not been received.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "broadcast.h"

struct broadcast {
    pthread_mutex_t lock; /* guards all but what is kept */
    pthread_cond_t sent_or_closed;
    int64_t capacity, sent;
    bool closed;
    int64_t next[BROADCAST_TASKS];
    _Atomic int64_t kept[CHANNEL_CAPACITY_MAX];
};

static void *broadcast_create(const struct snag_config *config) {
    struct broadcast *broadcast = calloc(1, sizeof *broadcast);
    if (broadcast == NULL)
        return NULL;
    pthread_mutex_init(&broadcast->lock, NULL);
    pthread_cond_init(&broadcast->sent_or_closed, NULL);
    broadcast->capacity = config->values[CHANNEL_CONFIG_CAPACITY];
    return broadcast;
}

static void broadcast_destroy(void *shared) {
    struct broadcast *broadcast = shared;
    pthread_cond_destroy(&broadcast->sent_or_closed);
    pthread_mutex_destroy(&broadcast->lock);
    free(broadcast);
}

static int64_t broadcast_send(struct broadcast *broadcast, int64_t value) {
    pthread_mutex_lock(&broadcast->lock);
    bool closed = broadcast->closed;
    if (!closed) {
        atomic_store(&broadcast->kept[broadcast->sent++ % broadcast->capacity], value);
        pthread_cond_broadcast(&broadcast->sent_or_closed);
    }
    pthread_mutex_unlock(&broadcast->lock);
    return closed ? CHANNEL_CLOSED : CHANNEL_OK;
}

/* Gives up the lock. */
static int64_t receive(struct broadcast *broadcast, unsigned task) {
    int64_t next = broadcast->next[task], lost = broadcast->sent - broadcast->capacity - next;
    bool none = next == broadcast->sent, closed = broadcast->closed;
    broadcast->next[task] += lost > 0 ? lost : none ? 0 : 1;
    pthread_mutex_unlock(&broadcast->lock);
    if (none)
        return closed ? CHANNEL_CLOSED : CHANNEL_EMPTY;
    if (lost > 0)
        return BROADCAST_LAGGED + lost;
    return atomic_load(&broadcast->kept[next % broadcast->capacity]);
}

static int64_t broadcast_recv(struct broadcast *broadcast, unsigned task) {
    pthread_mutex_lock(&broadcast->lock);
    while (broadcast->next[task] == broadcast->sent && !broadcast->closed)
        pthread_cond_wait(&broadcast->sent_or_closed, &broadcast->lock);
    return receive(broadcast, task);
}

static int64_t broadcast_try_recv(struct broadcast *broadcast, unsigned task) {
    pthread_mutex_lock(&broadcast->lock);
    return receive(broadcast, task);
}

static int64_t broadcast_close(struct broadcast *broadcast) {
    pthread_mutex_lock(&broadcast->lock);
    int64_t code = broadcast->closed ? CHANNEL_CLOSED : CHANNEL_OK;
    broadcast->closed = true;
    pthread_cond_broadcast(&broadcast->sent_or_closed);
    pthread_mutex_unlock(&broadcast->lock);
    return code;
}

#include "broadcast_adapter.h"
BROADCAST_TARGET("channel/broadcast-overwrite", SNAG_THREADS);
