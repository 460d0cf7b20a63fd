/* channel.c: the mpsc channel, bounded and unbounded. See snag/channel.h.
 *
 * A message goes straight to a receiver who waits, else into the ring; who makes room takes in the
 * message of the longest waiting sender. The rule: receivers wait only while it is empty and open,
 * senders only while it is full and open; so nobody waits for what is there.
 */
#include "snag/channel.h"

#include <stdbool.h>
#include <stdlib.h>

#include "snag/annotate.h"
#include "snag/select.h"
#include "task/primitives/waiters.h"
#include "task/receiver.h"

enum { ROOM_FIRST = 2 }; /* of an unbounded one */

struct snag_channel {
    pthread_mutex_t lock; /* guards the rest */
    uint32_t capacity;    /* 0: unbounded */
    uint32_t senders;
    bool receiver; /* it is there */
    bool closed;   /* nothing is sent any more */
    void **ring;   /* of `room` slots, `count` of them in use from `first` on */
    uint32_t room, first, count;
    struct snag__waiters sending, receiving, ending;
    void (*drop)(void *message);
};

struct snag_channel *snag_channel_new(uint32_t capacity, void (*drop)(void *message)) {
    struct snag_channel *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return NULL;
    c->capacity = capacity;
    c->room = capacity != 0 ? capacity : ROOM_FIRST;
    c->ring = calloc(c->room, sizeof(c->ring[0]));
    if (c->ring == NULL || pthread_mutex_init(&c->lock, NULL) != 0) {
        free((void *)c->ring);
        free(c);
        return NULL;
    }
    c->senders = 1;
    c->receiver = true;
    c->drop = drop;
    return c;
}

/* Nobody has it any more. */
static void channel_free(struct snag_channel *c) {
    pthread_mutex_destroy(&c->lock);
    free((void *)c->ring);
    free(c);
}

/* ---- the ring; all under the lock ---- */

static bool grow(struct snag_channel *c) {
    void **ring = calloc((size_t)c->room * 2, sizeof(ring[0]));
    if (ring == NULL)
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        ring[i] = c->ring[(c->first + i) % c->room];
    free((void *)c->ring);
    c->ring = ring;
    c->first = 0;
    c->room *= 2;
    return true;
}

static void put(struct snag_channel *c, void *message) {
    c->ring[(c->first + c->count++) % c->room] = message;
}

static void *take(struct snag_channel *c) {
    void *message = c->ring[c->first];
    c->first = (c->first + 1) % c->room;
    c->count--;
    return message;
}

/* ---- sending ---- */

