/* glib-async-queue.c: a channel between threads, by GLib's GAsyncQueue, as Debian ships it:
 * healthy.
 *
 * It has no bound, so a send never waits; and no end, so it is not closed. libglib-2.0.a was never
 * recompiled: its GMutex and GCond are made of atomics, which snag does not see, and of futexes,
 * which it does (syscall), as it sees malloc, memcpy and the like. So others may run where a thread
 * wakes somebody, goes to sleep, or allocates, which it all does with the queue locked. The rule:
 * what is sent is a number, never a pointer: of what GLib orders, the race detector sees nothing.
 */
#define GLIB_DISABLE_DEPRECATION_WARNINGS /* about g_slice_set_config, which later versions lack   \
                                           */
#include <glib.h>
#include <stdlib.h>

#include "channel.h"

struct channel {
    GAsyncQueue *queue;
};

/* GSlice keeps what is freed, which would be a leak to whoever counts blocks: so it is to hand them
 * back. It must be told before its first use, in a constructor of GLib's. */
static __attribute__((constructor(101))) void keep_no_memory(void) {
    g_slice_set_config(G_SLICE_CONFIG_ALWAYS_MALLOC, TRUE);
}

static void *channel_create(const struct snag_config *config) {
    struct channel *channel = malloc(sizeof *channel);
    (void)config;
    if (channel == NULL)
        return NULL;
    channel->queue = g_async_queue_new();
    return channel;
}

static void channel_destroy(void *shared) {
    struct channel *channel = shared;
    g_async_queue_unref(channel->queue);
    free(channel);
}

static int64_t channel_send(struct channel *channel, int64_t value) {
    g_async_queue_push(channel->queue, GINT_TO_POINTER(value));
    return CHANNEL_OK;
}

static int64_t channel_recv(struct channel *channel) {
    return GPOINTER_TO_INT(g_async_queue_pop(channel->queue));
}

static int64_t channel_try_send(struct channel *channel, int64_t value) {
    return channel_send(channel, value);
}

static int64_t channel_try_recv(struct channel *channel) {
    void *value = g_async_queue_try_pop(channel->queue);
    return value != NULL ? GPOINTER_TO_INT(value) : CHANNEL_EMPTY;
}

/* Never called: see `without`. */
static int64_t channel_close(struct channel *channel) {
    (void)channel;
    return CHANNEL_CLOSED;
}

static void channel_wait_closed(struct channel *channel) {
    (void)channel;
}

#include "adapter.h"
CHANNEL_TARGET("channel/glib-async-queue", channel_unbounded_spec, SNAG_THREADS,
               .without = 1U << CHANNEL_CLOSE | 1U << CHANNEL_AWAIT_END);
