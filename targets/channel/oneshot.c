/* oneshot.c: snag's own oneshot channel, between async tasks: healthy.
 *
 * The rule: a receiver hears of every end of the sender, be it a value or not
 * (src/task/primitives/oneshot.c).
 */
#include "oneshot.h"
#include "snag/channel.h"

struct oneshot; /* a struct snag_oneshot */

static struct snag_oneshot *own(struct oneshot *oneshot) {
    return (struct snag_oneshot *)oneshot;
}

static struct oneshot *oneshot_new(void) {
    return (struct oneshot *)snag_oneshot_new(NULL);
}

static int64_t oneshot_send(struct oneshot *oneshot, int64_t value) {
    return snag_oneshot_send(own(oneshot), (void *)(intptr_t)value) == SNAG_CHANNEL_OK
               ? CHANNEL_OK
               : CHANNEL_CLOSED;
}

static void oneshot_drop(struct oneshot *oneshot) {
    snag_oneshot_sender_drop(own(oneshot));
}

static int64_t oneshot_recv(struct oneshot *oneshot) {
    void *message;
    return snag_oneshot_recv(own(oneshot), &message) == SNAG_CHANNEL_OK ? (intptr_t)message
                                                                        : CHANNEL_CLOSED;
}

static void oneshot_forget(struct oneshot *oneshot) {
    snag_oneshot_receiver_drop(own(oneshot));
}

static int64_t oneshot_poll(struct oneshot *oneshot) {
    void *message;
    switch (snag_oneshot_try_recv(own(oneshot), &message)) {
    case SNAG_CHANNEL_OK:
        return (intptr_t)message;
    case SNAG_CHANNEL_EMPTY:
        return CHANNEL_EMPTY;
    default:
        return CHANNEL_CLOSED;
    }
}

#include "oneshot_adapter.h"
ONESHOT_TARGET("channel/oneshot", SNAG_TASKS);
