/* feedback.c: pairs of events out of a log. See feedback.h. */
#include "exec/feedback.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "base/event_class.h"
#include "exec/recorder.h"
#include "sched/object.h"
#include "snag/strategy.h"

/* What an event does to what is known of its actor and its object: by kind, and one that failed
 * only reads. 0: it changes its object. */
enum { READS = SNAG_EVF_FAILED << 8, MOVES = 1 };
static const uint16_t kinds[SNAG_EVENT_KINDS] = {
#define X(id) [SNAG_EV_##id] = READS,
    SNAG__READING_EVENTS(X)
#undef X
        [SNAG_EV_OP_BEGIN] = MOVES,
    [SNAG_EV_OP_END] = MOVES,
};

/* Who did something, in which kind of operation, and in which log: one comparison tells whether it
 * is all the same. From the top: the log (32 bits; 0: nobody's), the actor, SINCE, and the kind of
 * operation + 1 (0: none). SINCE, of a change: somebody has read it, or what was there before. */
typedef uint64_t stamp;
enum { OP_MASK = UINT8_MAX, SINCE = OP_MASK + 1, ACTOR_BIT = 9, LOG_BIT = 32 };
enum { ACTORS = SNAG__TRACE_ACTORS };
_Static_assert(ACTORS <= 1 << (LOG_BIT - ACTOR_BIT), "an actor fits into a stamp");

/* What was done last to an object. */
struct left {
    stamp changed_by, read_by; /* the second counts if SINCE is in the first */
    const struct snag_event *change, *read;
};

/* The same of memory, in a table without chains: what was forgotten is no pair. */
enum { MEMORY_SLOTS = 512 };
struct left_in_memory {
    uint32_t memory;
    struct left left;
};

/* Where an actor is. Nesting of operations is one deep. */
struct place {
    stamp self;                    /* of another log: what is below is of that one */
    const struct snag_event *last; /* but of whose turn it is */
    uint32_t outer;                /* kind of the operation around the one it is in, + 1; 0: none */
    uint32_t began;                /* its operation: as the so-manieth of all */
    uint32_t busy;                 /* its index in `busy` */
};

enum { PAIRS_MAX = 1024 };
static struct left left_by[SNAG__OBJECTS_MAX + 1];
static struct left_in_memory memory[MEMORY_SLOTS];
static struct place places[ACTORS];
static uint16_t busy[ACTORS]; /* who is in an operation */
static uint64_t logs;

/* Whose turn it is. Most events are of whoever the one before was of: nothing is looked up. */
struct turn {
    uint32_t who; /* as who_of says */
    stamp self;
    struct place *place;
    const struct snag_event *last;
};

/* How far the reading of a log has come. */
struct reader {
    const struct snag_event *event, *access; /* next */
    const struct snag_event *events, *events_end, *accesses_end;
    struct turn turn;
    uint32_t busy_count, begun;
    uint64_t pairs[PAIRS_MAX + ACTORS]; /* that were found since they were asked for last */
};
static struct reader reader;

static inline uint32_t op_of(stamp s) {
    return s & OP_MASK;
}

static inline bool same_log(stamp a, stamp b) {
    return (a ^ b) >> LOG_BIT == 0;
}

/* Somebody else, in the same log. */
static inline bool is_other(stamp a, stamp b) {
    enum { LOGS_DIFFER = 1 << (LOG_BIT - ACTOR_BIT) };
    uint64_t differs = (a ^ b) >> ACTOR_BIT;
    return differs - 1 < LOGS_DIFFER - 1; /* 0 less 1 is more */
}

/* Its flags, and below them its kind: as they lie in memory, in one piece. */
static inline uint16_t sort_of(const struct snag_event *e) {
    enum { KIND = offsetof(struct snag_event, kind) };
    _Static_assert(offsetof(struct snag_event, flags) == KIND + 1, "they lie side by side");
    uint16_t sort;
    memcpy(&sort, (const char *)e + KIND, sizeof sort);
    return sort;
}

static inline unsigned does(const struct snag_event *e) {
    uint16_t sort = sort_of(e);
    return (sort & READS) | kinds[sort & UINT8_MAX];
}

/* What a pair is made of: the event without its place in this one program. */
static inline uint64_t what_of(const struct snag_event *e, uint32_t op) {
    return (uint64_t)e->site << 32 | op << 16 | __builtin_bswap16(sort_of(e));
}

/* Multiplicative hashing, the pair's order included; the upper half is the better one. */
static inline uint64_t pair_of(uint64_t before, uint64_t after) {
    uint64_t h = (before * UINT64_C(0x9e3779b97f4a7c15)) ^ after;
    return (h * UINT64_C(0xd6e8feb86659fd93)) >> 32;
}

/* ---- turns ---- */

/* Its task, and below that its vthread: the same. */
static inline uint32_t who_of(const struct snag_event *e) {
    enum { VTHREAD = offsetof(struct snag_event, vthread) };
    _Static_assert(offsetof(struct snag_event, task) == VTHREAD + 2, "they lie side by side");
    uint32_t who;
    memcpy(&who, (const char *)e + VTHREAD, sizeof who);
    return who;
}

