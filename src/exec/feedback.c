/* feedback.c: pairs of events out of a log. See feedback.h. */
#include "exec/feedback.h"

#include "exec/recorder.h"
#include "sched/object.h"

/* The event that left an object as it is. */
struct left {
    uint32_t log; /* generation: only the entries of this log count */
    uint32_t actor;
    uint64_t what;
};

static struct left left_by[SNAG__OBJECTS_MAX + 1];
/* The operation an actor is in, and the one around it: kind + 1; 0: none. Nesting is one deep. */
struct place {
    uint8_t op, outer;
};
static struct place places[2][SNAG__ACTORS_MAX + 1]; /* of vthreads, of tasks */
static uint32_t logs;

/* An event without its place in this one program: what a pair is made of. */
static inline uint64_t what_of(const struct snag_event *e, uint8_t op) {
    return (uint64_t)e->site << 32 | (uint32_t)e->kind << 16 | (uint32_t)e->flags << 8 | op;
}

/* Multiplicative hashing, the pair's order included; the upper half is the better one. */
static inline uint64_t pair_of(uint64_t before, uint64_t after) {
    uint64_t h = (before * UINT64_C(0x9e3779b97f4a7c15)) ^ after;
    return (h * UINT64_C(0xd6e8feb86659fd93)) >> 32;
}

static inline bool changes(const struct snag_event *e) {
    return e->kind != SNAG_EV_LOAD && (e->flags & SNAG_EVF_FAILED) == 0;
}

static inline void move(struct place *p, const struct snag_event *e) {
    switch (e->kind) {
    case SNAG_EV_START:
    case SNAG_EV_TASK_START:
        *p = (struct place){0, 0};
        break;
    case SNAG_EV_OP_BEGIN:
        *p = (struct place){(uint8_t)(e->value + 1), p->op};
        break;
    case SNAG_EV_OP_END:
        *p = (struct place){p->outer, 0};
        break;
    }
}

/* Inlined into both of its callers, so that neither pays for the other. */
static inline __attribute__((always_inline)) void read_log(const struct snag_event *events,
                                                           uint32_t count,
                                                           void (*visit)(void *to, uint64_t pair),
                                                           void *to) {
    logs++;
    for (uint32_t i = 0; i < count; i++) {
        const struct snag_event *e = &events[i];
        bool is_task = e->task != 0;
        uint32_t actor = is_task ? e->task : e->vthread;
        struct place *place = &places[is_task][actor];
        move(place, e);
        if (e->object == 0)
            continue;
        struct left *left = &left_by[e->object];
        uint64_t what = what_of(e, place->op);
        uint32_t who = actor << 1 | is_task;
        if (left->log == logs && left->actor != who)
            visit(to, pair_of(left->what, what));
        if (changes(e))
            *left = (struct left){logs, who, what};
    }
}

struct counted {
    uint8_t *counters;
    uint32_t fresh;
};

static inline void count_pair(void *to, uint64_t pair) {
    struct counted *c = to;
    uint8_t *counter = &c->counters[(pair >> 8) % SNAG__FEEDBACK_BYTES];
    c->fresh += *counter == 0;
    *counter = 1;
}

uint32_t snag__feedback_read(const struct snag_event *events, uint32_t count, uint8_t *counters) {
    struct counted c = {counters, 0};
    read_log(events, count, count_pair, &c);
    return c.fresh;
}

void snag__feedback_visit(const struct snag_event *events, uint32_t count,
                          void (*visit)(void *to, uint64_t pair), void *to) {
    read_log(events, count, visit, to);
}
