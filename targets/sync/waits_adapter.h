/* waits_adapter.h: how an implementation of those primitives is plugged in that are waited at:
 * semaphore, notification, barrier. The same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct semaphore, struct notify
 * and struct barrier, with the functions below. The rule: nothing here synchronises.
 */
#ifndef WAITS_ADAPTER_H
#define WAITS_ADAPTER_H

#include <stdlib.h>

#include "sync.h"

struct waits {
    struct semaphore semaphore;
    struct notify notify;
    struct barrier barrier;
};

static void *waits_create(const struct snag_config *config) {
    struct waits *waits = malloc(sizeof *waits);
    if (waits == NULL)
        return NULL;
    semaphore_init(&waits->semaphore, config->values[SYNC_CONFIG_PERMITS]);
    notify_init(&waits->notify);
    barrier_init(&waits->barrier, config->values[SYNC_CONFIG_PARTIES]);
    return waits;
}

static void waits_destroy(void *shared) {
    struct waits *waits = shared;
    semaphore_destroy(&waits->semaphore);
    notify_destroy(&waits->notify);
    barrier_destroy(&waits->barrier);
    free(waits);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct waits *waits = shared;
    (void)local, (void)scope;
    switch ((enum sync_op)call->op) {
    case SYNC_ACQUIRE:
        semaphore_acquire(&waits->semaphore);
        break;
    case SYNC_TRY_ACQUIRE:
        result->i = semaphore_try_acquire(&waits->semaphore);
        break;
    case SYNC_RELEASE:
        semaphore_release(&waits->semaphore);
        break;
    case SYNC_WAIT:
        notify_wait(&waits->notify);
        break;
    case SYNC_NOTIFY_ONE:
        notify_one(&waits->notify);
        break;
    case SYNC_NOTIFY_ALL:
        result->i = notify_all(&waits->notify);
        break;
    case SYNC_ARRIVE:
        result->i = barrier_wait(&waits->barrier);
        break;
    default:
        abort();
    }
}

/* The target: its name, whether its tasks are threads or async tasks, what it has not. */
#define WAITS_TARGET(target_name, target_mode, target_without, ...)                                \
    static const struct snag_impl waits_impl = {.name = target_name,                               \
                                                .spec = &sync_spec,                                \
                                                .mode = target_mode,                               \
                                                .create = waits_create,                            \
                                                .destroy = waits_destroy,                          \
                                                .run = run,                                        \
                                                .without = (target_without),                       \
                                                ##__VA_ARGS__};                                    \
    SNAG_TARGET(waits_impl)

#endif
