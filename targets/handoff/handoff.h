/* handoff.h: what the handoff specification and its implementations agree on: operations, codes.
 *
 * A server that is replaced while it serves. A client of it, one per task, has a *session*: one
 * connection, and the total of what it added over it. A *generation* of the server takes over from
 * the one before: sessions go on, nobody is refused. The rule: what is not positive is a code.
 */
#ifndef HANDOFF_H
#define HANDOFF_H

#include <stdint.h>

#include "snag/spec.h"

/* Index of each operation in the spec's ops. */
enum handoff_op {
    HANDOFF_ADD,      /* (value): the total of the session, which is opened if there is none */
    HANDOFF_WHO,      /* (): the generation that answers; opens a session likewise */
    HANDOFF_HANG_UP,  /* (): nothing; ends the session, if there is one */
    HANDOFF_TAKEOVER, /* (fails): the next generation takes over: its number, or HANDOFF_FAILED: it
                         does not start, and the one before goes on */
    HANDOFF_DRAIN     /* (): nothing; waits until only the newest generation is left */
};

enum {
    HANDOFF_FAILED = 0,
    HANDOFF_REFUSED = -1, /* nobody listened */
    HANDOFF_LOST = -2,    /* the connection ended before the answer */
    HANDOFF_AGAIN = -3    /* memory, a thread or a descriptor was refused; nothing was changed */
};

enum { HANDOFF_VALUES = 9, HANDOFF_TASKS = 16 };

extern const struct snag_spec handoff_spec;

#endif
