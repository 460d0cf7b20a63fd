/* channel.h: messages between tasks: mpsc (bounded and unbounded), oneshot, broadcast, watch.
 *
 * From tasks and plain vthreads alike (see async.h), and explored with the rest. A message is a
 * pointer. The rule: whoever sends gives it away if and only if the answer is SNAG_CHANNEL_OK; else
 * it is still the caller's. A channel ends when one side is gone: what was sent before is still
 * received, and then the other side is told.
 */
#ifndef SNAG_CHANNEL_H
#define SNAG_CHANNEL_H

#include <stdint.h>

enum snag_channel_status {
    SNAG_CHANNEL_OK = 0,
    SNAG_CHANNEL_CLOSED, /* the other side is gone, or it was closed */
    SNAG_CHANNEL_FULL,   /* try_send: there is no room now */
    SNAG_CHANNEL_EMPTY,  /* try_recv: there is no message now */
    SNAG_CHANNEL_NOMEM,  /* an unbounded one could not grow */
    SNAG_CHANNEL_LAGGED  /* broadcast: messages were overwritten before this receiver saw them */
};

/* ---- mpsc ------------------------------------------------------------------------------------ */

/* Messages in the order of sending, each received once. Those who wait, on either side, are served
 * in the order in which they came; several may also receive, each message goes to one of them. */
struct snag_channel;

/* Room for `capacity` messages; 0: for any number. `drop` gets those that nobody received; may be
 * NULL. It has one sender and one receiver, and is freed with the last of them. NULL: no memory. */
struct snag_channel *snag_channel_new(uint32_t capacity, void (*drop)(void *message));
/* One more sender. */
void snag_channel_sender_add(struct snag_channel *c);
/* The last one closes it. */
void snag_channel_sender_drop(struct snag_channel *c);
/* Closes it, and drops what was not received. */
void snag_channel_receiver_drop(struct snag_channel *c);
/* Nothing is sent any more: whoever waits for room is told so, what was sent can be received.
 * SNAG_CHANNEL_CLOSED: it was already. */
enum snag_channel_status snag_channel_close(struct snag_channel *c);
/* Awaits that it is closed. */
void snag_channel_closed(struct snag_channel *c);
/* OK, CLOSED or NOMEM. Awaits room. */
enum snag_channel_status snag_channel_send(struct snag_channel *c, void *message);
/* OK, FULL, CLOSED or NOMEM. */
enum snag_channel_status snag_channel_try_send(struct snag_channel *c, void *message);
/* OK, or CLOSED: and nothing is left. Awaits a message. */
enum snag_channel_status snag_channel_recv(struct snag_channel *c, void **message);
/* OK, EMPTY or CLOSED. */
enum snag_channel_status snag_channel_try_recv(struct snag_channel *c, void **message);

/* ---- oneshot --------------------------------------------------------------------------------- */

/* One message, or the news that there will be none: an answer. */
struct snag_oneshot;

/* It has one sender and one receiver, and is freed when both are used up. `drop` as above. NULL: no
 * memory. */
struct snag_oneshot *snag_oneshot_new(void (*drop)(void *message));
/* OK, or CLOSED: nobody waits for it any more. Uses up the sender. */
enum snag_channel_status snag_oneshot_send(struct snag_oneshot *o, void *message);
/* There will be no message. */
void snag_oneshot_sender_drop(struct snag_oneshot *o);
/* OK, or CLOSED: the sender was dropped. Uses up the receiver. Awaits. */
enum snag_channel_status snag_oneshot_recv(struct snag_oneshot *o, void **message);
/* The same, or EMPTY: then the receiver is as before. */
enum snag_channel_status snag_oneshot_try_recv(struct snag_oneshot *o, void **message);
/* Nobody waits for it any more. */
void snag_oneshot_receiver_drop(struct snag_oneshot *o);

/* ---- broadcast ------------------------------------------------------------------------------- */

/* Every message goes to every subscriber. A send never waits: the oldest message goes, and a
 * subscriber too slow to have received it is told how many it has lost. Messages are shared: they
 * are nobody's to free while it lasts. */
struct snag_broadcast;
struct snag_subscriber; /* one receiver; used by one task at a time */

/* Keeps the last `capacity` (> 0) messages. NULL: no memory. */
struct snag_broadcast *snag_broadcast_new(uint32_t capacity);
/* The sender goes: it is closed, and freed with the last subscriber. */
void snag_broadcast_drop(struct snag_broadcast *b);
/* CLOSED: it was already. */
enum snag_channel_status snag_broadcast_close(struct snag_broadcast *b);
/* OK or CLOSED. */
enum snag_channel_status snag_broadcast_send(struct snag_broadcast *b, void *message);
/* Receives what is sent from now on. NULL: no memory. */
struct snag_subscriber *snag_broadcast_subscribe(struct snag_broadcast *b);
void snag_broadcast_unsubscribe(struct snag_subscriber *s);
/* OK; LAGGED: `*lost` messages are gone, the next call gets the oldest that is left; CLOSED: and
 * nothing is left. Awaits a message. */
enum snag_channel_status snag_broadcast_recv(struct snag_subscriber *s, void **message,
                                             uint64_t *lost);
/* The same, or EMPTY. */
enum snag_channel_status snag_broadcast_try_recv(struct snag_subscriber *s, void **message,
                                                 uint64_t *lost);

/* ---- watch ----------------------------------------------------------------------------------- */

/* One value, of which only the latest counts (a configuration): whoever looks away misses those in
 * between. Values are shared: they are nobody's to free while it lasts. */
struct snag_watch;

/* NULL: no memory. */
struct snag_watch *snag_watch_new(void *value);
/* Nobody uses it any more. */
void snag_watch_free(struct snag_watch *w);
/* OK or CLOSED. */
enum snag_channel_status snag_watch_send(struct snag_watch *w, void *value);
/* No other value will come. CLOSED: it was already. */
enum snag_channel_status snag_watch_close(struct snag_watch *w);
/* The latest value. `*seen`: which one it is, for snag_watch_changed. */
void *snag_watch_get(struct snag_watch *w, uint64_t *seen);
/* Awaits a later value than the one seen. OK, or CLOSED: it was the last. Either way `*value` and
 * `*seen` are the latest. */
enum snag_channel_status snag_watch_changed(struct snag_watch *w, uint64_t *seen, void **value);

#endif
