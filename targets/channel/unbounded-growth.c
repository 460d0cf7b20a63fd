/* unbounded-growth.c: a planted bug. Its healthy twin is sampled.c.
 *
 * Wrong: the channel between the sampler and the writer has no bound, so that nobody ever has to
 * wait, it seems. The sampler takes as many samples as it can, the writer does an I/O for each, and
 * what it has not come to yet only grows. Breaks R6: who sends must be slowed down by who receives.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "actor_spec.h"
#include "snag/channel.h"
#include "snag/task.h"

struct total {
    pthread_mutex_t lock; /* guards the value */
    int64_t value;
    atomic_bool stopped;
    pthread_t sampler, writer;
    struct snag_channel *samples; /* from the one to the other */
};

static int64_t change(struct total *total, int64_t by) {
    pthread_mutex_lock(&total->lock);
    total->value += by;
    int64_t value = total->value;
    pthread_mutex_unlock(&total->lock);
    return value;
}

static void *sampler_main(void *shared) {
    struct total *total = shared;
    while (!atomic_load(&total->stopped)) {
        int64_t value = change(total, 0);
        snag_channel_send(total->samples, (void *)(intptr_t)value);
        sched_yield();
    }
    return NULL;
}

static void *writer_main(void *shared) {
    const struct total *total = shared;
    void *value;
    while (snag_channel_recv(total->samples, &value) == SNAG_CHANNEL_OK)
        snag_io((intptr_t)value);
    return NULL;
}

static void total_free(struct total *total) {
    snag_channel_receiver_drop(total->samples);
    pthread_mutex_destroy(&total->lock);
    free(total);
}

/* Nobody samples any more; the writer ends when it has written what is left. */
static void *writer_stop(struct total *total) {
    snag_channel_sender_drop(total->samples);
    pthread_join(total->writer, NULL);
    total_free(total);
    return NULL;
}

static void *total_create(const struct snag_config *config) {
    struct total *total = calloc(1, sizeof *total);
    if (total == NULL)
        return NULL;
    (void)config;
    total->samples = snag_channel_new(0, NULL);
    if (total->samples == NULL) {
        free(total);
        return NULL;
    }
    pthread_mutex_init(&total->lock, NULL);
    if (pthread_create(&total->writer, NULL, writer_main, total) != 0) {
        snag_channel_sender_drop(total->samples);
        total_free(total);
        return NULL;
    }
    if (pthread_create(&total->sampler, NULL, sampler_main, total) != 0)
        return writer_stop(total);
    return total;
}

static void total_destroy(void *shared) {
    struct total *total = shared;
    atomic_store(&total->stopped, true);
    pthread_join(total->sampler, NULL);
    (void)writer_stop(total);
}

static int64_t total_add(struct total *total, int64_t value) {
    snag_io(value); /* asks whether it may */
    return change(total, value);
}

static int64_t total_get(struct total *total) {
    return change(total, 0);
}

#include "actor_adapter.h"
ACTOR_TARGET("channel/unbounded-growth", SNAG_TASKS);
