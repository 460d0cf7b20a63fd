/* actor-asks-itself.c: a planted bug. Its healthy twin is actor.c.
 *
 * Wrong: whoever asks for the total shall also see what is already in the mailbox, so the actor
 * sends itself the request once more, behind it. When the mailbox is full it waits for room that
 * only it can make. Breaks R6: an actor never waits for its own mailbox.
 */
#include "actor.h"

struct total {
    struct actor actor;
    int64_t value; /* the actor's own */
};

/* A request for the total that has come round. */
enum { AGAIN = 1 };

static void handle(struct total *total, struct request *request) {
    if (request->op == ACTOR_GET && request->value != AGAIN) {
        request->value = AGAIN;
        snag_channel_send(total->actor.mailbox, request);
        return;
    }
    if (request->op == ACTOR_ADD)
        total->value += request->value;
    actor_answer(request, total->value);
}

static void *actor_main(void *shared) {
    struct total *total = shared;
    void *message;
    while (snag_channel_recv(total->actor.mailbox, &message) == SNAG_CHANNEL_OK)
        handle(total, message);
    return NULL;
}

static void *total_create(const struct snag_config *config) {
    struct total *total = calloc(1, sizeof *total);
    if (total == NULL)
        return NULL;
    if (!actor_start(&total->actor, "of the total", config->values[CHANNEL_CONFIG_CAPACITY],
                     actor_main, total)) {
        free(total);
        return NULL;
    }
    return total;
}

static void total_destroy(void *shared) {
    struct total *total = shared;
    actor_stop(&total->actor);
    free(total);
}

static int64_t total_add(struct total *total, int64_t value) {
    return actor_ask(&total->actor, ACTOR_ADD, value);
}

static int64_t total_get(struct total *total) {
    return actor_ask(&total->actor, ACTOR_GET, 0);
}

#include "actor_adapter.h"
ACTOR_TARGET("channel/actor-asks-itself", SNAG_TASKS);
