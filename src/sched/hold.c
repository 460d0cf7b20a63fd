/* hold.c: records of who holds what. See hold.h. */
#include "sched/hold.h"

#include "base/assert.h"
#include "sched/sched.h"
#include "task/coroutine.h"

static struct snag__hold reads[SNAG__READS_MAX];
static uint32_t reads_used; /* ever, in this execution */
static uint32_t
    reads_free; /* id of the first that was given back, linked by next_reader; 0: none */

struct snag__hold *snag__hold_get(uint32_t id) {
    if (snag__likely(id <= SNAG__OBJECTS_MAX)) {
        return &snag__object_get(id)->owner;
    }
    return &reads[id - SNAG__OBJECTS_MAX - 1];
}

static uint32_t id_of(const struct snag__hold *h) {
    return (uint32_t)(h - reads) + SNAG__OBJECTS_MAX + 1;
}

/* `h` is a hold of the running actor, taken at event `event`, before which it took `next`. */
static inline void fill(const struct snag__vthread *self, struct snag__hold *h, uint32_t next,
                        uint32_t site, uint32_t event) {
    snag__copy_actor(&h->vthread, self);
    h->count = 1;
    h->site = site;
    h->event = event & INT32_MAX;
    h->guard = 0;
    h->next_held = next;
}

/* It is its newest, under the name `id`, and about to be logged. */
static inline void take(struct snag__vthread *self, struct snag__hold *h, uint32_t id,
                        uint32_t site) {
    fill(self, h, self->held_first, site, snag__recorder->events_count + 1);
    self->held_first = id;
}

/* Takes the hold `id` off the list of the vthread that took it. */
static inline void unlink_held(const struct snag__hold *h, uint32_t id) {
    uint32_t *link = &snag__vthreads[h->vthread].held_first;
    while (*link != id) {
        link = &snag__hold_get(*link)->next_held;
    }
    *link = h->next_held;
    snag__sched.changes++;
}

void snag__hold_take(struct snag__object *o, uint32_t site) {
    snag__assert(o->owner.vthread == SNAG__NOBODY && o->readers == 0);
    take(snag__self, &o->owner, o->number, site);
    snag__sched.changes++;
}

__attribute__((always_inline)) void snag__hold_take_only(struct snag__vthread *self,
                                                         struct snag__object *o, uint32_t site,
                                                         uint32_t events) {
    fill(self, &o->owner, 0, site, events);
    self->held_first = o->number;
}

static inline void disown(struct snag__hold *h) {
    h->vthread = SNAG__NOBODY;
    h->task = 0;
    h->count = 0;
}

void snag__hold_drop(struct snag__object *o) {
    unlink_held(&o->owner, o->number);
    disown(&o->owner);
}

__attribute__((always_inline)) void snag__hold_drop_newest(struct snag__vthread *self,
                                                           struct snag__object *o) {
    self->held_first = o->owner.next_held;
    disown(&o->owner);
}

bool snag__hold_read(struct snag__object *o, uint32_t site) {
    snag__assert(o->owner.vthread == SNAG__NOBODY);
    struct snag__hold *h = snag__hold_mine(o);
    if (h != NULL) {
        h->count++;
        return true;
    }
    if (reads_free != 0) {
        h = snag__hold_get(reads_free);
        reads_free = h->next_reader;
    } else if (reads_used < SNAG__READS_MAX) {
        h = &reads[reads_used++];
    } else {
        return false;
    }
    take(snag__self, h, id_of(h), site);
    snag__sched.changes++;
    h->object = o->number;
    h->next_reader = o->readers;
    o->readers = id_of(h);
    return true;
}

void snag__hold_unread(struct snag__object *o, struct snag__hold *h) {
    if (--h->count > 0) {
        return;
    }
    uint32_t id = id_of(h);
    unlink_held(h, id);
    uint32_t *link = &o->readers;
    while (*link != id) {
        link = &snag__hold_get(*link)->next_reader;
    }
    *link = h->next_reader;
    h->vthread = SNAG__NOBODY;
    h->next_reader = reads_free;
    reads_free = id;
}

struct snag__hold *snag__hold_first(const struct snag__object *o) {
    if (o->owner.vthread != SNAG__NOBODY) {
        return snag__hold_get(o->number);
    }
    return o->readers != 0 ? snag__hold_get(o->readers) : NULL;
}

struct snag__hold *snag__hold_next(const struct snag__hold *h) {
    return h->next_reader != 0 ? snag__hold_get(h->next_reader) : NULL;
}

bool snag__hold_by_actor(const struct snag__hold *h) {
    const struct snag__vthread *self = snag__self;
    bool mine = h->vthread != SNAG__NOBODY && h->task == self->task_number &&
                (h->task != 0 || h->vthread == self->index);
    return mine || (snag__unlikely(self->carries != NULL) && snag__beneath(h));
}

struct snag__hold *snag__hold_mine(const struct snag__object *o) {
    struct snag__hold *h = snag__hold_first(o);
    while (h != NULL && !snag__hold_by_actor(h)) {
        h = snag__hold_next(h);
    }
    return h;
}

bool snag__hold_reads(const struct snag__hold *h) {
    return h >= reads && h < reads + SNAG__READS_MAX;
}

void snag__holds_reset(void) {
    reads_used = reads_free = 0;
}
