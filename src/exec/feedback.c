/* feedback.c: pairs of events out of a log. See feedback.h. */
#include "exec/feedback.h"

#include <stdbool.h>

#include "base/assert.h"
#include "base/event_class.h"
#include "exec/recorder.h"
#include "sched/object.h"
#include "snag/strategy.h"

/* What an event does to what is known of its actor and its object; by kind. */
enum { READS = SNAG_EVF_FAILED, MOVES = 2 };
static const uint8_t kinds[SNAG_EVENT_KINDS] = {
#define X(id) [SNAG_EV_##id] = READS,
    SNAG__READING_EVENTS(X)
#undef X
        [SNAG_EV_START] = MOVES,
    [SNAG_EV_TASK_START] = MOVES,
    [SNAG_EV_OP_BEGIN] = MOVES,
    [SNAG_EV_OP_END] = MOVES,
};

/* Who did something, and in which log: nobody has the same stamp in two of them. 0: nobody. */
typedef uint64_t stamp;

/* An event, and in which kind of operation it was: + 1, 0: none. */
struct done {
    const struct snag_event *event;
    uint32_t op;
};

/* What was done last to an object. */
struct left {
    stamp by, read_by; /* the last change; a read since then, 0: none */
    struct done change, read;
};

/* The same of memory, in a table without chains: what was forgotten is no pair. */
enum { MEMORY_SLOTS = 512 };
struct left_in_memory {
    uint32_t memory;
    struct left left;
};

/* Where an actor is. Nesting of operations is one deep. */
struct place {
    uint32_t op;                   /* kind of the operation it is in, + 1; 0: none */
    uint32_t outer;                /* of the one around that */
    const struct snag_event *last; /* event */
    uint64_t log;                  /* what is below is of this one */
    uint32_t began;                /* its operation: as the so-manieth of all */
    uint32_t busy;                 /* its index in `busy` */
};

enum { ACTORS = SNAG__TRACE_ACTORS, PAIRS_MAX = 1024 };
static struct left left_by[SNAG__OBJECTS_MAX + 1];
static struct left_in_memory memory[MEMORY_SLOTS];
static struct place places[ACTORS];
static uint16_t busy[ACTORS]; /* who is in an operation */
static uint64_t logs;

/* How far the reading of a log has come. */
struct reader {
    const struct snag_event *event, *access; /* next */
    const struct snag_event *events, *events_end, *accesses_end;
    uint32_t busy_count, begun;
    uint64_t pairs[PAIRS_MAX + ACTORS]; /* that were found since they were asked for last */
};
static struct reader reader;

/* What a pair is made of: the event without its place in this one program. */
static inline uint64_t what_of(const struct snag_event *e, uint32_t op) {
    return (uint64_t)e->site << 32 | op << 16 | (uint32_t)e->kind << 8 | e->flags;
}

/* Multiplicative hashing, the pair's order included; the upper half is the better one. */
static inline uint64_t pair_of(uint64_t before, uint64_t after) {
    uint64_t h = (before * UINT64_C(0x9e3779b97f4a7c15)) ^ after;
    return (h * UINT64_C(0xd6e8feb86659fd93)) >> 32;
}

/* ---- operations ---- */

static void leave_busy(struct reader *r, const struct place *p) {
    uint16_t last = busy[--r->busy_count];
    busy[p->busy] = last;
    places[last].busy = p->busy;
}

/* How far the operations of others had come. */
static uint64_t *op_ends(const struct reader *r, const struct place *p, uint64_t *pairs) {
    for (uint32_t i = 0; i < r->busy_count; i++) {
        const struct place *other = &places[busy[i]];
        if (other != p)
            *pairs++ =
                pair_of(what_of(other->last, other->op), p->op << 16 | (p->began > other->began));
    }
    return pairs;
}

static __attribute__((noinline)) uint64_t *move(struct reader *r, struct place *p,
                                                const struct snag_event *e, uint64_t *pairs) {
    if (p->log != logs)
        *p = (struct place){.log = logs};
    if (e->kind == SNAG_EV_OP_BEGIN) {
        p->outer = p->op;
        p->op = (uint8_t)(e->value + 1);
        if (p->outer == 0) {
            p->began = r->begun++;
            p->busy = r->busy_count;
            busy[r->busy_count++] = (uint16_t)(p - places);
        }
    } else if (e->kind == SNAG_EV_OP_END && p->op != 0) {
        pairs = op_ends(r, p, pairs);
        if (p->outer == 0)
            leave_busy(r, p);
        p->op = p->outer;
        p->outer = 0;
    }
    return pairs;
}

/* ---- objects ---- */

static struct left *left_in(uint32_t where) {
    struct left_in_memory *slot = &memory[where % MEMORY_SLOTS];
    if (slot->memory != where)
        *slot = (struct left_in_memory){.memory = where};
    return &slot->left;
}

static inline uint64_t pair(const struct done *before, const struct snag_event *e, uint32_t op) {
    return pair_of(what_of(before->event, before->op), what_of(e, op));
}

static inline bool same_log(stamp a, stamp b) {
    return (a ^ b) >> 32 == 0;
}

