/* adapter.h: how an implementation of the registry is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct registry, struct ref,
 * registry_create, registry_destroy, registry_acquire, registry_evict, registry_release, ref_name,
 * ref_use, ref_watch, ref_upgrade, ref_unwatch and registry_check. The rule: nothing here counts or
 * synchronises; what an implementation does wrong stands in its own file.
 */
#ifndef REGISTRY_ADAPTER_H
#define REGISTRY_ADAPTER_H

#include "registry.h"

static void give(struct snag_result *result, enum registry_status status, struct ref *ref) {
    result->handle = ref;
    result->i = status == REGISTRY_OK ? ref_name(ref) : REGISTRY_GONE;
    result->bytes_count = status == REGISTRY_NOMEM ? REGISTRY_NOMEM : 0;
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct registry *registry = shared;
    struct ref *ref = call->args[0].handle, *made = NULL;
    enum registry_status status;
    (void)local, (void)scope;
    switch ((enum registry_op)call->op) {
    case REGISTRY_ACQUIRE:
        status = registry_acquire(registry, call->args[0].i, &made);
        give(result, status, made);
        break;
    case REGISTRY_USE:
        result->i = ref_use(ref);
        break;
    case REGISTRY_RELEASE:
        registry_release(registry, ref);
        break;
    case REGISTRY_EVICT:
        result->i = registry_evict(registry, call->args[0].i);
        break;
    case REGISTRY_WATCH:
        status = ref_watch(ref, &made);
        give(result, status, made);
        break;
    case REGISTRY_UPGRADE:
        status = ref_upgrade(ref, &made);
        give(result, status, made);
        break;
    case REGISTRY_UNWATCH:
        ref_unwatch(ref);
        break;
    }
}

#define REGISTRY_TARGET(target_name)                                                               \
    static const struct snag_impl registry_impl = {                                                \
        .name = target_name,                                                                       \
        .spec = &registry_spec,                                                                    \
        .create = registry_create,                                                                 \
        .destroy = registry_destroy,                                                               \
        .run = run,                                                                                \
        .invariant = registry_check,                                                               \
        .invariant_when = SNAG_AT_QUIESCENCE,                                                      \
    };                                                                                             \
    SNAG_TARGET(registry_impl)

#endif