/* It is that of `who`, and `last` was the last event of whose it was. */
static inline void turn_to(struct turn *t, uint32_t who, const struct snag_event *last) {
    uint32_t actor = snag__trace_actor_of((uint16_t)who, who >> 16);
    stamp fresh = logs << LOG_BIT | actor << ACTOR_BIT;
    t->place->last = last;
    t->who = who;
    t->place = &places[actor];
    if (!same_log(t->place->self, fresh))
        *t->place = (struct place){.self = fresh};
    t->self = t->place->self;
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
            *pairs++ = pair_of(what_of(other->last, op_of(other->self)),
                               op_of(p->self) << 16 | (p->began > other->began));
    }
    return pairs;
}

static void put_op(struct place *p, uint32_t op) {
    p->self = (p->self & ~(uint64_t)OP_MASK) | op;
}

static __attribute__((noinline)) uint64_t *move(struct reader *r, struct place *p,
                                                const struct snag_event *e, uint64_t *pairs) {
    if (e->kind == SNAG_EV_OP_BEGIN) {
        p->outer = op_of(p->self);
        put_op(p, (uint8_t)(e->value + 1));
        if (p->outer == 0) {
            p->began = r->begun++;
            p->busy = r->busy_count;
            busy[r->busy_count++] = (uint16_t)(p - places);
        }
    } else if (op_of(p->self) != 0) {
        pairs = op_ends(r, p, pairs);
        if (p->outer == 0)
            leave_busy(r, p);
        put_op(p, p->outer);
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

static inline uint64_t pair(const struct snag_event *before, stamp by, const struct snag_event *e,
                            stamp self) {
    return pair_of(what_of(before, op_of(by)), what_of(e, op_of(self)));
}

static inline uint64_t *read_it(struct left *left, const struct snag_event *e, stamp self,
                                uint64_t *pairs) {
    if (is_other(left->changed_by, self))
        *pairs++ = pair(left->change, left->changed_by, e, self);
    left->changed_by |= SINCE;
    left->read_by = self;
    left->read = e;
    return pairs;
}

static inline uint64_t *change_it(struct left *left, const struct snag_event *e, stamp self,
                                  uint64_t *pairs) {
    stamp by = left->changed_by;
    if (by != self) { /* who it was, or in which operation, or there was a read since */
        left->changed_by = self;
        if (is_other(by, self))
            *pairs++ = pair(left->change, by, e, self);
        if (snag__unlikely((by & SINCE) != 0) && is_other(left->read_by, self))
            *pairs++ = pair(left->read, left->read_by, e, self);
    }
    left->change = e;
    return pairs;
}

/* Events up to `until`, or until there are pairs enough: appends those that they make. */
static uint64_t *read_events(struct reader *r, const struct snag_event *until, uint64_t *pairs) {
    const uint64_t *enough = r->pairs + PAIRS_MAX;
    const struct snag_event *first = r->event, *e = first;
    struct turn turn = r->turn;
    for (; e < until && pairs < enough; e++) {
        unsigned what = does(e);
        if (who_of(e) != turn.who)
            turn_to(&turn, who_of(e), e != first ? e - 1 : turn.last);
        if (snag__likely(what == 0)) {
            if (e->object != 0)
                pairs = change_it(&left_by[e->object], e, turn.self, pairs);
        } else if ((what & MOVES) != 0) { /* it is about no object */
            pairs = move(r, turn.place, e, pairs);
            turn.self = turn.place->self;
        } else if (e->object != 0) {
            pairs = read_it(&left_by[e->object], e, turn.self, pairs);
        }
    }
    turn.last = e != first ? e - 1 : turn.last;
    r->turn = turn;
    r->event = e;
    return pairs;
}

/* Accesses before the next event, or until there are pairs enough. */
static uint64_t *read_accesses(struct reader *r, uint64_t *pairs) {
    const uint64_t *enough = r->pairs + PAIRS_MAX;
    uint32_t next = (uint32_t)(r->event - r->events);
    struct turn *turn = &r->turn;
    for (; r->access < r->accesses_end && r->access->value <= next && pairs < enough; r->access++) {
        const struct snag_event *e = r->access;
        if (who_of(e) != turn->who)
            turn_to(turn, who_of(e), turn->last);
        struct left *left = left_in(e->object);
        pairs = does(e) != 0 ? read_it(left, e, turn->self, pairs)
                             : change_it(left, e, turn->self, pairs);
        turn->last = e;
    }
    return pairs;
}

static void begin(struct reader *r, const struct snag__trace *t) {
    static struct place nobody;
    logs++;
    r->event = r->events = t->events;
    r->events_end = snag__trace_end(t->events, t->events_count);
    r->access = t->accesses;
    r->accesses_end = snag__trace_end(t->accesses, t->accesses_count);
    r->turn = (struct turn){.who = UINT32_MAX, .place = &nobody};
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
