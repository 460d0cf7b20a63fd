/* mpsc-unbounded.c: snag's own unbounded mpsc channel, between threads: healthy.
 *
 * The rule: a send never waits; it may run out of memory, and says so.
 */
#include "mpsc.h"

static void *channel_create(const struct snag_config *config) {
    (void)config;
    return mpsc_create(0);
}

#include "adapter.h"
CHANNEL_TARGET("channel/mpsc-unbounded", channel_unbounded_spec, SNAG_THREADS, MPSC_SENDERS);
