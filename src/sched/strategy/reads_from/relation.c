/* relation.c: who reads from whom, learned. See relation.h. */
#include "sched/strategy/reads_from/relation.h"

#include <string.h>

#include "base/assert.h"
#include "base/prng.h"

enum { READS = SNAG__RF_READS, WRITES = SNAG__RF_WRITES, BOTH = READS | WRITES };
enum { TAKES = BOTH | SNAG__RF_TAKES };
const uint8_t snag__rf_does[SNAG_EVENT_KINDS] = {
    [SNAG_EV_LOCK] = TAKES,
    [SNAG_EV_TIMEDLOCK] = TAKES,
    [SNAG_EV_TRYLOCK] = BOTH,
    [SNAG_EV_UNLOCK] = WRITES,
    [SNAG_EV_WRLOCK] = TAKES,
    [SNAG_EV_TIMEDWRLOCK] = TAKES,
    [SNAG_EV_TRYWRLOCK] = BOTH,
    [SNAG_EV_RWUNLOCK] = WRITES,
    [SNAG_EV_RDLOCK] = READS,
    [SNAG_EV_TIMEDRDLOCK] = READS,
    [SNAG_EV_TRYRDLOCK] = READS,
    [SNAG_EV_SPIN_LOCK] = TAKES,
    [SNAG_EV_SPIN_TRYLOCK] = BOTH,
    [SNAG_EV_SPIN_UNLOCK] = WRITES,
    [SNAG_EV_COND_WAIT] = BOTH | SNAG__RF_GIVES_UP,
    [SNAG_EV_COND_TIMEDWAIT] = BOTH | SNAG__RF_GIVES_UP,
    [SNAG_EV_COND_RELOCK] = TAKES,
    [SNAG_EV_COND_SIGNAL] = BOTH,
    [SNAG_EV_COND_BROADCAST] = BOTH,
    [SNAG_EV_LOAD] = READS,
    [SNAG_EV_STORE] = WRITES,
    [SNAG_EV_RMW] = BOTH,
    [SNAG_EV_CAS] = BOTH,
    [SNAG_EV_READ] = READS | SNAG__RF_ACCESSES,
    [SNAG_EV_WRITE] = WRITES | SNAG__RF_ACCESSES,
    [SNAG_EV_SEM_WAIT] = BOTH,
    [SNAG_EV_SEM_TRYWAIT] = BOTH,
    [SNAG_EV_SEM_TIMEDWAIT] = BOTH,
    [SNAG_EV_SEM_POST] = BOTH,
    [SNAG_EV_SEM_GETVALUE] = READS,
    [SNAG_EV_BARRIER_WAIT] = BOTH,
    [SNAG_EV_ONCE] = BOTH,
    [SNAG_EV_ONCE_DONE] = WRITES,
    [SNAG_EV_FUTEX_WAIT] = BOTH,
    [SNAG_EV_FUTEX_WAKE] = BOTH,
    [SNAG_EV_FD_READ] = BOTH,
    [SNAG_EV_FD_WRITE] = BOTH,
    [SNAG_EV_FD_CLOSE] = WRITES,
};

void snag__rf_forget(struct snag__rf_relation *r) {
    for (uint32_t i = SNAG__RF_FIRST; i < r->count; i++) {
        memset(r->pairs[i], 0, r->count * sizeof(r->pairs[i][0]));
    }
    if (r->count != SNAG__RF_FIRST) {
        memset(r->slots, 0, sizeof(r->slots));
    }
    r->count = SNAG__RF_FIRST;
    r->readers = 0;
}

void snag__rf_begin(struct snag__rf_relation *r) {
    if (r->count == 0) { /* as it was allocated */
        r->count = SNAG__RF_FIRST;
    }
    if (++r->execution == 0) { /* after four thousand million executions */
        memset(r->numbered, 0, sizeof(r->numbered));
        memset(r->named, 0, sizeof(r->named));
        r->execution = 1;
    }
    memset(r->times, 0, r->count * sizeof(r->times[0]));
    r->objects = 0;
    r->shown = 0;
    r->news = false;
}

/* ---- abstract events ---- */

static __attribute__((noinline)) uint32_t add_event(struct snag__rf_relation *r, uint8_t kind,
                                                    uint32_t site, uint32_t slot) {
    uint32_t id = r->count;
    if (id == SNAG__RF_EVENTS_MAX) {
        return SNAG__RF_OTHER;
    }
    uint8_t does = snag__rf_does[kind];
    r->events[id] = (struct snag__rf_event){
        .site = site, .kind = kind, .does = does, .class = (uint8_t)id, .vthread = SNAG__RF_NOBODY};
    r->slots[slot] = (uint8_t)id;
    r->times[id] = 0;
    r->count++;
    if ((does & SNAG__RF_READS) != 0) {
        r->reader[r->readers++] = (uint8_t)id;
    }
    return id;
}

