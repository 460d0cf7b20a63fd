/* cancel-loses.c: a planted bug. Its healthy twin is mpsc-bounded.c.
 *
 * Wrong: who receives a message acknowledges it before it hands it on, and awaits that. Cancelled
 * there, it has taken the message out of the channel, and nobody will ever see it. Breaks R6: a
 * receive is whole, or has not happened; what must be awaited comes before the message is taken, or
 * is done by who has it.
 */
#define channel_recv take_message
#include "mpsc.h"
#undef channel_recv

#include "snag/task.h"

static void *channel_create(const struct snag_config *config) {
    return mpsc_create(config->values[CHANNEL_CONFIG_CAPACITY]);
}

static int64_t channel_recv(struct channel *channel) {
    int64_t value = take_message(channel);
    if (value > 0)
        snag_io(value);
    return value;
}

#include "adapter.h"
CHANNEL_TARGET("channel/cancel-loses", channel_spec, SNAG_TASKS, MPSC_SENDERS, .cancel = true);
