/* mutex.h: what a mutex does when the scheduler owns it; for whoever locks one: pthread, C11
 * threads, condition variables.
 *
 * No real mutex is ever locked in controlled mode. The rule: results are those of POSIX, which
 * follow the vthread; findings follow the task.
 */
#ifndef SNAG_SHIM_MUTEX_H
#define SNAG_SHIM_MUTEX_H

#include <pthread.h>

#include "sched/sched.h"

/* In __kind, as in glibc: PTHREAD_PRIO_PROTECT, with its ceiling in the lock word. */
enum { SNAG__KIND_PROTECT = 64, SNAG__CEILING_SHIFT = 19 };

struct snag__object *snag__mutex_object(pthread_mutex_t *m, uint32_t site);

/* The calls, made at `site`. `deadline`: virtual ns; UINT64_MAX: none. */
int snag__mutex_lock(pthread_mutex_t *m, enum snag_event_kind kind, uint64_t deadline,
                     uint32_t site);
/* `may_fail`: also where it is free, as C17 allows mtx_trylock. */
int snag__mutex_trylock(pthread_mutex_t *m, bool may_fail, uint32_t site);
/* POSIX: a time that is none is an error only if it would have to wait for it. */
int snag__mutex_lock_until(pthread_mutex_t *m, clockid_t clock, const struct timespec *at,
                           uint32_t site);
int snag__mutex_unlock(pthread_mutex_t *m, uint32_t site);
void snag__mutex_init(pthread_mutex_t *m, int type, bool robust, uint32_t site);
int snag__mutex_destroy(pthread_mutex_t *m, uint32_t site);

/* Does the running vthread hold it, or the task that runs on it? */
bool snag__mutex_mine(const struct snag__object *o);
/* Can the running vthread have it now, who may have kept levels of it? */
static inline bool snag__mutex_is_free(const struct snag__object *o) {
    return o->owner.vthread == SNAG__NOBODY || o->owner.vthread == snag__self->index;
}
/* Nobody holds it: the running vthread owns it from now on. 0, or EOWNERDEAD; ENOTRECOVERABLE: it
 * does not. */
int snag__mutex_take(struct snag__object *o, uint32_t site);
/* Its owner gives up one level. True: it keeps others. */
bool snag__mutex_give_up(struct snag__object *o);
/* The running vthread ends: of the robust ones that it holds, the next owner is told. */
void snag__mutexes_owner_ends(void);

#endif
