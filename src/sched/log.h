/* log.h: what identifies a finished event log, and the writing of one event, for those who write
 * most.
 *
 * Others write events by snag__log (sched.h). The rule: a digest covers everything but call sites,
 * which differ between builds.
 */
#ifndef SNAG_SCHED_LOG_H
#define SNAG_SCHED_LOG_H

#include "base/assert.h"
#include "base/event_class.h"
#include "sched/sched.h"
#include "sched/turn.h"

/* *all: every event; *sync: SYNC and ATOMIC events only, the same in every flavour; NULL: not
 * wanted. */
void snag__log_digest(const struct snag_event *events, uint32_t count, uint64_t *all,
                      uint64_t *sync);

/* The place of the next event; where there is none the execution ends. */
static inline __attribute__((always_inline)) uint32_t
snag__log_next(const struct snag__recorder *r) {
    uint32_t at = r->events_count;
    if (snag__unlikely(at >= SNAG__EVENTS_MAX)) {
        snag__sched_limit(SNAG_LIMIT_EVENTS);
    }
    return at;
}

/* snag__log, in place. */
static inline __attribute__((always_inline)) struct snag_event *
snag__log_inline(enum snag_event_kind kind, const struct snag__object *o, uint32_t site) {
    struct snag__recorder *r = snag__recorder;
    uint32_t at = snag__log_next(r);
    struct snag__vthread *v = snag__self;
    struct snag__place *p = v->place;
    struct snag_event *e = &r->events[at];
    const struct snag__event_traits *t = snag__event_traits(kind);
    p->sub = (uint16_t)(p->sub + t->takes);
    *e = (struct snag_event){.vthread = v->index,
                             .task = v->task_number,
                             .kind = (uint8_t)kind,
                             .op = p->op,
                             .ordinal = p->ordinal & t->ordinal,
                             .sub = p->sub & t->sub,
                             .object = o != NULL ? o->number : 0,
                             .site = site};
    r->events_count++;
    snag__sched.changes += t->changes;
    return e;
}

/* The same of a numbered event, whole; whoever logs it says that it changes something. */
static inline __attribute__((always_inline)) void snag__log_numbered(enum snag_event_kind kind,
                                                                     uint32_t object, uint32_t site,
                                                                     unsigned flags, unsigned bytes,
                                                                     uint32_t value) {
    struct snag__recorder *r = snag__recorder;
    uint32_t at = snag__log_next(r);
    snag__assert(snag__event_traits(kind)->ordinal != 0 && snag__event_traits(kind)->sub == 0);
    const struct snag__vthread *v = snag__self;
    const struct snag__place *p = v->place;
    r->events[at] = (struct snag_event){.vthread = v->index,
                                        .task = v->task_number,
                                        .kind = (uint8_t)kind,
                                        .flags = (uint8_t)flags,
                                        .op = p->op,
                                        .ordinal = p->ordinal,
                                        .bytes = (uint16_t)bytes,
                                        .object = object,
                                        .site = site,
                                        .value = value};
    r->events_count++;
}

/* The same of the event `at` that `self`, who runs, has stood before, without letting others run.
 * Returns how many there are now. */
static inline __attribute__((always_inline)) uint32_t
snag__log_stood(const struct snag__vthread *self, struct snag__stood at, uint32_t object,
                uint32_t site) {
    struct snag__recorder *r = snag__recorder;
    uint32_t n = snag__log_next(r);
    struct snag_event *e = &r->events[n];
    snag__copy_actor(&e->vthread, self);
    memcpy(&e->kind, &at.head, sizeof(at.head));
    memcpy(&e->ordinal, &at.where, sizeof(at.where));
    e->object = object;
    e->site = site;
    e->value = 0;
    r->events_count = n + 1;
    return n + 1;
}

/* The same of the event that `self`, who runs, stood before: as it is pending, but for what was
 * known only when it happened. Returns how many there are now. */
static inline __attribute__((always_inline)) uint32_t
snag__log_pending(const struct snag__vthread *self, unsigned flags, unsigned bytes,
                  uint32_t value) {
    struct snag__recorder *r = snag__recorder;
    uint32_t at = snag__log_next(r);
    struct snag_event *e = &r->events[at];
    const struct snag_pending *p = &self->pend;
    snag__copy_actor(&e->vthread, self);
    snag__copy_head(&e->kind, p);
    snag__copy_where(&e->ordinal, p);
    if (flags != 0) {
        e->flags = (uint8_t)flags;
    }
    if (bytes != 0) {
        e->bytes = (uint16_t)bytes;
    }
    e->object = p->object;
    e->site = p->site;
    e->value = value;
    r->events_count = at + 1;
    return at + 1;
}

#endif
