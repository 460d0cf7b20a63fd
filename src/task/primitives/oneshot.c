/* oneshot.c: one message, or the news that there will be none. See snag/channel.h.
 *
 * The rule: each half is given up once, by its owner's last call; whoever gives up the second one
 * frees it.
 */
#include "snag/channel.h"

#include <stdbool.h>
#include <stdlib.h>

#include "snag/select.h"
#include "task/primitives/waiters.h"

struct snag_oneshot {
    pthread_mutex_t lock;  /* guards the rest */
    bool sender, receiver; /* they are there */
    bool sent;             /* and not yet received */
    void *message;
    struct snag__waiters receiving; /* the receiver, or nobody */
    void (*drop)(void *message);
};

struct snag_oneshot *snag_oneshot_new(void (*drop)(void *message)) {
    struct snag_oneshot *o = calloc(1, sizeof(*o));
    if (o == NULL)
        return NULL;
    if (pthread_mutex_init(&o->lock, NULL) != 0) {
        free(o);
        return NULL;
    }
    o->sender = o->receiver = true;
    o->drop = drop;
    return o;
}

/* Gives up the lock; `half` is used up. */
static void give_up(struct snag_oneshot *o, bool *half) {
    *half = false;
    bool last = !o->sender && !o->receiver;
    pthread_mutex_unlock(&o->lock);
    if (last) {
        pthread_mutex_destroy(&o->lock);
        free(o);
    }
}

/* ---- the sender ---- */

enum snag_channel_status snag_oneshot_send(struct snag_oneshot *o, void *message) {
    pthread_mutex_lock(&o->lock);
    bool wanted = o->receiver;
    struct snag__waiter *receiver = snag__waiters_take(&o->receiving);
    if (wanted) {
        o->sent = true;
        o->message = message;
    }
    if (receiver != NULL)
        snag__waiter_settle(receiver, SNAG_CHANNEL_OK);
    give_up(o, &o->sender);
    return wanted ? SNAG_CHANNEL_OK : SNAG_CHANNEL_CLOSED;
}

void snag_oneshot_sender_drop(struct snag_oneshot *o) {
    pthread_mutex_lock(&o->lock);
    struct snag__waiter *receiver = snag__waiters_take(&o->receiving);
    if (receiver != NULL)
        snag__waiter_settle(receiver, SNAG_CHANNEL_CLOSED);
    give_up(o, &o->sender);
}

/* ---- the receiver ---- */

/* Under the lock. */
static enum snag_channel_status receive_now(struct snag_oneshot *o, void **message) {
    if (!o->sent)
        return o->sender ? SNAG_CHANNEL_EMPTY : SNAG_CHANNEL_CLOSED;
    o->sent = false;
    *message = o->message;
    return SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_oneshot_recv(struct snag_oneshot *o, void **message) {
    struct snag__waiter w;
    pthread_mutex_lock(&o->lock);
    enum snag_channel_status status = receive_now(o, message);
    if (status == SNAG_CHANNEL_EMPTY) {
        (void)snag__waiters_wait(&o->receiving, &w, &o->lock, SNAG_PARKED_CHANNEL, o,
                                 __builtin_return_address(0));
        status = receive_now(o, message);
    }
    give_up(o, &o->receiver);
    return status;
}

enum snag_channel_status snag_oneshot_try_recv(struct snag_oneshot *o, void **message) {
    pthread_mutex_lock(&o->lock);
    enum snag_channel_status status = receive_now(o, message);
    if (status == SNAG_CHANNEL_EMPTY)
        pthread_mutex_unlock(&o->lock);
    else
        give_up(o, &o->receiver);
    return status;
}

void snag_oneshot_receiver_drop(struct snag_oneshot *o) {
    pthread_mutex_lock(&o->lock);
    bool unwanted = o->sent;
    o->sent = false;
    void *message = o->message;
    void (*drop)(void *) = o->drop;
    give_up(o, &o->receiver);
    if (unwanted && drop != NULL)
        drop(message);
}

static bool is_answered(const struct snag_source *source) {
    const struct snag_oneshot *o = source->of;
    return o->sent || !o->sender;
}

struct snag_source snag_source_oneshot(struct snag_oneshot *o) {
    return (struct snag_source){.lock = &o->lock,
                                .waiters = &o->receiving,
                                .of = o,
                                .what = SNAG_PARKED_CHANNEL,
                                .ready = is_answered};
}
