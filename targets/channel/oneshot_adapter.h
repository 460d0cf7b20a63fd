/* oneshot_adapter.h: how an implementation of oneshot is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct oneshot, oneshot_new,
 * oneshot_send, oneshot_drop, oneshot_recv, oneshot_poll and oneshot_forget; each of the last five
 * uses up its half, but for a poll that finds nothing yet, and the second half to go frees it. The
 * rule: nothing here synchronises, but for who gets a half.
 */
#ifndef ONESHOT_ADAPTER_H
#define ONESHOT_ADAPTER_H

#include <stdatomic.h>
#include <stdlib.h>

#include "oneshot.h"

struct pair {
    struct oneshot *oneshot;
    atomic_bool sender, receiver; /* somebody got them */
    bool heard;                   /* the receiver is used up: its owner's own */
};

static void oneshots_destroy(void *shared) {
    struct pair *pairs = shared;
    for (int id = 0; id < ONESHOT_IDS; id++) {
        if (!pairs[id].sender)
            oneshot_drop(pairs[id].oneshot);
        if (!pairs[id].receiver)
            oneshot_forget(pairs[id].oneshot);
    }
    free(pairs);
}

static void *oneshots_create(const struct snag_config *config) {
    struct pair *pairs = calloc(ONESHOT_IDS, sizeof *pairs);
    (void)config;
    if (pairs == NULL)
        return NULL;
    for (int id = 0; id < ONESHOT_IDS; id++) {
        pairs[id].oneshot = oneshot_new();
        if (pairs[id].oneshot == NULL) {
            while (id-- > 0) {
                oneshot_drop(pairs[id].oneshot);
                oneshot_forget(pairs[id].oneshot);
            }
            free(pairs);
            return NULL;
        }
    }
    return pairs;
}

static void claim(struct pair *pair, atomic_bool *half, int64_t id, struct snag_result *result) {
    bool gone = atomic_exchange(half, true);
    result->i = gone ? ONESHOT_GONE : oneshot_name(id);
    result->handle = gone ? NULL : pair;
}

/* A call of the receiver's owner. */
static int64_t hear(struct pair *pair, int64_t (*call)(struct oneshot *)) {
    if (pair->heard)
        return CHANNEL_CLOSED;
    int64_t result = call(pair->oneshot);
    pair->heard = result != CHANNEL_EMPTY;
    return result;
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct pair *pairs = shared;
    struct pair *pair = call->args[0].handle;
    int64_t id = call->args[0].i;
    (void)local, (void)scope;
    switch ((enum oneshot_op)call->op) {
    case ONESHOT_SENDER:
        claim(&pairs[id], &pairs[id].sender, id, result);
        break;
    case ONESHOT_SEND:
        result->i = oneshot_send(pair->oneshot, call->args[1].i);
        break;
    case ONESHOT_DROP:
        oneshot_drop(pair->oneshot);
        break;
    case ONESHOT_RECEIVER:
        claim(&pairs[id], &pairs[id].receiver, id, result);
        break;
    case ONESHOT_RECV:
        result->i = hear(pair, oneshot_recv);
        break;
    case ONESHOT_POLL:
        result->i = hear(pair, oneshot_poll);
        break;
    case ONESHOT_FORGET:
        if (!pair->heard)
            oneshot_forget(pair->oneshot);
        break;
    }
}

#define ONESHOT_TARGET(target_name, target_mode)                                                   \
    static const struct snag_impl oneshot_impl = {.name = target_name,                             \
                                                  .spec = &oneshot_spec,                           \
                                                  .mode = target_mode,                             \
                                                  .create = oneshots_create,                       \
                                                  .destroy = oneshots_destroy,                     \
                                                  .run = run};                                     \
    SNAG_TARGET(oneshot_impl)

#endif
