/* turn.h: standing before an event, and whose turn it is then: the pieces of a scheduling point, in
 * place for those that come by most.
 *
 * It does not decide (pick.h); sched.h has the points that all others call. The usual point is left
 * by who came to it, and then everything is still in registers; or another's turn is next, and then
 * nothing is kept, for all may have changed when it is one's own again. So there are two ends to
 * it, and the one that goes on needs look at nothing again.
 *
 * The rule: of what is in place here nothing is kept over a call, so that no register need be saved
 * where none is made; what others may ask of who stands somewhere is written down before they run.
 */
#ifndef SNAG_SCHED_TURN_H
#define SNAG_SCHED_TURN_H

#include <string.h>

#include "sched/pick.h"
#include "sched/plain.h"
#include "sched/sched.h"

/* Of a pending event, as two words of it (vthread.h): kind and operation; ordinal, and no `sub`. */
struct snag__stood {
    uint32_t head;
    uint64_t where;
};

/* `self`, who runs, comes to its next numbered event. */
static inline __attribute__((always_inline)) struct snag__stood
snag__stand_before(struct snag__vthread *self, enum snag_event_kind kind,
                   const struct snag__object *o, uint32_t site) {
    struct snag__place *p = self->place;
    struct snag_pending *e = &self->pend;
    struct snag__stood at = {.head = (uint32_t)p->op << 16 | kind, .where = p->ordinal + 1U};
    memcpy(&p->ordinal, &at.where, sizeof(at.where)); /* and no `accesses` yet */
    memcpy(&e->ordinal, &at.where, sizeof(at.where));
    memcpy(&e->kind, &at.head, sizeof(at.head));
    snag__plain_rested();
    e->object = o != NULL ? o->number : 0;
    e->site = site;
    return at;
}

/* The same, of what it stands before already. */
static inline struct snag__stood snag__stands_before(const struct snag__vthread *self) {
    struct snag__stood at;
    memcpy(&at.head, &self->pend.kind, sizeof(at.head));
    memcpy(&at.where, &self->pend.ordinal, sizeof(at.where));
    return at;
}

/* `self`, who runs, lets `next` run. Returns when it is the turn of `self` again. */
void snag__switch_to(struct snag__vthread *self, struct snag__vthread *next);
/* The same in a flavour where nobody sees it, as the last of all: then() goes on, and its result is
 * returned. */
int snag__switch_unseen(struct snag__vthread *self, struct snag__vthread *next, int (*then)(void));

/* Only says so: `next` is who runs from now on. */
void snag__enter(struct snag__vthread *next);

/* Lets others run until it is this vthread's turn, who stands before an event that can happen, or
 * can not, or at which others are to go first. `o`: what it waits for meanwhile, if they take it,
 * or NULL: how that ended is in `ending`, if others ran. */
void snag__give_way_ready(struct snag__vthread *self, struct snag__object *o);
void snag__give_way_blocked(struct snag__vthread *self);
void snag__give_way_yielding(struct snag__vthread *self);
/* Any of them in place. */
void snag__give_way(struct snag__vthread *self, enum snag__stance stance, struct snag__object *o);

/* The usual point in pieces, for a caller who does something else where nobody else runs than where
 * others do: snag__pick_is_usual; then this: there is nobody else, and it goes on; and then it is
 * asked, as pick.h has it. */
static inline bool snag__goes_on_alone(void) {
    struct snag__sched *s = &snag__sched;
    if (s->candidates != 1) {
        return false;
    }
    s->points++;
    return true;
}

#endif