static enum snag_channel_status send_now(struct snag_channel *c, void *message) {
    if (c->closed)
        return SNAG_CHANNEL_CLOSED;
    struct snag__waiter *receiver = snag__waiters_take(&c->receiving);
    if (receiver != NULL) {
        receiver->value = message;
        snag__waiter_settle(receiver, SNAG_CHANNEL_OK);
        return SNAG_CHANNEL_OK;
    }
    if (c->count == c->room && c->capacity != 0)
        return SNAG_CHANNEL_FULL;
    if (c->count == c->room && !grow(c))
        return SNAG_CHANNEL_NOMEM;
    put(c, message);
    return SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_channel_try_send(struct snag_channel *c, void *message) {
    pthread_mutex_lock(&c->lock);
    enum snag_channel_status status = send_now(c, message);
    if (c->capacity == 0)
        SNAG_QUEUE_LENGTH(c, c->count);
    pthread_mutex_unlock(&c->lock);
    return status;
}

enum snag_channel_status snag_channel_send(struct snag_channel *c, void *message) {
    struct snag__waiter w = {.value = message};
    pthread_mutex_lock(&c->lock);
    enum snag_channel_status status = send_now(c, message);
    if (status == SNAG_CHANNEL_FULL)
        status = (enum snag_channel_status)snag__waiters_wait(
            &c->sending, &w, &c->lock, SNAG_PARKED_ROOM, c, __builtin_return_address(0));
    else if (c->capacity == 0)
        SNAG_QUEUE_LENGTH(c, c->count);
    pthread_mutex_unlock(&c->lock);
    return status;
}

/* ---- receiving ---- */

static enum snag_channel_status receive_now(struct snag_channel *c, void **message) {
    snag__receives(c);
    if (c->count == 0)
        return c->closed ? SNAG_CHANNEL_CLOSED : SNAG_CHANNEL_EMPTY;
    *message = take(c);
    struct snag__waiter *sender = snag__waiters_take(&c->sending);
    if (sender != NULL) {
        put(c, sender->value);
        snag__waiter_settle(sender, SNAG_CHANNEL_OK);
    }
    return SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_channel_try_recv(struct snag_channel *c, void **message) {
    pthread_mutex_lock(&c->lock);
    enum snag_channel_status status = receive_now(c, message);
    pthread_mutex_unlock(&c->lock);
    return status;
}

enum snag_channel_status snag_channel_recv(struct snag_channel *c, void **message) {
    struct snag__waiter w;
    pthread_mutex_lock(&c->lock);
    enum snag_channel_status status = receive_now(c, message);
    if (status == SNAG_CHANNEL_EMPTY) {
        status = (enum snag_channel_status)snag__waiters_wait(
            &c->receiving, &w, &c->lock, SNAG_PARKED_CHANNEL, c, __builtin_return_address(0));
        if (status == SNAG_CHANNEL_OK)
            *message = w.value;
    }
    pthread_mutex_unlock(&c->lock);
    return status;
}

static bool has_come(const struct snag_source *source) {
    const struct snag_channel *c = source->of;
    return c->count > 0 || c->closed;
}

static int take_what_has_come(void *of, void **message) {
    return (int)receive_now(of, message);
}

struct snag_source snag_source_channel(struct snag_channel *c) {
    return (struct snag_source){.lock = &c->lock,
                                .waiters = &c->receiving,
                                .of = c,
                                .what = SNAG_PARKED_CHANNEL,
                                .ready = has_come,
                                .take = take_what_has_come};
}

/* ---- ends ---- */

static void settle_all(struct snag__waiters *q, int status) {
    for (struct snag__waiter *w; (w = snag__waiters_take(q)) != NULL;)
        snag__waiter_settle(w, status);
}

/* Under the lock. */
static enum snag_channel_status close_now(struct snag_channel *c) {
    if (c->closed)
        return SNAG_CHANNEL_CLOSED;
    c->closed = true;
    settle_all(&c->sending, SNAG_CHANNEL_CLOSED);
    settle_all(&c->receiving, SNAG_CHANNEL_CLOSED);
    settle_all(&c->ending, SNAG_CHANNEL_CLOSED);
    return SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_channel_close(struct snag_channel *c) {
    pthread_mutex_lock(&c->lock);
    enum snag_channel_status status = close_now(c);
    pthread_mutex_unlock(&c->lock);
    return status;
}

void snag_channel_closed(struct snag_channel *c) {
    struct snag__waiter w;
    pthread_mutex_lock(&c->lock);
    if (!c->closed)
        (void)snag__waiters_wait(&c->ending, &w, &c->lock, SNAG_PARKED_CHANNEL, c,
                                 __builtin_return_address(0));
    pthread_mutex_unlock(&c->lock);
}

void snag_channel_sender_add(struct snag_channel *c) {
    pthread_mutex_lock(&c->lock);
    c->senders++;
    pthread_mutex_unlock(&c->lock);
}

void snag_channel_sender_drop(struct snag_channel *c) {
    pthread_mutex_lock(&c->lock);
    if (--c->senders == 0)
        close_now(c);
    bool last = c->senders == 0 && !c->receiver;
    pthread_mutex_unlock(&c->lock);
    if (last)
        channel_free(c);
}

/* Calls nobody back under the lock: once closed, the ring is the receiver's alone. */
void snag_channel_receiver_drop(struct snag_channel *c) {
    pthread_mutex_lock(&c->lock);
    close_now(c);
    pthread_mutex_unlock(&c->lock);
    while (c->count != 0) {
        void *message = take(c);
        if (c->drop != NULL)
            c->drop(message);
    }
    pthread_mutex_lock(&c->lock);
    c->receiver = false;
    bool last = c->senders == 0;
    pthread_mutex_unlock(&c->lock);
    if (last)
        channel_free(c);
}