/* Of a kind that does something. */
static inline __attribute__((always_inline)) uint32_t event_at(struct snag__rf_relation *r,
                                                               uint8_t kind, uint32_t site) {
    uint32_t slot = ((site * UINT32_C(0x9e3779b1)) >> 16 ^ kind) % SNAG__RF_SLOTS;
    for (; r->slots[slot] != 0; slot = (slot + 1) % SNAG__RF_SLOTS) {
        const struct snag__rf_event *e = &r->events[r->slots[slot]];
        if (e->site == site && e->kind == kind) {
            return r->slots[slot];
        }
    }
    return add_event(r, kind, site, slot);
}

__attribute__((always_inline)) uint32_t snag__rf_event(struct snag__rf_relation *r, uint8_t kind,
                                                       uint32_t site) {
    return snag__rf_does[kind] != 0 ? event_at(r, kind, site) : SNAG__RF_OTHER;
}

/* That of `event` becomes one with that of whoever was at the object before. */
static __attribute__((noinline)) void join_classes(struct snag__rf_relation *r,
                                                   struct snag__rf_object *o, uint32_t event) {
    uint8_t from = r->events[event].class;
    /* A class has the name of one of it: so this is what it is called now. */
    uint8_t to = o->class != SNAG__RF_OTHER ? r->events[o->class].class : from;
    r->classes++;
    for (uint32_t i = SNAG__RF_FIRST; to != from && i < r->count; i++) {
        if (r->events[i].class == from) {
            r->events[i].class = to;
        }
    }
    o->class = to;
}

/* ---- objects ---- */

/* Its place, or where its place would be. */
static struct snag__rf_object *named_place(struct snag__rf_relation *r, uint64_t object) {
    uint32_t i = (uint32_t)((object * UINT64_C(0x9e3779b97f4a7c15)) >> 40);
    for (;; i++) {
        struct snag__rf_named *o = &r->named[i % SNAG__RF_OBJECTS_MAX];
        if (o->object.execution != r->execution) {
            o->name = object; /* nobody's, until it is used */
        }
        if (o->name == object) {
            return &o->object;
        }
    }
}

/* The same; NULL: there is no room. */
static inline struct snag__rf_object *place_of(struct snag__rf_relation *r, uint64_t object) {
    enum { FULL = SNAG__RF_OBJECTS_MAX / 4 * 3 };
    struct snag__rf_object *o =
        object / 8 < SNAG__RF_OBJECTS_MAX ? &r->numbered[object / 8] : named_place(r, object);
    return o->execution == r->execution || r->objects < FULL ? o : NULL;
}

uint32_t snag__rf_writer(struct snag__rf_relation *r, uint64_t object) {
    const struct snag__rf_object *o = place_of(r, object);
    if (o == NULL) {
        return SNAG__RF_OTHER;
    }
    return o->execution == r->execution ? o->writer : SNAG__RF_START;
}

/* Its place, from now on; `event` is there. NULL: there is no room. */
static __attribute__((noinline)) struct snag__rf_object *enter(struct snag__rf_relation *r,
                                                               uint64_t object, uint32_t event) {
    struct snag__rf_object *o = place_of(r, object);
    if (o != NULL && o->execution != r->execution) {
        bool known = event != SNAG__RF_OTHER;
        *o = (struct snag__rf_object){.execution = r->execution,
                                      .writer = SNAG__RF_START,
                                      .class = known ? r->events[event].class : SNAG__RF_OTHER};
        r->objects++;
    }
    return o;
}

/* The same, where it is most often found. */
static inline struct snag__rf_object *place_for(struct snag__rf_relation *r, uint64_t object,
                                                uint32_t event) {
    struct snag__rf_object *o = &r->numbered[object / 8 % SNAG__RF_OBJECTS_MAX];
    bool found = object / 8 < SNAG__RF_OBJECTS_MAX && o->execution == r->execution;
    return snag__likely(found) ? o : enter(r, object, event);
}

static __attribute__((noinline)) void
first_read(struct snag__rf_relation *r, struct snag__rf_pair *p, uint32_t reader, uint32_t writer) {
    p->execution = r->execution;
    r->shown += snag__mix64(reader << 8 | writer);
    r->news |= p->seen == 0;
    p->seen += p->seen < UINT16_MAX;
}

