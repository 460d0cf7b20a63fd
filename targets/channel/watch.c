/* watch.c: snag's own watch channel, between async tasks: healthy.
 *
 * The rule: a value and its number change together, and all who wait for one look again
 * (src/task/primitives/watch.c).
 */
#include <stdlib.h>

#include "snag/channel.h"
#include "watch.h"

struct watch {
    struct snag_watch *value;
    uint64_t seen[WATCH_TASKS]; /* each is its task's own */
};

static void *watch_create(const struct snag_config *config) {
    struct watch *watch = calloc(1, sizeof *watch);
    (void)config;
    if (watch == NULL)
        return NULL;
    watch->value = snag_watch_new(NULL);
    if (watch->value == NULL) {
        free(watch);
        return NULL;
    }
    return watch;
}

static void watch_destroy(void *shared) {
    struct watch *watch = shared;
    snag_watch_free(watch->value);
    free(watch);
}

static int64_t code_of(enum snag_channel_status status) {
    return status == SNAG_CHANNEL_OK ? CHANNEL_OK : CHANNEL_CLOSED;
}

static int64_t watch_changed(struct watch *watch, unsigned task) {
    void *value;
    enum snag_channel_status status = snag_watch_changed(watch->value, &watch->seen[task], &value);
    return status == SNAG_CHANNEL_OK ? (intptr_t)value : CHANNEL_CLOSED;
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct watch *watch = shared;
    (void)local, (void)scope;
    switch ((enum watch_op)call->op) {
    case WATCH_SEND:
        result->i = code_of(snag_watch_send(watch->value, (void *)(intptr_t)call->args[0].i));
        break;
    case WATCH_GET:
        result->i = (intptr_t)snag_watch_get(watch->value, &watch->seen[call->task]);
        break;
    case WATCH_CHANGED:
        result->i = watch_changed(watch, call->task);
        break;
    case WATCH_CLOSE:
        result->i = code_of(snag_watch_close(watch->value));
        break;
    }
}

static const struct snag_impl watch_impl = {.name = "channel/watch",
                                            .spec = &watch_spec,
                                            .mode = SNAG_TASKS,
                                            .create = watch_create,
                                            .destroy = watch_destroy,
                                            .run = run};
SNAG_TARGET(watch_impl);
