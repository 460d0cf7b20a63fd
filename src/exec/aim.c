/* aim.c: draws a near-race from a trace. See aim.h. */
#include "exec/aim.h"

#include "base/assert.h"
#include "base/event_class.h"
#include "exec/recorder.h"
#include "sched/object.h"
#include "snag/strategy.h"

/* What taking a lock, and giving it up, is called; the wait for a condition is both. What only
 * reads. And, of a step only, what is no event of anything. */
enum { TAKES = 1, GIVES = 2, READS = 4, MARK = 8 };
static const uint8_t kinds[SNAG_EVENT_KINDS] = {
    [SNAG_EV_LOCK] = TAKES,        [SNAG_EV_TRYLOCK] = TAKES,   [SNAG_EV_TIMEDLOCK] = TAKES,
    [SNAG_EV_COND_RELOCK] = TAKES, [SNAG_EV_RDLOCK] = TAKES,    [SNAG_EV_TRYRDLOCK] = TAKES,
    [SNAG_EV_TIMEDRDLOCK] = TAKES, [SNAG_EV_WRLOCK] = TAKES,    [SNAG_EV_TRYWRLOCK] = TAKES,
    [SNAG_EV_TIMEDWRLOCK] = TAKES, [SNAG_EV_SPIN_LOCK] = TAKES, [SNAG_EV_SPIN_TRYLOCK] = TAKES,
    [SNAG_EV_UNLOCK] = GIVES,      [SNAG_EV_COND_WAIT] = GIVES, [SNAG_EV_RWUNLOCK] = GIVES,
    [SNAG_EV_SPIN_UNLOCK] = GIVES,
};
static const uint8_t reads[SNAG_EVENT_KINDS] = {
#define X(id) [SNAG_EV_##id] = READS,
    SNAG__READING_EVENTS(X)
#undef X
};

enum {
    EVENTS_MAX = 1 << 16, /* longer logs are read so far; */
    SPOTS_MAX = 1 << 13,  /* where so many are to choose from, none is looked for after them */
    TRIES = 16,
    SCANS = 4,   /* for an event that somebody meets */
    AT_EDGE = 4, /* as likely as so many others: taking a lock while holding one */
    ACTORS = SNAG__TRACE_ACTORS,
    MEMORY_SLOTS = 1 << 10,
    SLOTS = SNAG__OBJECTS_MAX + 1 + MEMORY_SLOTS
};
static const uint32_t none = UINT32_MAX;

/* An event or access of the trace, with those that it is looked at beside, each by its number in
 * `steps` or `none`: reading the trace once links them, so that no attempt reads it again. */
struct step {
    const struct snag_event *event;
    uint32_t reached; /* from which on its vthread stood before it, and others ran, if any did */
    uint32_t acted;   /* the one of its vthread before it, but for marks */
    uint32_t earlier, later; /* of its object, or of memory in the same slot; none if it has none */
    uint8_t kind;            /* as kind_of says, or MARK */
};
static struct step steps[EVENTS_MAX];

/* A place in a trace: its next event, and its next access. */
struct cursor {
    const struct snag_event *events, *event, *events_end;
    const struct snag_event *access, *accesses_end;
};

/* How far a trace was read. */
struct reading {
    uint32_t steps;
    uint32_t searched; /* of those: in which there are spots */
    uint32_t spots;
    struct cursor rest;
};

/* Those that may be held back, likelier ones more than once. */
static uint32_t spots[SPOTS_MAX];

/* What is of an earlier trace than number `draws` is nothing. */
static uint32_t draws;
static struct { uint32_t draw, locks; } holds[ACTORS]; /* locks that an actor holds */
static struct { uint32_t draw, last; } slots[SLOTS];   /* the last of an object */
static struct vthread {
    uint32_t draw;
    uint32_t born;  /* its first event, or who made it */
    uint32_t last;  /* of its events so far, */
    uint32_t acted; /* and but for marks */
    uint32_t met;   /* the scan in which it is done with */
} vthreads[SNAG__ACTORS_MAX + 1];
static uint32_t scans;

/* ---- the trace, in order ---- */

