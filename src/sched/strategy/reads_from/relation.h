/* relation.h: which writes were read from, by abstract event: what the reads-from strategy knows.
 *
 * An *abstract event* is a kind of event at a call site; an object is whatever one execution calls
 * so, for its numbers and addresses mean nothing in the next. Locks are written by whoever takes or
 * gives them up and read by whoever takes them, so that hand-overs are reads, too. Two abstract
 * events that were once seen at the same object are of one *class*: writers of the class are whom a
 * reader may read from. It decides nothing. The rule: fixed tables; to forget costs what was used.
 */
#ifndef SNAG_SCHED_STRATEGY_READS_FROM_RELATION_H
#define SNAG_SCHED_STRATEGY_READS_FROM_RELATION_H

#include "snag/strategy.h"

enum {
    SNAG__RF_START = 0, /* in place of a writer: nothing was written in this execution */
    SNAG__RF_OTHER = 1, /* an event for which there is no room, or which is none of these */
    SNAG__RF_FIRST = 2,
    SNAG__RF_EVENTS_MAX = 192,
    SNAG__RF_SLOTS = 512,
    SNAG__RF_OBJECTS_MAX = 4096, /* a power of two */
    SNAG__RF_ACTORS_MAX = 1024,
    SNAG__RF_NOBODY = SNAG__RF_ACTORS_MAX, /* not seen yet */
    SNAG__RF_MANY
};

enum {
    SNAG__RF_READS = 1,
    SNAG__RF_WRITES = 2,
    SNAG__RF_TAKES = 4,    /* a lock, once it is free */
    SNAG__RF_GIVES_UP = 8, /* the lock that was taken last */
    SNAG__RF_ACCESSES = 16 /* as it pleases: a log says nothing of that */
};

struct snag__rf_event {
    uint32_t site;
    uint8_t kind;
    uint8_t does;        /* SNAG__RF_READS | … */
    uint8_t class;       /* the first abstract event of it */
    uint16_t vthread;    /* of all that it was; SNAG__RF_MANY: of several */
    uint16_t times_most; /* in any execution, up to UINT16_MAX */
};

/* A reader and whom it read from. */
struct snag__rf_pair {
    uint32_t execution; /* in which it was seen last */
    uint16_t seen;      /* executions, up to UINT16_MAX */
    uint16_t tried;     /* schedules that were to show it, up to UINT16_MAX */
};

struct snag__rf_object {
    uint32_t execution; /* of another one: free */
    uint8_t writer;     /* who wrote to it last */
    uint8_t class;      /* of who was at it last, as it was called then; OTHER: of nobody known */
};

/* One that is told by its name, in a hash table. */
struct snag__rf_named {
    uint64_t name;
    struct snag__rf_object object;
};

struct snag__rf_relation {
    uint32_t count;   /* of `events`, with START and OTHER */
    uint32_t readers; /* of `reader` */
    uint32_t execution;
    uint32_t objects; /* in this execution */
    uint64_t classes; /* another number: classes, or what is asked of them, may be others */
    uint64_t shown;   /* pairs of this execution, hashed: equal where it is the same set of them */
    bool news;        /* it has shown a pair that none had before */
    struct snag__rf_event events[SNAG__RF_EVENTS_MAX];
    uint8_t slots[SNAG__RF_SLOTS];                         /* events, hashed; 0: free */
    uint8_t reader[SNAG__RF_EVENTS_MAX];                   /* those that read */
    uint32_t times[SNAG__RF_EVENTS_MAX];                   /* of each event, in this execution */
    struct snag__rf_object numbered[SNAG__RF_OBJECTS_MAX]; /* those of low numbers */
    struct snag__rf_named named[SNAG__RF_OBJECTS_MAX];     /* and others: memory */
    struct snag__rf_pair pairs[SNAG__RF_EVENTS_MAX][SNAG__RF_EVENTS_MAX]; /* [reader][writer] */
};

/* Nothing is known. */
void snag__rf_forget(struct snag__rf_relation *r);
/* Of an execution, from here on. */
void snag__rf_begin(struct snag__rf_relation *r);

/* By kind: what such events do to their object; 0: it is none of these. */
extern const uint8_t snag__rf_does[SNAG_EVENT_KINDS];
/* The abstract event; SNAG__RF_OTHER: there is no room, or it does nothing. */
uint32_t snag__rf_event(struct snag__rf_relation *r, uint8_t kind, uint32_t site);
static inline bool snag__rf_same_class(const struct snag__rf_relation *r, uint32_t a, uint32_t b) {
    return r->events[a].class == r->events[b].class;
}

/* The object of a pending event; 0: none. */
static inline uint64_t snag__rf_object(const struct snag_pending *p) {
    return (uint64_t)p->object << 3 | p->offset;
}
/* Who wrote to it last. */
uint32_t snag__rf_writer(struct snag__rf_relation *r, uint64_t object);

/* An event of `vthread` happens. Returns from whom it reads; SNAG__RF_OTHER: from nobody who is
 * known. */
uint32_t snag__rf_happens(struct snag__rf_relation *r, uint32_t event, uint32_t vthread,
                          uint64_t object, bool failed);

/* Who read, and from whom; SNAG__RF_OTHER: from nobody who is known. */
struct snag__rf_read {
    uint8_t reader, writer;
};
/* What is logged from `first` on has happened: the next event. But for plain accesses, of which a
 * log has no objects: those are told when they happen. False: it is none that reads. */
bool snag__rf_logged(struct snag__rf_relation *r, const struct snag_event *first,
                     const struct snag_event *e, struct snag__rf_read *read);

/* May `reader` read from `writer`, for all that is known? */
bool snag__rf_plausible(const struct snag__rf_relation *r, uint32_t reader, uint32_t writer);

#endif
