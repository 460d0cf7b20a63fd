/* mpsc-bounded.c: snag's own bounded mpsc channel, between async tasks: healthy.
 *
 * The rule: whoever finds it full or empty waits in a queue, and is served by whoever makes room or
 * sends; whoever is cancelled while it waits has sent or received nothing
 * (src/task/primitives/channel.c).
 */
#include "mpsc.h"

static void *channel_create(const struct snag_config *config) {
    return mpsc_create(config->values[CHANNEL_CONFIG_CAPACITY]);
}

#include "adapter.h"
CHANNEL_TARGET("channel/mpsc-bounded", channel_spec, SNAG_TASKS, MPSC_SENDERS, .cancel = true);