static inline void read_from(struct snag__rf_relation *r, uint32_t reader, uint32_t writer) {
    struct snag__rf_pair *p = &r->pairs[reader][writer];
    if (p->execution != r->execution) {
        first_read(r, p, reader, writer);
    }
}

/* An event that is known, and does so, is at `o`. Returns from whom it reads. */
static inline __attribute__((always_inline)) uint32_t use(struct snag__rf_relation *r,
                                                          struct snag__rf_object *o, uint32_t event,
                                                          unsigned does, uint32_t vthread,
                                                          bool failed) {
    struct snag__rf_event *e = &r->events[event];
    uint32_t from = SNAG__RF_OTHER, times = ++r->times[event];
    if (e->vthread != vthread && e->vthread != SNAG__RF_MANY) {
        e->vthread = e->vthread == SNAG__RF_NOBODY ? (uint16_t)vthread : SNAG__RF_MANY;
    }
    if (snag__unlikely(times > e->times_most) && times <= UINT16_MAX) {
        e->times_most = (uint16_t)times;
    }
    if (snag__unlikely(o->class != e->class)) {
        join_classes(r, o, event);
    }
    if ((does & SNAG__RF_READS) != 0 && o->writer != SNAG__RF_OTHER) {
        from = o->writer;
        read_from(r, event, from);
    }
    if ((does & SNAG__RF_WRITES) != 0 && !failed) {
        o->writer = (uint8_t)event;
    }
    return from;
}

static inline __attribute__((always_inline)) uint32_t happens(struct snag__rf_relation *r,
                                                              uint32_t event, unsigned does,
                                                              uint32_t vthread, uint64_t object,
                                                              bool failed) {
    struct snag__rf_object *o = place_for(r, object, event);
    if (snag__unlikely(o == NULL)) {
        return SNAG__RF_OTHER;
    }
    if (snag__unlikely(event == SNAG__RF_OTHER)) {
        o->writer = SNAG__RF_OTHER;
        return SNAG__RF_OTHER;
    }
    return use(r, o, event, does, vthread, failed);
}

uint32_t snag__rf_happens(struct snag__rf_relation *r, uint32_t event, uint32_t vthread,
                          uint64_t object, bool failed) {
    return happens(r, event, r->events[event].does, vthread, object, failed);
}

/* The wait `e` gives a mutex up. The log, from `first` on, does not say which: most likely, the one
 * that its vthread took last. */
static __attribute__((noinline)) void gives_up(struct snag__rf_relation *r, uint32_t waiter,
                                               const struct snag_event *first,
                                               const struct snag_event *e) {
    const struct snag_event *t = e;
    do {
        if (t-- == first) {
            return;
        }
    } while (t->vthread != e->vthread || t->object == 0 ||
             (snag__rf_does[t->kind] & SNAG__RF_TAKES) == 0);
    struct snag__rf_object *o = place_of(r, (uint64_t)t->object << 3);
    if (o != NULL && o->execution == r->execution) {
        o->writer = (uint8_t)waiter;
    }
}

__attribute__((always_inline)) bool snag__rf_logged(struct snag__rf_relation *r,
                                                    const struct snag_event *first,
                                                    const struct snag_event *e,
                                                    struct snag__rf_read *read) {
    unsigned does = snag__rf_does[e->kind];
    uint64_t object = (uint64_t)e->object << 3;
    if (does == 0 || does >= SNAG__RF_ACCESSES || object == 0) {
        return false;
    }
    uint32_t event = event_at(r, e->kind, e->site);
    bool failed = (e->flags & SNAG_EVF_FAILED) != 0;
    uint32_t writer = happens(r, event, does, e->vthread, object, failed);
    if (snag__unlikely((does & SNAG__RF_GIVES_UP) != 0)) {
        gives_up(r, event, first, e);
    }
    *read = (struct snag__rf_read){.reader = (uint8_t)event, .writer = (uint8_t)writer};
    return (does & SNAG__RF_READS) != 0;
}

bool snag__rf_plausible(const struct snag__rf_relation *r, uint32_t reader, uint32_t writer) {
    if (r->pairs[reader][writer].seen != 0 || writer == SNAG__RF_START) {
        return true;
    }
    if (writer == SNAG__RF_OTHER) {
        return false;
    }
    const struct snag__rf_event *to = &r->events[reader], *from = &r->events[writer];
    if ((from->does & SNAG__RF_WRITES) == 0 || to->class != from->class) {
        return false;
    }
    /* What a vthread reads of its own it reads almost always; and who waits for a lock to be free
     * does not read from one who takes it. */
    bool own = to->vthread == from->vthread && to->vthread != SNAG__RF_MANY;
    return !own && (to->does & from->does & SNAG__RF_TAKES) == 0;
}
