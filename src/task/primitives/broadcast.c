/* broadcast.c: every message to every subscriber, the last few kept. See snag/channel.h.
 *
 * The rule: a subscriber waits only when it has received all that was sent; whoever sends hands the
 * message to each that waits, so that nothing sent later can overtake it.
 */
#include "snag/channel.h"

#include <stdbool.h>
#include <stdlib.h>

#include "snag/select.h"
#include "task/primitives/waiters.h"

struct snag_broadcast {
    pthread_mutex_t lock; /* guards the rest, and the subscribers */
    uint32_t capacity, subscribers;
    bool sender; /* it is there */
    bool closed;
    uint64_t sent;
    void **kept; /* message i stands at i % capacity */
    struct snag__waiters receiving;
};

struct snag_subscriber {
    struct snag_broadcast *from;
    uint64_t next; /* message to receive */
};

struct snag_broadcast *snag_broadcast_new(uint32_t capacity) {
    struct snag_broadcast *b = calloc(1, sizeof(*b));
    if (b == NULL)
        return NULL;
    b->kept = calloc(capacity, sizeof(b->kept[0]));
    if (b->kept == NULL || pthread_mutex_init(&b->lock, NULL) != 0) {
        free((void *)b->kept);
        free(b);
        return NULL;
    }
    b->capacity = capacity;
    b->sender = true;
    return b;
}

/* Gives up the lock; one side has gone. */
static void give_up(struct snag_broadcast *b) {
    bool last = !b->sender && b->subscribers == 0;
    pthread_mutex_unlock(&b->lock);
    if (last) {
        pthread_mutex_destroy(&b->lock);
        free((void *)b->kept);
        free(b);
    }
}

/* ---- the sender ---- */

enum snag_channel_status snag_broadcast_send(struct snag_broadcast *b, void *message) {
    pthread_mutex_lock(&b->lock);
    bool closed = b->closed;
    if (!closed) {
        b->kept[b->sent++ % b->capacity] = message;
        for (struct snag__waiter *w; (w = snag__waiters_take(&b->receiving)) != NULL;) {
            w->value = message;
            snag__waiter_settle(w, SNAG_CHANNEL_OK);
        }
    }
    pthread_mutex_unlock(&b->lock);
    return closed ? SNAG_CHANNEL_CLOSED : SNAG_CHANNEL_OK;
}

/* Under the lock. */
static enum snag_channel_status close_now(struct snag_broadcast *b) {
    if (b->closed)
        return SNAG_CHANNEL_CLOSED;
    b->closed = true;
    for (struct snag__waiter *w; (w = snag__waiters_take(&b->receiving)) != NULL;)
        snag__waiter_settle(w, SNAG_CHANNEL_CLOSED);
    return SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_broadcast_close(struct snag_broadcast *b) {
    pthread_mutex_lock(&b->lock);
    enum snag_channel_status status = close_now(b);
    pthread_mutex_unlock(&b->lock);
    return status;
}

void snag_broadcast_drop(struct snag_broadcast *b) {
    pthread_mutex_lock(&b->lock);
    (void)close_now(b);
    b->sender = false;
    give_up(b);
}

/* ---- subscribers ---- */

struct snag_subscriber *snag_broadcast_subscribe(struct snag_broadcast *b) {
    struct snag_subscriber *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    pthread_mutex_lock(&b->lock);
    s->from = b;
    s->next = b->sent;
    b->subscribers++;
    pthread_mutex_unlock(&b->lock);
    return s;
}

void snag_broadcast_unsubscribe(struct snag_subscriber *s) {
    struct snag_broadcast *b = s->from;
    free(s);
    pthread_mutex_lock(&b->lock);
    b->subscribers--;
    give_up(b);
}

/* Under the lock. */
static enum snag_channel_status receive_now(struct snag_subscriber *s, void **message,
                                            uint64_t *lost) {
    const struct snag_broadcast *b = s->from;
    if (s->next == b->sent)
        return b->closed ? SNAG_CHANNEL_CLOSED : SNAG_CHANNEL_EMPTY;
    if (b->sent - s->next > b->capacity) {
        *lost = b->sent - s->next - b->capacity;
        s->next += *lost;
        return SNAG_CHANNEL_LAGGED;
    }
    *message = b->kept[s->next++ % b->capacity];
    return SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_broadcast_try_recv(struct snag_subscriber *s, void **message,
                                                 uint64_t *lost) {
    pthread_mutex_lock(&s->from->lock);
    enum snag_channel_status status = receive_now(s, message, lost);
    pthread_mutex_unlock(&s->from->lock);
    return status;
}

enum snag_channel_status snag_broadcast_recv(struct snag_subscriber *s, void **message,
                                             uint64_t *lost) {
    struct snag_broadcast *b = s->from;
    struct snag__waiter w;
    pthread_mutex_lock(&b->lock);
    enum snag_channel_status status = receive_now(s, message, lost);
    if (status == SNAG_CHANNEL_EMPTY) {
        status = (enum snag_channel_status)snag__waiters_wait(
            &b->receiving, &w, &b->lock, SNAG_PARKED_CHANNEL, b, __builtin_return_address(0));
        if (status == SNAG_CHANNEL_OK) {
            *message = w.value;
            s->next++;
        }
    }
    pthread_mutex_unlock(&b->lock);
    return status;
}

static bool has_news(const struct snag_source *source) {
    const struct snag_subscriber *s = source->of;
    return s->next != s->from->sent || s->from->closed;
}

struct snag_source snag_source_subscriber(struct snag_subscriber *s) {
    return (struct snag_source){.lock = &s->from->lock,
                                .waiters = &s->from->receiving,
                                .of = s,
                                .what = SNAG_PARKED_CHANNEL,
                                .ready = has_news};
}
