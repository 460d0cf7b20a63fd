/* adapter.h: how an implementation of channel is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct channel, channel_create,
 * channel_destroy, channel_send, channel_recv, channel_try_send, channel_try_recv,
 * channel_close and channel_wait_closed. The rule: nothing here synchronises; what an
 * implementation does wrong stands in its own file.
 */
#ifndef CHANNEL_ADAPTER_H
#define CHANNEL_ADAPTER_H

#include "channel.h"

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct channel *channel = shared;
    int64_t value = call->args[0].i;
    (void)local, (void)scope;
    switch ((enum channel_op)call->op) {
    case CHANNEL_SEND:
        result->i = channel_send(channel, value);
        break;
    case CHANNEL_RECV:
        result->i = channel_recv(channel);
        break;
    case CHANNEL_TRY_SEND:
        result->i = channel_try_send(channel, value);
        break;
    case CHANNEL_TRY_RECV:
        result->i = channel_try_recv(channel);
        break;
    case CHANNEL_CLOSE:
        result->i = channel_close(channel);
        break;
    case CHANNEL_AWAIT_END:
        channel_wait_closed(channel);
        break;
    }
}

/* The target: its name, its specification, whether its tasks are threads or async tasks, and what
 * else an implementation has of its own. */
#define CHANNEL_TARGET(target_name, target_spec, target_mode, ...)                                 \
    static const struct snag_impl channel_impl = {.name = target_name,                             \
                                                  .spec = &(target_spec),                          \
                                                  .mode = target_mode,                             \
                                                  .create = channel_create,                        \
                                                  .destroy = channel_destroy,                      \
                                                  .run = run,                                      \
                                                  ##__VA_ARGS__};                                  \
    SNAG_TARGET(channel_impl)

#endif