/* Appends the pairs that the event makes. */
static inline __attribute__((always_inline)) uint64_t *read_event(struct reader *r,
                                                                  const struct snag_event *e,
                                                                  bool is_access, uint64_t log,
                                                                  uint64_t *pairs) {
    uint32_t actor = snag__trace_actor(e);
    struct place *place = &places[actor];
    unsigned kind = kinds[e->kind];
    if (!is_access && snag__unlikely(kind == MOVES))
        pairs = move(r, place, e, pairs);
    place->last = e;
    if (!is_access && e->object == 0)
        return pairs;
    struct left *left = is_access ? left_in(e->object) : &left_by[e->object];
    stamp self = log | actor;
    if (left->by != self && same_log(left->by, self))
        *pairs++ = pair(&left->change, e, place->op);
    if (((kind | e->flags) & READS) != 0) {
        left->read_by = self;
        left->read = (struct done){e, place->op};
        return pairs;
    }
    if (snag__unlikely(left->read_by != 0)) {
        if (left->read_by != self && same_log(left->read_by, self))
            *pairs++ = pair(&left->read, e, place->op);
        left->read_by = 0;
    }
    left->by = self;
    left->change = (struct done){e, place->op};
    return pairs;
}

/* Events up to `until`, or until there are pairs enough. */
static uint64_t *read_events(struct reader *r, const struct snag_event *until, uint64_t *pairs) {
    const uint64_t *enough = r->pairs + PAIRS_MAX;
    const struct snag_event *e = r->event;
    uint64_t log = logs << 32;
    for (; e < until && pairs < enough; e++)
        pairs = read_event(r, e, false, log, pairs);
    r->event = e;
    return pairs;
}

/* Accesses before the next event, or until there are pairs enough. */
static uint64_t *read_accesses(struct reader *r, uint64_t *pairs) {
    const uint64_t *enough = r->pairs + PAIRS_MAX;
    uint32_t next = (uint32_t)(r->event - r->events);
    for (; r->access < r->accesses_end && r->access->value <= next && pairs < enough; r->access++)
        pairs = read_event(r, r->access, true, logs << 32, pairs);
    return pairs;
}

static void begin(struct reader *r, const struct snag__trace *t) {
    logs++;
    r->event = r->events = t->events;
    r->events_end = snag__trace_end(t->events, t->events_count);
    r->access = t->accesses;
    r->accesses_end = snag__trace_end(t->accesses, t->accesses_count);
    r->busy_count = r->begun = 0;
}

/* The next pairs of the log; how many. 0: there are no more. */
static uint32_t next_pairs(struct reader *r) {
    const uint64_t *enough = r->pairs + PAIRS_MAX;
    uint64_t *pairs = r->pairs;
    bool more = true;
    while (more && pairs < enough) {
        bool beside = r->access < r->accesses_end;
        const struct snag_event *until =
            beside ? snag__trace_end(r->events, r->access->value) : r->events_end;
        pairs = read_events(r, until, pairs);
        pairs = read_accesses(r, pairs);
        more = beside || r->event < r->events_end;
    }
    return (uint32_t)(pairs - r->pairs);
}

void snag__feedback_visit(const struct snag__trace *trace, void (*visit)(void *to, uint64_t pair),
                          void *to) {
    begin(&reader, trace);
    for (uint32_t n; (n = next_pairs(&reader)) > 0;)
        for (uint32_t i = 0; i < n; i++)
            visit(to, reader.pairs[i]);
}

/* ---- counters ---- */

/* Small programs have few executions that differ: what a short one covered is kept, in a line of
 * the cache each. */
enum { KNOWN_SLOTS = 1 << 14, KNOWN_PAIRS = 27 };
struct known {
    uint64_t name; /* 0: nothing is known */
    uint16_t count;
    uint16_t counters[KNOWN_PAIRS];
};
static _Alignas(64) struct known known[KNOWN_SLOTS];

static inline uint16_t counter_of(uint64_t pair) {
    return (pair >> 8) % SNAG__FEEDBACK_BYTES;
}

static uint32_t count_pairs(const struct reader *r, uint32_t n, uint8_t *counters) {
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *counter = &counters[counter_of(r->pairs[i])];
        fresh += *counter == 0;
        *counter = 1;
    }
    return fresh;
}

static uint32_t count_known(const struct known *k, uint8_t *counters) {
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < k->count; i++) {
        uint8_t *counter = &counters[k->counters[i]];
        fresh += *counter == 0;
        *counter = 1;
    }
    return fresh;
}

static inline struct known *slot_of(uint64_t name) {
    return &known[(name * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (KNOWN_SLOTS - 1)];
}

void snag__feedback_expect(uint64_t name) {
    __builtin_prefetch(slot_of(name));
}

uint32_t snag__feedback_read(const struct snag__trace *trace, uint64_t name, uint8_t *counters) {
    struct known *k = slot_of(name);
    if (name != 0 && k->name == name)
        return count_known(k, counters);
    begin(&reader, trace);
    uint32_t n = next_pairs(&reader), fresh = count_pairs(&reader, n, counters);
    if (n > KNOWN_PAIRS) {
        while ((n = next_pairs(&reader)) > 0)
            fresh += count_pairs(&reader, n, counters);
    } else if (name != 0) {
        k->name = name;
        k->count = (uint16_t)n;
        for (uint32_t i = 0; i < n; i++)
            k->counters[i] = counter_of(reader.pairs[i]);
    }
    return fresh;
}
