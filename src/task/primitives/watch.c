/* watch.c: one value, of which only the latest counts, and the news of a later one. See
 * snag/channel.h.
 *
 * The rule: somebody waits only who has seen the latest value, while it is open.
 */
#include "snag/channel.h"

#include <stdbool.h>
#include <stdlib.h>

#include "snag/select.h"
#include "task/primitives/waiters.h"

struct snag_watch {
    pthread_mutex_t lock; /* guards the rest */
    void *value;
    uint64_t version; /* of the value; the first has 1 */
    bool closed;
    struct snag__waiters waiters;
};

struct snag_watch *snag_watch_new(void *value) {
    struct snag_watch *w = calloc(1, sizeof(*w));
    if (w == NULL)
        return NULL;
    if (pthread_mutex_init(&w->lock, NULL) != 0) {
        free(w);
        return NULL;
    }
    w->value = value;
    w->version = 1;
    return w;
}

void snag_watch_free(struct snag_watch *w) {
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* Under the lock. */
static void tell_all(struct snag_watch *w) {
    for (struct snag__waiter *one; (one = snag__waiters_take(&w->waiters)) != NULL;)
        snag__waiter_settle(one, 0);
}

enum snag_channel_status snag_watch_send(struct snag_watch *w, void *value) {
    pthread_mutex_lock(&w->lock);
    bool closed = w->closed;
    if (!closed) {
        w->value = value;
        w->version++;
        tell_all(w);
    }
    pthread_mutex_unlock(&w->lock);
    return closed ? SNAG_CHANNEL_CLOSED : SNAG_CHANNEL_OK;
}

enum snag_channel_status snag_watch_close(struct snag_watch *w) {
    pthread_mutex_lock(&w->lock);
    bool closed = w->closed;
    w->closed = true;
    tell_all(w);
    pthread_mutex_unlock(&w->lock);
    return closed ? SNAG_CHANNEL_CLOSED : SNAG_CHANNEL_OK;
}

void *snag_watch_get(struct snag_watch *w, uint64_t *seen) {
    pthread_mutex_lock(&w->lock);
    void *value = w->value;
    *seen = w->version;
    pthread_mutex_unlock(&w->lock);
    return value;
}

enum snag_channel_status snag_watch_changed(struct snag_watch *w, uint64_t *seen, void **value) {
    struct snag__waiter one;
    pthread_mutex_lock(&w->lock);
    if (*seen == w->version && !w->closed)
        (void)snag__waiters_wait(&w->waiters, &one, &w->lock, SNAG_PARKED_CHANNEL, w,
                                 __builtin_return_address(0));
    bool changed = *seen != w->version;
    *seen = w->version;
    *value = w->value;
    pthread_mutex_unlock(&w->lock);
    return changed ? SNAG_CHANNEL_OK : SNAG_CHANNEL_CLOSED;
}

static bool is_later(const struct snag_source *source) {
    const struct snag_watch *w = source->of;
    return source->seen != w->version || w->closed;
}

struct snag_source snag_source_watch(struct snag_watch *w, uint64_t seen) {
    return (struct snag_source){.lock = &w->lock,
                                .waiters = &w->waiters,
                                .of = w,
                                .what = SNAG_PARKED_CHANNEL,
                                .seen = seen,
                                .ready = is_later};
}
