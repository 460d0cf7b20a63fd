/* broadcast_adapter.h: how an implementation of broadcast is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct broadcast,
 * broadcast_create, broadcast_destroy, broadcast_send, broadcast_recv, broadcast_try_recv and
 * broadcast_close. The rule: nothing here synchronises.
 */
#ifndef BROADCAST_ADAPTER_H
#define BROADCAST_ADAPTER_H

#include "broadcast.h"

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct broadcast *broadcast = shared;
    (void)local, (void)scope;
    switch ((enum broadcast_op)call->op) {
    case BROADCAST_SEND:
        result->i = broadcast_send(broadcast, call->args[0].i);
        break;
    case BROADCAST_RECV:
        result->i = broadcast_recv(broadcast, call->task);
        break;
    case BROADCAST_TRY_RECV:
        result->i = broadcast_try_recv(broadcast, call->task);
        break;
    case BROADCAST_CLOSE:
        result->i = broadcast_close(broadcast);
        break;
    }
}

#define BROADCAST_TARGET(target_name, target_mode, ...)                                            \
    static const struct snag_impl broadcast_impl = {.name = target_name,                           \
                                                    .spec = &broadcast_spec,                       \
                                                    .mode = target_mode,                           \
                                                    .create = broadcast_create,                    \
                                                    .destroy = broadcast_destroy,                  \
                                                    .run = run,                                    \
                                                    ##__VA_ARGS__};                                \
    SNAG_TARGET(broadcast_impl)

#endif
