/* aim.c: draws a near-race from a trace. See aim.h. */
#include "exec/aim.h"

#include "base/event_class.h"
#include "exec/recorder.h"
#include "sched/object.h"
#include "snag/strategy.h"

/* What taking a lock, and giving it up, is called; the wait for a condition is both. And what only
 * reads. */
enum { TAKES = 1, GIVES = 2, READS = 4 };
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
    EVENTS_MAX = 1 << 16, /* longer logs are read so far, */
    SPOTS_MAX = 1 << 13,  /* or until there are so many to choose from */
    TRIES = 16,
    SCANS = 4,   /* for an event that somebody meets */
    AT_EDGE = 4, /* as likely as so many others: taking a lock while holding one */
    ACTORS = SNAG__TRACE_ACTORS
};

/* An event of the trace. `at`: as the so-manieth of events and accesses. `reached`: from which on
 * its vthread stood before it, and others ran, if there are any between. */
struct spot {
    const struct snag_event *event;
    uint32_t at, reached;
};

/* Locks that an actor holds, in trace number `draw`; what is of an earlier one is nothing. */
static struct { uint32_t draw, locks; } holds[ACTORS];
/* Of vthreads. What is of an earlier attempt than number `draws` is nothing. */
static struct {
    uint32_t last;  /* its last event so far, */
    uint32_t seen;  /* in that attempt */
    uint32_t lives; /* the attempt in which it has begun, */
    uint32_t ready; /* was seen again, */
    uint32_t met;   /* is done with */
} vthreads[SNAG__ACTORS_MAX + 1];
/* Of objects, in attempt number `draw`: a lock that is held, exclusively. */
static struct {
    uint32_t draw;
    bool held;
} objects[SNAG__OBJECTS_MAX + 1];
static uint32_t draws;

/* ---- the trace, in order ---- */

struct cursor {
    const struct snag__trace *trace;
    uint32_t event, access;
};

