/* actor_adapter.h: how an implementation by actors is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct total, total_create,
 * total_destroy, total_add and total_get. The rule: nothing here synchronises.
 */
#ifndef ACTOR_ADAPTER_H
#define ACTOR_ADAPTER_H

#include "actor_spec.h"

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct total *total = shared;
    (void)local, (void)scope;
    switch ((enum actor_op)call->op) {
    case ACTOR_ADD:
        result->i = total_add(total, call->args[0].i);
        break;
    case ACTOR_GET:
        result->i = total_get(total);
        break;
    }
}

#define ACTOR_TARGET(target_name, target_mode)                                                     \
    static const struct snag_impl actor_impl = {.name = target_name,                               \
                                                .spec = &actor_spec,                               \
                                                .mode = target_mode,                               \
                                                .create = total_create,                            \
                                                .destroy = total_destroy,                          \
                                                .run = run};                                       \
    SNAG_TARGET(actor_impl)

#endif
