/* lock.c: what every kind of lock needs. See lock.h. */
#include "shim/lock.h"

#include <errno.h>

#include "base/assert.h"
#include "exec/marker.h"
#include "exec/rt.h"
#include "oracle/left.h"
#include "oracle/raise.h"
#include "sched/log.h"
#include "shim/heap.h"

struct snag__object *snag__lock_renew(const volatile void *address, enum snag__object_kind kind) {
    struct snag__object *o = snag__object_new(address, kind);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

__attribute__((always_inline)) struct snag__object *snag__lock_object(const volatile void *address,
                                                                      enum snag__object_kind kind) {
    struct snag__object *o = snag__object_at(address, kind);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

/* Where it is kept that it was made, and told of. */
static uint32_t *made_site(struct snag__object *o) {
    bool counts = o->kind == SNAG__OBJECT_SEM || o->kind == SNAG__OBJECT_BARRIER;
    return counts ? &o->owner.site : &o->value;
}

bool snag__lock_was_made(const struct snag__object *o) {
    return *made_site((struct snag__object *)o) != 0;
}

void snag__lock_never_made(struct snag__object *o, uint32_t site) {
    *made_site(o) = site;
    snag__lock_misuse("use of a % that was never initialised", o, site, 0);
}

/* In memory that is what it is until it is given back: a function may well have left one behind on
 * a stack, and what a file was mapped to becomes something else unseen. */
static bool lasts(const struct snag__object *o) {
    const struct snag__block *b = snag__heap_find(o->address);
    return snag__in_globals(o->address) || (b != NULL && b->live);
}

static __attribute__((noinline)) void tell_alive(struct snag__object *o, uint32_t site) {
    const struct snag__hold *h = snag__hold_first(o);
    if (h != NULL) {
        snag__lock_misuse("init of a % that is held", o, site, h->site);
    } else if (o->waiters_first != SNAG__NOBODY) {
        snag__lock_misuse("init of a % that is waited on", o, site,
                          snag__vthreads[o->waiters_first].pend.site);
    } else if (lasts(o)) {
        snag__lock_misuse("init of a % that was not destroyed", o, site,
                          snag__lock_was_made(o) ? *made_site(o) : o->owner.site);
    }
}

struct snag__object *snag__lock_made(const volatile void *address, enum snag__object_kind kind,
                                     uint32_t site) {
    struct snag__object *before = snag__object_peek(address);
    if (snag__unlikely(before != NULL && before->kind == kind && !before->destroyed)) {
        tell_alive(before, site);
    }
    struct snag__object *o = snag__lock_renew(address, kind);
    *made_site(o) = site;
    return o;
}

/* Appends; there is room for it. Not by the C library: fibers have small stacks. */
static char *append(char *to, const char *end, const char *text) {
    while (*text != '\0') {
        snag__assert(to < end);
        *to++ = *text++;
    }
    return to;
}

void snag__lock_misuse(const char *text, const struct snag__object *o, uint32_t site,
                       uint32_t other_site) {
    char words[128];
    const char *end = words + sizeof(words) - 1;
    char *to = words;
    for (; *text != '%'; text++) {
        snag__assert(to < end);
        *to++ = *text;
    }
    to = append(to, end, snag__object_word(o));
    to = append(to, end, text + 1);
    *to = '\0';
    snag__raise_misuse(words, o->number, site, other_site);
}

__attribute__((always_inline)) void snag__lock_used(const struct snag__object *o, uint32_t site) {
    if (snag__unlikely(o->destroyed)) {
        snag__lock_misuse("use of a destroyed %", o, site, o->owner.site);
    }
    snag__rt_read((const void *)o->address, site);
}

void snag__lock_destroyed(struct snag__object *o, uint32_t site) {
    o->destroyed = true;
    o->owner.site = site;
    snag__rt_written((const void *)o->address, site);
}

void snag__lock_destroyed_held(const struct snag__object *o, const struct snag__hold *h,
                               uint32_t site) {
    if (snag__left_by(h) == 0) {
        snag__lock_misuse("destroy of a % that is held", o, site, h->site);
    }
}

static const struct snag__vthread *waiter_of(const struct snag__object *o) {
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
        if (!snag__enabled(&snag__vthreads[w])) {
            return &snag__vthreads[w];
        }
    }
    return NULL;
}

bool snag__lock_waited_on(const struct snag__object *o) {
    return waiter_of(o) != NULL;
}

uint32_t snag__lock_waiter_site(const struct snag__object *o) {
    const struct snag__vthread *v = waiter_of(o);
    return v != NULL ? v->pend.site : 0;
}

_Noreturn void snag__lock_self_deadlock(const struct snag__object *o, const struct snag__hold *h,
                                        uint32_t site) {
    bool left = snag__left_by(h) != 0;
    struct snag_finding *f = snag__raise(left ? SNAG_HANG : SNAG_SELF_DEADLOCK);
    snag__raise_holds(snag__raise_party(f, o->number, site), h);
    if (h->guard && !left) {
        snag__raise_rule(f, "R7");
    }
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

static __attribute__((noinline)) void log_refused(enum snag_event_kind kind,
                                                  const struct snag__object *o, uint32_t site,
                                                  int result, unsigned flags) {
    struct snag_event *e = snag__log_inline(kind, o, site);
    e->value = (uint32_t)result;
    e->flags = (uint8_t)flags;
    if (result != EOWNERDEAD) { /* which says that the lock was taken */
        e->flags |= SNAG_EVF_FAILED;
        snag__quiet(o, site);
    }
}

__attribute__((always_inline)) void snag__lock_log(enum snag_event_kind kind,
                                                   const struct snag__object *o, uint32_t site,
                                                   int result, unsigned flags) {
    if (snag__unlikely(result != 0)) {
        log_refused(kind, o, site, result, flags);
        return;
    }
    snag__log_numbered(kind, o->number, site, flags, 0, 0);
    snag__sched.changes++;
}

void snag__lock_log_quiet(enum snag_event_kind kind, const struct snag__object *o, uint32_t site,
                          uint32_t value, unsigned flags) {
    struct snag_event *e = snag__log(kind, o, site);
    e->value = value;
    e->flags = (uint8_t)flags;
    snag__quiet(o, site);
}
