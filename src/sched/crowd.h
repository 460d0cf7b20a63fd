/* crowd.h: the waiters of an object that has many, as a set beside their list.
 *
 * The list (wait.c) is what there is to be said about waiters, and its order; the set is what makes
 * it cheap to let all of them go on, or none: a lock with a thousand waiters would look at each of
 * them at every call. The rule: an object gets a crowd when CROWD_MIN waiters or
 * more have been looked at one by one, and keeps it until it has none; so long, the set is its
 * list.
 */
#ifndef SNAG_SCHED_CROWD_H
#define SNAG_SCHED_CROWD_H

#include "sched/sched.h"

enum { SNAG__CROWD_MIN = 16 };

/* They vanish with the objects. */
void snag__crowds_reset(void);

/* `o` has so many waiters. */
void snag__crowd_gather(struct snag__object *o);
/* Of an object that has one: `v` has been linked to it, or unlinked. */
void snag__crowd_add(const struct snag__object *o, const struct snag__vthread *v);
void snag__crowd_remove(struct snag__object *o, const struct snag__vthread *v);
/* All of them can, or can not, go on. False: they have to be looked at one by one. */
bool snag__crowd_set(const struct snag__object *o, bool enabled);

#endif
