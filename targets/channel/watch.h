/* watch.h: what the watch specification and its implementations agree on.
 *
 * One value, of which only the latest counts. Every task remembers which it has seen, none in the
 * beginning; the first value is 0. Codes and values as of a channel. The rule: who waits for a
 * change gets the latest value, however many there were in between.
 */
#ifndef WATCH_H
#define WATCH_H

#include "channel.h"

/* Index of each operation in watch_spec.ops. */
enum watch_op {
    WATCH_SEND,    /* (value): CHANNEL_OK or CHANNEL_CLOSED */
    WATCH_GET,     /* (): the latest value, which is now seen */
    WATCH_CHANGED, /* (): the same, of one not seen yet; waits for one; CHANNEL_CLOSED: none will
                      come */
    WATCH_CLOSE    /* (): CHANNEL_OK; CHANNEL_CLOSED: it was already */
};

enum { WATCH_TASKS = 16 };

extern const struct snag_spec watch_spec;

#endif
