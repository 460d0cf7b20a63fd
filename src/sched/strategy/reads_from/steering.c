/* steering.c: partial-order sampling, and who is held back. See steering.h, and reads_from.c for
 * the papers and where this deviates.
 */
#include "sched/strategy/reads_from/steering.h"

#include "sched/strategy/candidates.h"

enum {
    PATIENCE = 64,       /* choices beside twice the length of an execution */
    SCORES_LOW = 1 << 20 /* below, those of who gave way */
};

void snag__rf_steer(struct snag__rf_steering *s, const struct snag__rf_schedule *schedule,
                    uint32_t points) {
    s->execution++;
    s->read = 0;
    s->patience = 2 * points + PATIENCE;
    s->waited = 0;
    s->lowest = SCORES_LOW;
    s->happened.object = UINT32_MAX; /* nobody's */
    s->unmet = s->wanted_count = schedule->count;
    for (uint32_t i = 0; i < schedule->count; i++) {
        s->wanted[i] = (struct snag__rf_wanted){.constraint = schedule->list[i]};
    }
}

/* ---- what happens ---- */

/* `reader` has read from `writer`. */
static void meet(struct snag__rf_steering *s, uint32_t reader, uint32_t writer) {
    bool one = false;
    for (uint32_t i = 0; i < s->wanted_count; i++) {
        struct snag__rf_wanted *w = &s->wanted[i];
        struct snag__rf_constraint *k = &w->constraint;
        if (k->reader != reader || w->met) {
            continue;
        }
        if (k->skips > 0) {
            k->skips--;
        } else if (k->negative) {
            w->met = writer != k->writer;
        } else if (writer == k->writer && !one) {
            w->met = one = true;
            s->unmet--;
        }
    }
}

void snag__rf_catch_up(struct snag__rf_steering *s, const struct snag_event *log, uint32_t count) {
    for (; s->read < count; s->read++) {
        const struct snag_event *e = &log[s->read];
        if (e->kind == SNAG_EV_READ || e->kind == SNAG_EV_WRITE) {
            continue; /* it was picked, and read then */
        }
        uint32_t event, writer = snag__rf_logged(s->relation, e, &event);
        if (s->unmet != 0 && event != SNAG__RF_OTHER) {
            meet(s, event, writer);
        }
    }
}

static void happens(struct snag__rf_steering *s, const struct snag_choice *c, uint32_t v) {
    s->happened = *c->pending(v);
    if ((s->happened.object & SNAG_PENDING_MEMORY) != 0) {
        uint32_t event = s->stands[v].event;
        uint64_t object = snag__rf_object(&s->happened);
        uint32_t writer = snag__rf_happens(s->relation, event, v, object, false);
        if (s->unmet != 0) {
            meet(s, event, writer);
        }
    }
}

/* ---- who is held back ---- */

static uint8_t concerns(const struct snag__rf_steering *s, uint32_t event) {
    const struct snag__rf_relation *r = s->relation;
    unsigned set = 0;
    if (event == SNAG__RF_OTHER) {
        return 0;
    }
    for (uint32_t i = 0; i < s->wanted_count; i++) {
        const struct snag__rf_constraint *k = &s->wanted[i].constraint;
        bool overwrites = (r->events[event].does & SNAG__RF_WRITES) != 0 && event != k->writer &&
                          snag__rf_same_class(r, event, k->reader);
        bool concerned = event == k->reader || (k->negative ? event == k->writer : overwrites);
        set |= (unsigned)concerned << i;
    }
    return (uint8_t)set;
}

/* Does `k` hold a writer back? Of a reader that is to read only later: not yet, but for what cannot
 * be mended until then. */
static bool holds_writer(const struct snag__rf_constraint *k, uint32_t last) {
    if (k->negative) {
        return true;
    }
    return last == k->writer && (k->skips == 0 || last == SNAG__RF_START);
}

