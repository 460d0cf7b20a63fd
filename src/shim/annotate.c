/* annotate.c: what <snag/annotate.h> calls when it is there.
 *
 * A lock made by hand is one more holder in the records of sched/hold.h, and one more edge in the
 * wait-for graph; nobody waits for it in the scheduler, for its own code does. The rule: nothing
 * here is a scheduling point, allocates, or is seen by a race detector as an access of the code
 * under test.
 */
#include "snag/annotate.h"

#include <stdarg.h>
#include <stdio.h>

#include "exec/rt.h"
#include "oracle/hang.h"
#include "oracle/lock_order.h"
#include "oracle/raise.h"
#include "oracle/stacks.h"
#include "sched/name.h"
#include "shim/lock.h"

/* What printf may use of a stack below its caller, which is cleared after the execution. */
enum { PRINTF_BYTES = 8192 };

/* Printable, so that it keeps its place in a report. */
static void clean(char *text) {
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            *text = '?';
        }
    }
}

void snag__annotate_name(const volatile void *object, const char *format, ...) {
    if (snag__self == NULL) {
        return;
    }
    char text[SNAG__NAME_TEXT] = "";
    va_list args;
    snag__fiber_note_depth(snag__self->runs, (char *)__builtin_frame_address(0) - PRINTF_BYTES);
    snag__rt_ignore_begin();
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snag__rt_ignore_end();
    clean(text);
    snag__object_name(object, snag__name_put((uintptr_t)object, text));
}

/* ---- locks ---- */