static struct cursor beginning(const struct snag__trace *t) {
    return (struct cursor){.events = t->events,
                           .event = t->events,
                           .events_end = snag__trace_end(t->events, t->events_count),
                           .access = t->accesses,
                           .accesses_end = snag__trace_end(t->accesses, t->accesses_count)};
}

/* NULL: the end. */
static inline const struct snag_event *next(struct cursor *c) {
    if (c->access < c->accesses_end && c->access->value <= (uint32_t)(c->event - c->events))
        return c->access++;
    return c->event < c->events_end ? c->event++ : NULL;
}

/* ---- who is held back ---- */

/* A schedule can have a switch before it. */
static bool is_point(const struct snag_event *e) {
    enum snag__event_class class = snag__event_classes[e->kind];
    bool access = class == SNAG__EVENT_ACCESS && e->object != 0; /* one in the log is there twice */
    return (class == SNAG__EVENT_SYNC || class == SNAG__EVENT_ATOMIC || access) &&
           e->kind != SNAG_EV_START && e->kind != SNAG_EV_TASK_START && e->kind != SNAG_EV_END;
}

static unsigned kind_of(const struct snag_event *e) {
    return (e->flags & SNAG_EVF_FAILED) != 0 ? READS : kinds[e->kind] | reads[e->kind];
}

/* How many locks its actor holds at an event that takes one, or gives one up; to be asked at each.
 */
static uint32_t held_at(const struct snag_event *e, unsigned kind) {
    uint32_t actor = snag__trace_actor(e);
    uint32_t held = holds[actor].draw == draws ? holds[actor].locks : 0;
    held -= (kind & GIVES) != 0 && held > 0;
    holds[actor].draw = draws;
    holds[actor].locks = held + ((kind & TAKES) != 0);
    return held;
}

/* How likely it is to be drawn. */
static inline uint32_t weight_of(const struct snag_event *e, unsigned kind) {
    bool edge = (kind & (TAKES | GIVES)) != 0 && held_at(e, kind) > 0 && (kind & TAKES) != 0;
    /* Who waits has come there earlier; while a lock is not given up, nobody else takes it. */
    if (e->object == 0 || !is_point(e) || (e->flags & SNAG_EVF_WAITED) != 0 || kind == GIVES)
        return 0;
    return edge ? AT_EDGE : 1;
}

/* ---- reading ---- */

static uint32_t slot_of(uint32_t object) {
    return object <= SNAG__OBJECTS_MAX ? object : SNAG__OBJECTS_MAX + 1 + object % MEMORY_SLOTS;
}

static inline void link_object(struct step *s, uint32_t at) {
    uint32_t slot = slot_of(s->event->object);
    if (slots[slot].draw == draws) {
        s->earlier = slots[slot].last;
        steps[s->earlier].later = at;
    }
    slots[slot].draw = draws;
    slots[slot].last = at;
}

static inline struct vthread *vthread_of(uint32_t index, uint32_t at) {
    struct vthread *v = &vthreads[index];
    if (v->draw != draws) {
        v->draw = draws;
        v->born = at;
        v->last = v->acted = none;
    }
    return v;
}

static unsigned read_step(const struct snag_event *e, uint32_t at) {
    bool mark = snag__event_classes[e->kind] == SNAG__EVENT_MARK;
    struct step *s = &steps[at];
    struct vthread *v = vthread_of(e->vthread, at);
    unsigned kind = kind_of(e);
    s->event = e;
    s->kind = (uint8_t)(mark ? MARK : kind);
    s->reached = v->last + 1; /* 0 after none */
    s->acted = v->acted;
    s->earlier = s->later = none;
    v->last = at;
    v->acted = mark ? v->acted : at;
    if (e->object != 0)
        link_object(s, at);
    if (snag__unlikely(e->kind == SNAG_EV_SPAWN) && e->value <= SNAG__ACTORS_MAX)
        (void)vthread_of(e->value, at);
    return kind;
}