static bool is_held_back(const struct snag__rf_steering *s, const struct snag_pending *p,
                         const struct snag__rf_stand *st) {
    uint32_t last = snag__rf_writer(s->relation, snag__rf_object(p));
    bool waits = false, may_read = false;
    for (uint32_t i = 0; i < s->wanted_count; i++) {
        const struct snag__rf_wanted *w = &s->wanted[i];
        const struct snag__rf_constraint *k = &w->constraint;
        if ((st->concerns >> i & 1) == 0) {
            continue;
        }
        if (st->event != k->reader) {
            if (!w->met && holds_writer(k, last)) {
                return true;
            }
        } else if (k->negative) {
            if (k->skips == 0 && last == k->writer) {
                return true;
            }
        } else if (!w->met && k->skips == 0) {
            waits = true;
            may_read |= last == k->writer;
        }
    }
    return waits && !may_read;
}

/* ---- the choice ---- */

/* It stood here before what happened last: did that race with it? */
static inline bool raced(const struct snag__rf_steering *s, const struct snag_pending *p) {
    return p->object == s->happened.object && p->offset == s->happened.offset &&
           snag_pending_conflict(p, &s->happened);
}

static inline uint32_t draw_score(struct snag__rf_steering *s) {
    return (uint32_t)(snag__prng_next(s->prng) >> 32) | SCORES_LOW;
}

static inline struct snag__rf_stand *stand_of(struct snag__rf_steering *s, uint32_t v,
                                              const struct snag_pending *p) {
    struct snag__rf_stand *st = &s->stands[v];
    if (st->execution == s->execution && st->ordinal == p->ordinal && st->site == p->site &&
        st->op == p->op && st->sub == p->sub) {
        if (raced(s, p)) {
            st->score = draw_score(s);
        }
        return st;
    }
    /* As in candidates.h: of those whom only time lets go on, half give way to all. */
    bool gives_way = p->timed_out && snag__prng_below(s->prng, 2) == 0;
    bool matters = s->unmet != 0 || (p->object & SNAG_PENDING_MEMORY) != 0;
    uint32_t event = matters ? snag__rf_event(s->relation, p->kind, p->site) : SNAG__RF_OTHER;
    *st = (struct snag__rf_stand){.execution = s->execution,
                                  .ordinal = p->ordinal,
                                  .site = p->site,
                                  .op = p->op,
                                  .sub = p->sub,
                                  .score = gives_way ? --s->lowest : draw_score(s),
                                  .event = (uint8_t)event,
                                  .concerns = s->unmet != 0 ? concerns(s, event) : 0};
    return st;
}

/* Of those who are held back, and of the others, the one with the highest score. */
struct best {
    uint32_t vthread, score;
    bool any;
};

static void consider(struct best *b, uint32_t v, uint32_t score) {
    if (!b->any || score > b->score) {
        *b = (struct best){.vthread = v, .score = score, .any = true};
    }
}

static uint32_t best_of(struct snag__rf_steering *s, const struct snag_choice *c) {
    struct best free = {.any = false}, held = {.any = false};
    bool steers = s->unmet != 0;
    SNAG__EACH_CANDIDATE(c, v) {
        const struct snag_pending *p = c->pending(v);
        struct snag__rf_stand *st = stand_of(s, v, p);
        if (v == c->current && !c->current_enabled && !p->timed_out) {
            st->score = --s->lowest; /* it gives way: to all, or those who spin run for ever */
        }
        bool back = steers && st->concerns != 0 && is_held_back(s, p, st);
        consider(back ? &held : &free, v, st->score);
    }
    if (held.any && ++s->waited > s->patience) {
        s->unmet = 0;
    }
    /* That time passes early may be what brings about what is wanted, or go on for ever. */
    bool idle = !free.any || (held.any && c->pending(free.vthread)->timed_out &&
                              snag__prng_below(s->prng, 2) == 0);
    return idle ? held.vthread : free.vthread;
}

uint32_t snag__rf_next(struct snag__rf_steering *s, const struct snag_choice *c) {
    uint32_t count;
    const struct snag_event *log = snag_choice_log(&count);
    snag__rf_catch_up(s, log, count);
    uint32_t picked = best_of(s, c);
    happens(s, c, picked);
    return picked;
}
