/* actor.c: a total kept by one actor behind a bounded mailbox, asked by async tasks: healthy.
 *
 * The rule: the actor answers from what it owns, and never waits for anybody while it handles a
 * request.
 */
#include "actor.h"

struct total {
    struct actor actor;
    int64_t value; /* the actor's own */
};

static void *actor_main(void *shared) {
    struct total *total = shared;
    void *message;
    while (snag_channel_recv(total->actor.mailbox, &message) == SNAG_CHANNEL_OK) {
        const struct request *request = message;
        if (request->op == ACTOR_ADD)
            total->value += request->value;
        actor_answer(request, total->value);
    }
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
ACTOR_TARGET("channel/actor", SNAG_TASKS);
