/* mutex_usual.h: which mutexes are the usual ones, and what is done with all others.
 *
 * It is between mutex.c and mutex_usual.c; whoever else locks one includes mutex.h. The rule: what
 * is usual is told by one comparison, and everything about a mutex that needs more care makes it an
 * unusual one.
 */
#ifndef SNAG_SHIM_MUTEX_USUAL_H
#define SNAG_SHIM_MUTEX_USUAL_H

#include <pthread.h>

#include "sched/sched.h"

/* In the type of its object: it has been asked for, its type is known, and no sanitizer sees what
 * is done to it. */
enum { SNAG__MUTEX_SETTLED = 128 };

/* Nothing about it but who holds it and who waits need be looked at: it is a mutex, of the default
 * type and not robust, settled, neither destroyed nor gone. See `what`. */
enum { SNAG__MUTEX_PLAIN = SNAG__OBJECT_MUTEX | SNAG__MUTEX_SETTLED << 8 };
static inline bool snag__mutex_is_plain(const struct snag__object *o) {
    _Static_assert(PTHREAD_MUTEX_DEFAULT == 0, "nothing to be seen in `what`");
    return o->what == SNAG__MUTEX_PLAIN;
}
/* The same, or it may not be settled yet. */
static inline bool snag__mutex_is_default(const struct snag__object *o) {
    return (o->what | SNAG__MUTEX_SETTLED << 8) == SNAG__MUTEX_PLAIN;
}

/* Locks `o`, as snag__mutex_lock does. */
int snag__mutex_lock_object(struct snag__object *o, enum snag_event_kind kind, uint64_t deadline,
                            uint32_t site);
/* Its second half: the point is past, and it `got` it in time, or not; it had `waited`. */
int snag__mutex_lock_end(struct snag__object *o, enum snag_event_kind kind, uint64_t deadline,
                         uint32_t site, bool waited, bool got);
/* The point of an unlock is past. */
int snag__mutex_unlock_end(struct snag__object *o, uint32_t site);

#endif
