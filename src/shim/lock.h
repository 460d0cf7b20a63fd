/* lock.h: what every kind of lock needs: its object, its misuses, the wait for oneself, its event.
 *
 * Also for what is waited for and is no lock: semaphores, barriers. It is not about when a lock can
 * be taken (mutex.c, rwlock.c, spin.c) nor about who holds it
 * (sched/hold.h). The rule: a lock's state lives in its object, never in the memory of the code
 * under test, of which only what an initialiser left there is read and written.
 */
#ifndef SNAG_SHIM_LOCK_H
#define SNAG_SHIM_LOCK_H

#include "sched/sched.h"

/* The object of `kind` at `address`; made on first use. */
struct snag__object *snag__lock_object(const volatile void *address, enum snag__object_kind kind);
/* A new one: the memory is such an object from now on, free and never taken. */
struct snag__object *snag__lock_renew(const volatile void *address, enum snag__object_kind kind);
/* The same, of an initialiser that is called at `site`: a misuse, if there is one that lives. */
struct snag__object *snag__lock_made(const volatile void *address, enum snag__object_kind kind,
                                     uint32_t site);
/* Was it made by an initialiser, in this execution? */
bool snag__lock_was_made(const struct snag__object *o);
/* It was not, and holds what none leaves there: tells so, once of each. */
void snag__lock_never_made(struct snag__object *o, uint32_t site);
/* After the point: it is used, and so read, now. A misuse, if somebody has destroyed it. */
void snag__lock_used(const struct snag__object *o, uint32_t site);
/* The running actor misused `o`; `text` has one "%", where the word for `o` goes. */
void snag__lock_misuse(const char *text, const struct snag__object *o, uint32_t site,
                       uint32_t other_site);
/* Destroyed at `site`: whoever uses it from now on misuses it. */
void snag__lock_destroyed(struct snag__object *o, uint32_t site);
/* It was to be, while `h` holds it: a misuse, unless it was left held and that is known already. */
void snag__lock_destroyed_held(const struct snag__object *o, const struct snag__hold *h,
                               uint32_t site);
/* Does somebody wait for it, who cannot go on; and where, the longest waiting. */
bool snag__lock_waited_on(const struct snag__object *o);
uint32_t snag__lock_waiter_site(const struct snag__object *o);
/* It waits for what it holds itself, by `h`, and will for ever. */
_Noreturn void snag__lock_self_deadlock(const struct snag__object *o, const struct snag__hold *h,
                                        uint32_t site);
/* Writes the event of a call that returned `result`, an error number. */
void snag__lock_log(enum snag_event_kind kind, const struct snag__object *o, uint32_t site,
                    int result, unsigned flags);

/* The same, of one that only looked, and saw `value`. */
void snag__lock_log_quiet(enum snag_event_kind kind, const struct snag__object *o, uint32_t site,
                          uint32_t value, unsigned flags);

static inline bool snag__owned_by_vthread(const struct snag__object *o) {
    return o->owner.vthread == snag__self->index;
}

static inline bool snag__owned_by_actor(const struct snag__object *o) {
    return snag__hold_by_actor(&o->owner);
}

#endif