/* NULL: the end. */
static const struct snag_event *next(struct cursor *c) {
    const struct snag__trace *t = c->trace;
    if (c->access < t->accesses_count && t->accesses[c->access].value <= c->event)
        return &t->accesses[c->access++];
    return c->event < t->events_count ? &t->events[c->event++] : NULL;
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

/* How likely it is to be drawn. */
static uint32_t weight_of(const struct snag_event *e) {
    uint32_t actor = snag__trace_actor(e);
    unsigned kind = kind_of(e);
    if (holds[actor].draw != draws) {
        holds[actor].draw = draws;
        holds[actor].locks = 0;
    }
    uint32_t *locks = &holds[actor].locks;
    *locks -= (kind & GIVES) != 0 && *locks > 0;
    uint32_t held = *locks;
    *locks += (kind & TAKES) != 0;
    /* Who waits has come there earlier; while a lock is not given up, nobody else takes it. */
    if (e->object == 0 || !is_point(e) || (e->flags & SNAG_EVF_WAITED) != 0 || kind == GIVES)
        return 0;
    return (kind & TAKES) != 0 && held > 0 ? AT_EDGE : 1;
}

static struct spot spots[SPOTS_MAX];

/* Of numbered objects, in attempt number `draw`: their last event, and the last of another vthread
 * than made that one; 0: none. */
static struct {
    uint32_t draw, at, before;
    uint16_t vthread;
} lasts[SNAG__OBJECTS_MAX + 1];

static void note_last(const struct snag_event *e, uint32_t at) {
    if (e->object > SNAG__OBJECTS_MAX)
        return;
    if (lasts[e->object].draw != draws) {
        lasts[e->object].draw = draws;
        lasts[e->object].before = 0;
    } else if (lasts[e->object].vthread != e->vthread) {
        lasts[e->object].before = lasts[e->object].at;
    }
    lasts[e->object].vthread = e->vthread;
    lasts[e->object].at = at;
}

/* Somebody else comes to its object later, or that is not known. */
static bool is_met(const struct spot *s) {
    uint32_t o = s->event->object;
    if (o > SNAG__OBJECTS_MAX)
        return true;
    return (lasts[o].vthread == s->event->vthread ? lasts[o].before : lasts[o].at) > s->at;
}

/* Fills `spots`, likelier ones more than once; how many. */
static uint32_t find_spots(const struct snag__trace *t) {
    struct cursor c = {.trace = t};
    const struct snag_event *e;
    uint32_t n = 0;
    draws++;
    for (uint32_t at = 0; at < EVENTS_MAX && n <= SPOTS_MAX - AT_EDGE; at++) {
        if ((e = next(&c)) == NULL)
            break;
        uint32_t reached = vthreads[e->vthread].seen == draws ? vthreads[e->vthread].last + 1 : 0;
        note_last(e, at);
        vthreads[e->vthread].last = at;
        vthreads[e->vthread].seen = draws;
        for (uint32_t left = weight_of(e); left > 0; left--)
            spots[n++] = (struct spot){e, at, reached};
    }
    return n;
}

/* ---- who goes first instead ---- */

/* An event that came before anybody stood before the first of the pair. */
static void pass(const struct snag_event *e) {
    unsigned kind = kind_of(e);
    vthreads[e->vthread].lives = draws;
    if (e->kind == SNAG_EV_SPAWN && e->value <= SNAG__ACTORS_MAX)
        vthreads[e->value].lives = draws;
    if ((kind & (TAKES | GIVES)) != 0 && e->object <= SNAG__OBJECTS_MAX) {
        objects[e->object].draw = draws;
        objects[e->object].held = kind == TAKES;
    }
}

/* Its vthread stood before it then. Could it have gone on? */
static bool could_go_on(const struct snag_event *e) {
    bool taken = (kinds[e->kind] | reads[e->kind]) == TAKES && e->object <= SNAG__OBJECTS_MAX &&
                 objects[e->object].draw == draws && objects[e->object].held;
    return vthreads[e->vthread].lives == draws && (e->flags & SNAG_EVF_WAITED) == 0 && !taken;
}

static bool conflict(const struct snag_event *a, const struct snag_event *b) {
    return a->object == b->object && snag__trace_actor(a) != snag__trace_actor(b) &&
           ((kind_of(a) & READS) == 0 || (kind_of(b) & READS) == 0);
}

/* Of the vthreads that could go on before `first`, by what the trace shows of them, one of those
 * that come to an event in conflict with it. NULL: there is none. */
static const struct snag_event *draw_second(const struct snag__trace *t, const struct spot *first,
                                            struct snag__prng *rng, struct cursor *after) {
    struct cursor c = {.trace = t};
    const struct snag_event *e, *drawn = NULL;
    uint32_t n = 0, at = 0;
    draws++;
    for (; at < first->reached; at++)
        pass(next(&c));
    vthreads[first->event->vthread].met = draws;
    for (; at < EVENTS_MAX && (e = next(&c)) != NULL; at++) {
        /* Whoever was run in its place is so already. */
        if (at == first->reached)
            vthreads[e->vthread].met = draws;
        if (vthreads[e->vthread].met == draws || snag__event_classes[e->kind] == SNAG__EVENT_MARK)
            continue;
        bool stood = vthreads[e->vthread].ready != draws; /* it is the first that it comes to */
        vthreads[e->vthread].ready = draws;
        bool out = stood && !could_go_on(e);
        bool conflicts = !out && at > first->at && conflict(first->event, e);
        if (out || conflicts)
            vthreads[e->vthread].met = draws;
        if (conflicts && snag__prng_below(rng, ++n) == 0) {
            drawn = e;
            *after = c;
        }
    }
    return drawn;
}

/* The next event of `second`'s actor at which there may be a switch; NULL: none. */
static const struct snag_event *next_point(struct cursor *after, const struct snag_event *second) {
    const struct snag_event *e;
    while ((e = next(after)) != NULL)
        if (snag__trace_actor(e) == snag__trace_actor(second) && is_point(e))
            return e;
    return NULL;
}

bool snag__aim_draw(const struct snag__trace *trace, struct snag__prng *rng,
                    struct snag__aim *aim) {
    uint32_t n = find_spots(trace);
    uint32_t scans = 0;
    for (uint32_t i = 0; n > 0 && i < TRIES && scans < SCANS; i++) {
        struct cursor after;
        const struct spot *first = &spots[snag__prng_below(rng, n)];
        if (!is_met(first))
            continue;
        scans++;
        const struct snag_event *second = draw_second(trace, first, rng, &after);
        if (second != NULL) {
            *aim = (struct snag__aim){first->event, second, next_point(&after, second)};
            return true;
        }
    }
    return false;
}
