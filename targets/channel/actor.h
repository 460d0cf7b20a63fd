/* actor.h: an actor: a thread that owns its state and handles one message after the other.
 *
 * The rule: nothing but messages passes between an actor and others.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "actor_spec.h"
#include "snag/annotate.h"
#include "snag/channel.h"

struct actor {
    pthread_t thread;
    struct snag_channel *mailbox;
};

/* A request lies on the stack of who asks, and is his again once it is answered. */
struct request {
    enum actor_op op;
    int64_t value;
    struct snag_oneshot *reply;
};

/* `name`: what reports call its mailbox. False: no memory, no thread. */
static bool actor_start(struct actor *actor, const char *name, int64_t capacity,
                        void *(*run)(void *), void *shared) {
    actor->mailbox = snag_channel_new((uint32_t)capacity, NULL);
    if (actor->mailbox == NULL)
        return false;
    snag_name(actor->mailbox, "%s", name);
    if (pthread_create(&actor->thread, NULL, run, shared) != 0) {
        snag_channel_sender_drop(actor->mailbox);
        snag_channel_receiver_drop(actor->mailbox);
        return false;
    }
    return true;
}

/* It ends when it has handled what was sent. Its mailbox stays. */
static void actor_end(struct actor *actor) {
    snag_channel_sender_drop(actor->mailbox);
    pthread_join(actor->thread, NULL);
}

static void actor_stop(struct actor *actor) {
    actor_end(actor);
    snag_channel_receiver_drop(actor->mailbox);
}

static int64_t actor_ask(struct actor *actor, enum actor_op op, int64_t value) {
    struct request request = {op, value, snag_oneshot_new(NULL)};
    void *answer = NULL;
    if (request.reply == NULL)
        return CHANNEL_NOMEM;
    snag_channel_send(actor->mailbox, &request);
    snag_oneshot_recv(request.reply, &answer);
    return (intptr_t)answer;
}

static void actor_answer(const struct request *request, int64_t value) {
    snag_oneshot_send(request->reply, (void *)(intptr_t)value);
}

#endif
