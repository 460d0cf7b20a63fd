/* actor-cycle.c: a planted bug. Its healthy twin is actor.c.
 *
 * Wrong: a teller keeps the total and tells an auditor of each change; who asks for the total asks
 * the auditor, which writes that down and passes the request on to the teller. When both mailboxes
 * are full, each waits for room in that of the other, which only the other makes. Breaks R6: actors
 * that wait for each other make a cycle, as locks do; bounded mailboxes only between those in one
 * direction.
 */
#include "actor.h"
#include "snag/task.h"

struct total {
    struct actor teller, auditor;
    int64_t value;   /* the teller's own */
    int64_t changes; /* the auditor's own */
};

static struct request change = {ACTOR_ADD, 0, NULL};

static void *teller_main(void *shared) {
    struct total *total = shared;
    void *message;
    while (snag_channel_recv(total->teller.mailbox, &message) == SNAG_CHANNEL_OK) {
        const struct request *request = message;
        bool changed = request->op == ACTOR_ADD;
        if (changed)
            total->value += request->value;
        actor_answer(request, total->value);
        if (changed)
            snag_channel_send(total->auditor.mailbox, &change);
    }
    return NULL;
}

static void *auditor_main(void *shared) {
    struct total *total = shared;
    void *message;
    while (snag_channel_recv(total->auditor.mailbox, &message) == SNAG_CHANNEL_OK) {
        const struct request *request = message;
        if (request->op == ACTOR_GET) {
            snag_io(request->op); /* its journal says who asks */
            snag_channel_send(total->teller.mailbox, message);
        } else {
            total->changes++;
        }
    }
    return NULL;
}

static void *total_create(const struct snag_config *config) {
    int64_t capacity = config->values[CHANNEL_CONFIG_CAPACITY];
    struct total *total = calloc(1, sizeof *total);
    if (total == NULL)
        return NULL;
    if (!actor_start(&total->auditor, "of the auditor", capacity, auditor_main, total)) {
        free(total);
        return NULL;
    }
    if (!actor_start(&total->teller, "of the teller", capacity, teller_main, total)) {
        actor_stop(&total->auditor);
        free(total);
        return NULL;
    }
    return total;
}

static void total_destroy(void *shared) {
    struct total *total = shared;
    actor_end(&total->teller);
    actor_end(&total->auditor); /* which may not have come back from its last send to the teller */
    snag_channel_receiver_drop(total->teller.mailbox);
    snag_channel_receiver_drop(total->auditor.mailbox);
    free(total);
}

static int64_t total_add(struct total *total, int64_t value) {
    return actor_ask(&total->teller, ACTOR_ADD, value);
}

static int64_t total_get(struct total *total) {
    return actor_ask(&total->auditor, ACTOR_GET, 0);
}

#include "actor_adapter.h"
ACTOR_TARGET("channel/actor-cycle", SNAG_TASKS);
