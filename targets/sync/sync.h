/* sync.h: what the specification of synchronisation primitives and its implementations agree on.
 *
 * A semaphore, a notification, a barrier, a value that is made once, and a value that several may
 * read or one may write. Nobody need have them all: an implementation leaves the others out. The
 * rule: they have nothing to do with each other, and each is judged alone.
 */
#ifndef SYNC_H
#define SYNC_H

#include <stdint.h>

#include "snag/spec.h"

/* Index of each operation in sync_spec.ops. */
enum sync_op {
    SYNC_ACQUIRE,     /* (): takes a permit; waits while there is none */
    SYNC_TRY_ACQUIRE, /* (): 1; 0: there was none */
    SYNC_RELEASE,     /* (): one permit more */
    SYNC_WAIT,        /* (): waits for a notification, and uses it up */
    SYNC_NOTIFY_ONE,  /* (): one for the longest waiting; kept, but only one, if nobody waits */
    SYNC_NOTIFY_ALL,  /* (): one for each who waits; how many they are */
    SYNC_ARRIVE,      /* (): waits for the others; 1: it came last of them; 0: not */
    SYNC_GET,         /* (value): the value that was made; makes `value` of it, if there is none;
                         0: made nothing */
    SYNC_READ,        /* (): what was written last, 0 in the beginning */
    SYNC_WRITE,       /* (value) */
    SYNC_TRY_READ,    /* (): the same as read, or SYNC_BUSY */
    SYNC_TRY_WRITE    /* (value): 0, or SYNC_BUSY */
};

enum {
    SYNC_BUSY = -1,
    SYNC_TORN = -2 /* a read saw something between two values: nothing explains that */
};

enum { SYNC_CONFIG_PERMITS, SYNC_CONFIG_PARTIES };
enum { SYNC_PERMITS_MAX = 2, SYNC_PARTIES_MAX = 3, SYNC_VALUES = 9 };

/* For an implementation that lacks it (struct snag_impl). */
#define SYNC_OPS(first, last) ((2U << (last)) - (1U << (first)))
#define SYNC_SEMAPHORE SYNC_OPS(SYNC_ACQUIRE, SYNC_RELEASE)
#define SYNC_NOTIFY SYNC_OPS(SYNC_WAIT, SYNC_NOTIFY_ALL)
#define SYNC_BARRIER SYNC_OPS(SYNC_ARRIVE, SYNC_ARRIVE)
#define SYNC_ONCE SYNC_OPS(SYNC_GET, SYNC_GET)
#define SYNC_RWLOCK SYNC_OPS(SYNC_READ, SYNC_TRY_WRITE)

extern const struct snag_spec sync_spec;

#endif
