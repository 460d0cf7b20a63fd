/* wait.h: being enabled, waiting for an object, waiting until a time: the scheduler's own side of
 * it.
 *
 * For src/sched, and for what has several kinds of waiters (rwlock.c) or ends the wait of another
 * (cancel.c); other shims and tasks wait through sched.h. The rule: a vthread is in the set if
 * and only if its pending event can happen, and it is linked to the object it waits for as long as
 * another vthread's step may change that.
 */
#ifndef SNAG_SCHED_WAIT_H
#define SNAG_SCHED_WAIT_H

#include "sched/sched.h"

static inline void snag__set_add(uint32_t v) {
    snag__sched.set[v / 64] |= UINT64_C(1) << (v % 64);
    snag__sched.candidates++;
}

static inline void snag__set_remove(uint32_t v) {
    snag__sched.set[v / 64] &= ~(UINT64_C(1) << (v % 64));
    snag__sched.candidates--;
}

/* Whether it is so already, no processor can predict. */
static inline void snag__set_put(uint32_t v, bool enabled) {
    uint64_t *word = &snag__sched.set[v / 64], bit = UINT64_C(1) << (v % 64);
    bool was = (*word & bit) != 0;
    if (enabled) {
        snag__sched.candidates += !was;
        *word |= bit;
    } else {
        snag__sched.candidates -= was;
        *word &= ~bit;
    }
}

static inline void snag__enable(const struct snag__vthread *v) {
    snag__set_put(v->index, true);
}

static inline void snag__disable(const struct snag__vthread *v) {
    snag__set_put(v->index, false);
}

/* Can a wait end for another reason than that it is met: its time, a signal? */
static inline bool snag__waits_may_end(void) {
    return snag__sched.timed_waiters != 0 || snag__sched.signals;
}

/* snag__waiters_set, where no wait may end otherwise. */
void snag__waiters_set_usual(struct snag__object *o, bool enabled);
/* `v` stands before an event on `o` and will be told when that changes. */
void snag__wait_link(struct snag__vthread *v, struct snag__object *o);
/* The same in place, where there is no crowd; and its end. */
static inline void snag__wait_link_few(struct snag__vthread *v, struct snag__object *o) {
    uint16_t last = o->waiters_last;
    v->waits_for = o->number;
    v->wait_next = SNAG__NOBODY;
    v->wait_prev = last;
    uint16_t *to_it = snag__unpredictable(last == SNAG__NOBODY) ? &o->waiters_first
                                                                : &snag__vthreads[last].wait_next;
    *to_it = v->index;
    o->waiters_last = v->index;
}
static inline void snag__wait_unlink_few(struct snag__vthread *v, struct snag__object *o) {
    uint16_t prev = v->wait_prev, next = v->wait_next;
    if (prev == SNAG__NOBODY) {
        o->waiters_first = next;
    } else {
        snag__vthreads[prev].wait_next = next;
    }
    if (next == SNAG__NOBODY) {
        o->waiters_last = prev;
    } else {
        snag__vthreads[next].wait_prev = prev;
    }
    v->waits_for = 0;
}
/* The same in place: nobody does so yet. */
static inline void snag__wait_link_first(struct snag__vthread *v, struct snag__object *o) {
    v->waits_for = o->number;
    v->wait_prev = v->wait_next = SNAG__NOBODY;
    o->waiters_first = o->waiters_last = v->index;
}
/* It can, or can not, go on; it is linked to the object it waits for. */
void snag__waiter_set(struct snag__vthread *v, bool enabled);
/* Its wait ends at `deadline` (virtual ns; UINT64_MAX: never). */
void snag__wait_until(struct snag__vthread *v, uint64_t deadline);
/* Ends the wait of `v`, if it still waits: it is cancelled, or handles a signal. */
void snag__wait_end(struct snag__vthread *v, enum snag__wait_ending how);
/* It does not wait any more, for whichever reason. False: it timed out, or was interrupted. */
bool snag__wait_over(struct snag__vthread *v);
/* The same in place, of who was the first to wait for `o`, if nothing came between. */
static inline bool snag__wait_alone_over(struct snag__vthread *v, struct snag__object *o) {
    bool usual = v->ending == SNAG__WAIT_MET && v->deadline == UINT64_MAX && o->crowd == 0 &&
                 o->waiters_first == v->index && o->waiters_last == v->index;
    if (snag__unlikely(!usual)) {
        return snag__wait_over(v);
    }
    v->waits_for = 0;
    o->waiters_first = o->waiters_last = SNAG__NOBODY;
    return true;
}
/* The same in place, of who waited for `o` without a deadline, if nothing came between. */
static inline bool snag__wait_usual_over(struct snag__vthread *v, struct snag__object *o) {
    bool usual = v->ending == SNAG__WAIT_MET && v->deadline == UINT64_MAX && o->crowd == 0 &&
                 v->waits_for == o->number;
    if (snag__unlikely(!usual)) {
        return snag__wait_over(v);
    }
    snag__wait_unlink_few(v, o);
    return true;
}
/* The waiter with the earliest deadline that is not enabled. `productive`: only one that could then
 * go on at once. NULL: none. */
struct snag__vthread *snag__wait_earliest(bool productive);

#endif