/* Fills `steps` and `spots`. */
static void read_trace(const struct snag__trace *t, struct reading *r) {
    struct cursor c = beginning(t);
    const struct snag_event *e;
    uint32_t at = 0, n = 0;
    draws++;
    for (; at < EVENTS_MAX && n <= SPOTS_MAX - AT_EDGE && (e = next(&c)) != NULL; at++)
        for (uint32_t left = weight_of(e, read_step(e, at)); left > 0; left--)
            spots[n++] = at;
    r->searched = at;
    r->spots = n;
    for (; at < EVENTS_MAX && (e = next(&c)) != NULL; at++)
        (void)read_step(e, at);
    r->steps = at;
    r->rest = c;
}

/* Somebody else comes to its object later, or that is not known. */
static bool is_met(const struct reading *r, const struct step *s) {
    if (s->event->object > SNAG__OBJECTS_MAX)
        return true;
    uint32_t i = s->later;
    while (i < r->searched && steps[i].event->vthread == s->event->vthread)
        i = steps[i].later;
    return i < r->searched;
}

/* ---- who goes first instead ---- */

/* When those up to `until` had happened, somebody held the lock that `s` takes, exclusively. */
static bool is_taken(const struct step *s, uint32_t until) {
    uint32_t i = s->earlier;
    while (i != none && (i >= until || (steps[i].kind & (TAKES | GIVES)) == 0))
        i = steps[i].earlier;
    return i != none && steps[i].kind == TAKES;
}

/* Its vthread stood somewhere when those up to `until` had happened, and came to this step from
 * there. Could it have gone on? */
static bool could_go_on(const struct step *s, uint32_t until) {
    while (s->acted != none && s->acted >= until)
        s = &steps[s->acted];
    const struct snag_event *e = s->event;
    bool takes = (kinds[e->kind] | reads[e->kind]) == TAKES && e->object <= SNAG__OBJECTS_MAX;
    return vthreads[e->vthread].born < until && (e->flags & SNAG_EVF_WAITED) == 0 &&
           !(takes && is_taken(s, until));
}

static bool conflict(const struct step *a, const struct step *b) {
    return a->event->object == b->event->object &&
           snag__trace_actor(a->event) != snag__trace_actor(b->event) &&
           (a->kind & b->kind & READS) == 0;
}

/* Of the vthreads that could go on before `first`, by what the trace shows of them, one of those
 * that come to an event in conflict with it: which event. */
static uint32_t draw_second(const struct step *first, struct snag__prng *rng) {
    uint32_t n = 0, drawn = none;
    scans++;
    vthreads[first->event->vthread].met = scans;
    /* Whoever was run in its place is so already. */
    vthreads[steps[first->reached].event->vthread].met = scans;
    for (uint32_t i = first->later; i != none; i = steps[i].later) {
        const struct step *s = &steps[i];
        struct vthread *v = &vthreads[s->event->vthread];
        if (v->met == scans || (s->kind & MARK) != 0 || !conflict(first, s))
            continue;
        v->met = scans;
        if (could_go_on(s, first->reached) && snag__prng_below(rng, ++n) == 0)
            drawn = i;
    }
    return drawn;
}

/* The next event of its actor at which there may be a switch; NULL: none. */
static const struct snag_event *next_point(struct reading *r, uint32_t second) {
    uint32_t actor = snag__trace_actor(steps[second].event), i = second;
    const struct snag_event *e;
    while ((e = ++i < r->steps ? steps[i].event : next(&r->rest)) != NULL)
        if (snag__trace_actor(e) == actor && is_point(e))
            return e;
    return NULL;
}

bool snag__aim_draw(const struct snag__trace *trace, struct snag__prng *rng,
                    struct snag__aim *aim) {
    struct reading r;
    uint32_t tried = 0;
    read_trace(trace, &r);
    for (uint32_t i = 0; r.spots > 0 && i < TRIES && tried < SCANS; i++) {
        const struct step *first = &steps[spots[snag__prng_below(rng, r.spots)]];
        if (!is_met(&r, first))
            continue;
        tried++;
        uint32_t second = draw_second(first, rng);
        if (second != none) {
            *aim = (struct snag__aim){first->event, steps[second].event, next_point(&r, second)};
            return true;
        }
    }
    return false;
}