static struct snag__object *declared(const volatile void *address, enum snag__object_kind kind,
                                     bool anew) {
    struct snag__object *o = snag__object_declared(address, kind, anew);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

static struct snag__object *lock_at(const volatile void *address, uint32_t site) {
    struct snag__object *o = declared(address, SNAG__OBJECT_LOCK, false);
    if (o->destroyed) {
        snag__lock_misuse("use of a destroyed %", o, site, o->owner.site);
    }
    return o;
}

static void want(const struct snag__object *o, bool shared, uint32_t site) {
    struct snag__place *p = snag__self->place;
    p->wants = o->number;
    p->wants_site = site;
    p->wants_shared = shared;
}

static void want_no_more(void) {
    snag__self->place->wants = 0;
}

/* By which calls, if that is to be shown: what is declared is no scheduling point. */
static void look(void) {
    if (snag__unlikely(snag__sched.request->show)) {
        snag__stacks_look();
    }
}

/* Whoever comes here does not go on before it has `o`: if that is never, it is known now. */
static void wait_for(const struct snag__object *o, bool shared, uint32_t site) {
    look();
    snag__log(SNAG_EV_WANT, o, site);
    want(o, shared, site);
    const struct snag__hold *first = snag__hold_first(o), *mine = snag__hold_mine(o);
    if (mine != NULL && !(shared && snag__hold_reads(mine))) {
        snag__lock_self_deadlock(o, mine, site);
    }
    if (first != NULL && snag__hang_closed()) {
        snag__sched_stop(SNAG_END_STOPPED);
    }
}

/* Nobody holds it any more. */
static void throw_out(struct snag__object *o) {
    if (o->owner.vthread != SNAG__NOBODY) {
        (void)snag__hold_drop(o);
    }
    for (struct snag__hold *h; (h = snag__hold_first(o)) != NULL;) {
        h->count = 1;
        snag__hold_unread(o, h);
    }
}

static void acquired(struct snag__object *o, bool shared, uint32_t site) {
    bool waited = snag__self->place->wants == o->number;
    look();
    want_no_more();
    struct snag__hold *mine = snag__hold_mine(o);
    if (mine != NULL && !shared && snag__hold_reads(mine)) {
        mine->count = 1;
        snag__hold_unread(o, mine); /* a reader becomes the owner */
        mine = NULL;
    }
    const struct snag__hold *first = snag__hold_first(o);
    if (mine != NULL && !snag__hold_reads(mine)) {
        mine->count++; /* one that lets its owner in again */
    } else {
        if (first != NULL && !(shared && snag__hold_reads(first))) {
            snag__lock_misuse("a % was acquired that another one holds", o, site, first->site);
            throw_out(o);
        }
        if (!shared) {
            snag__hold_take(o, site);
        } else if (!snag__hold_read(o, site)) {
            snag__sched_limit(SNAG_LIMIT_OBJECTS);
        }
        if (waited) {
            snag__lock_order_took(snag__hold_mine(o), shared, site);
        }
    }
    snag__log(shared ? SNAG_EV_ACQUIRE_SHARED : SNAG_EV_ACQUIRE, o, site);
}

static void released(struct snag__object *o, uint32_t site) {
    struct snag__hold *first = snag__hold_first(o), *mine = snag__hold_mine(o);
    if (mine == NULL) {
        snag__lock_misuse(first == NULL ? "release of a % that is not held"
                                        : "release of a % that another one owns",
                          o, site, first == NULL ? o->owner.site : first->site);
        throw_out(o);
    } else if (snag__hold_reads(mine)) {
        snag__hold_unread(o, mine);
    } else if (--mine->count == 0) {
        (void)snag__hold_drop(o);
    }
    snag__log(SNAG_EV_RELEASE, o, site);
}

static void destroyed(struct snag__object *o, uint32_t site) {
    const struct snag__hold *first = snag__hold_first(o);
    if (first != NULL) {
        snag__lock_destroyed_held(o, first, site);
        throw_out(o);
    }
    o->destroyed = true;
    o->owner.site = site;
}

static void on_lock(enum snag__annotation what, const volatile void *at, uint32_t site) {
    if (what == SNAG__LOCK_CREATED) {
        (void)declared(at, SNAG__OBJECT_LOCK, true);
        return;
    }
    struct snag__object *o = lock_at(at, site);
    switch (what) {
    case SNAG__LOCK_WAIT:
    case SNAG__LOCK_WAIT_SHARED:
        wait_for(o, what == SNAG__LOCK_WAIT_SHARED, site);
        break;
    case SNAG__LOCK_ACQUIRED:
    case SNAG__LOCK_ACQUIRED_SHARED:
        acquired(o, what == SNAG__LOCK_ACQUIRED_SHARED, site);
        break;
    case SNAG__LOCK_GAVE_UP:
        want_no_more();
        snag__log(SNAG_EV_GAVE_UP, o, site);
        break;
    case SNAG__LOCK_RELEASED:
        released(o, site);
        break;
    default:
        destroyed(o, site);
    }
}

/* ---- guards ---- */

/* The running actor's hold of what lies at `at`: of a lock of its own, or of one declared. NULL:
 * none. */
static struct snag__hold *hold_at(const volatile void *at) {
    const struct snag__object *own = snag__object_peek(at), *made = snag__object_peek_declared(at);
    struct snag__hold *h = own != NULL ? snag__hold_mine(own) : NULL;
    return h != NULL || made == NULL ? h : snag__hold_mine(made);
}

/* What is a permit of: a POSIX semaphore lies there, or what is made of other things. */
static struct snag__object *semaphore_at(const volatile void *at) {
    struct snag__object *o = snag__object_peek(at);
    return o != NULL && o->kind == SNAG__OBJECT_SEM ? o : declared(at, SNAG__OBJECT_SEM, false);
}

static void guard_begins(const volatile void *at, uint32_t site) {
    struct snag__hold *h = hold_at(at);
    if (h == NULL || snag__object_get(h->object)->kind == SNAG__OBJECT_SEM) {
        struct snag__object *o = semaphore_at(at);
        if (!snag__hold_read(o, site)) {
            snag__sched_limit(SNAG_LIMIT_OBJECTS);
        }
        snag__log(SNAG_EV_ACQUIRE, o, site);
        h = snag__hold_mine(o);
    }
    h->guard = 1;
}

static void guard_ends(const volatile void *at, uint32_t site) {
    struct snag__hold *h = hold_at(at);
    struct snag__object *o = h != NULL ? snag__object_get(h->object) : semaphore_at(at);
    if (h == NULL) {
        snag__lock_misuse("end of a guard of the % that is not held", o, site, 0);
    } else if (o->kind == SNAG__OBJECT_SEM) {
        snag__hold_unread(o, h);
        snag__log(SNAG_EV_RELEASE, o, site);
    } else {
        h->guard = 0;
    }
}

/* ---- queues ---- */

void snag__annotate_queue(const volatile void *queue, unsigned long length, void *caller) {
    if (snag__self == NULL || length <= snag__sched.queue_max) {
        return;
    }
    uint32_t site = (uint32_t)((uintptr_t)caller - snag__sched.image);
    const struct snag__object *o = declared(queue, SNAG__OBJECT_CHANNEL, false);
    snag__log(SNAG_EV_QUEUE_GREW, o, site)->value = (uint32_t)length;
    struct snag_finding *f = snag__raise(SNAG_UNBOUNDED_GROWTH);
    (void)snag__raise_party(f, o->number, site);
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

/* ---- other waits, and order ---- */

static void on_wait(bool begins, const volatile void *at, uint32_t site) {
    const struct snag__object *o = declared(at, SNAG__OBJECT_AWAITED, false);
    snag__log(begins ? SNAG_EV_AWAIT : SNAG_EV_AWAITED, o, site);
    if (begins) {
        want(o, false, site);
    } else {
        want_no_more();
    }
}

void snag__annotate(enum snag__annotation what, const volatile void *object, void *caller) {
    if (snag__self == NULL) {
        return;
    }
    switch (what) {
    case SNAG__HAPPENS_BEFORE:
        snag__rt_release((const void *)object);
        break;
    case SNAG__HAPPENS_AFTER:
        snag__rt_acquire((const void *)object);
        break;
    case SNAG__WAIT_BEGIN:
    case SNAG__WAIT_END:
        on_wait(what == SNAG__WAIT_BEGIN, object, SNAG__SITE());
        break;
    case SNAG__GUARD_BEGIN:
        guard_begins(object, (uint32_t)((uintptr_t)caller - snag__sched.image));
        break;
    case SNAG__GUARD_ENDS:
        guard_ends(object, (uint32_t)((uintptr_t)caller - snag__sched.image));
        break;
    default:
        on_lock(what, object, (uint32_t)((uintptr_t)caller - snag__sched.image));
    }
}
