/* adapter.h: how an implementation of kv is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct kv, kv_create,
 * kv_destroy, kv_get, kv_put, kv_add, kv_remove, kv_len, kv_visit, kv_fetch_put and kv_check. The
 * rule: nothing here synchronises; what an implementation does wrong stands in its own file.
 */
#ifndef KV_ADAPTER_H
#define KV_ADAPTER_H

#include "kv.h"

static void run_nested(int64_t key, int64_t value, void *scope) {
    (void)key, (void)value;
    snag_run_nested(scope);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct kv *kv = shared;
    int64_t key = call->args[0].i, arg = call->args[1].i;
    (void)local;
    switch ((enum kv_op)call->op) {
    case KV_GET:
        result->i = kv_get(kv, key);
        break;
    case KV_PUT:
        result->i = kv_put(kv, key, arg);
        break;
    case KV_ADD:
        result->i = kv_add(kv, key, arg);
        break;
    case KV_REMOVE:
        result->i = kv_remove(kv, key);
        break;
    case KV_LEN:
        result->i = kv_len(kv);
        break;
    case KV_VISIT:
        result->i = kv_visit(kv, key, run_nested, scope);
        break;
    case KV_FETCH_PUT:
        result->i = kv_fetch_put(kv, key, arg);
        break;
    }
}

/* An implementation whose kv_check may be asked at other times says so before it includes this. */
#ifndef KV_CHECK_WHEN
#define KV_CHECK_WHEN SNAG_AT_QUIESCENCE
#endif

/* The target: its name, whether its tasks are threads or async tasks (enum snag_mode), and what
 * else an implementation has of its own. */
#define KV_TARGET(target_name, target_mode, ...)                                                   \
    static const struct snag_impl kv_impl = {.name = target_name,                                  \
                                             .spec = &kv_spec,                                     \
                                             .mode = target_mode,                                  \
                                             .create = kv_create,                                  \
                                             .destroy = kv_destroy,                                \
                                             .run = run,                                           \
                                             .invariant = kv_check,                                \
                                             .invariant_when = KV_CHECK_WHEN,                      \
                                             ##__VA_ARGS__};                                       \
    SNAG_TARGET(kv_impl)

#endif
