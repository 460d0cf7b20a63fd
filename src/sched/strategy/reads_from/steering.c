/* steering.c: partial-order sampling, and who is held back. See steering.h, and reads_from.c for
 * the papers and where this deviates.
 */
#include "sched/strategy/reads_from/steering.h"

#include "exec/recorder.h"
#include "sched/strategy/candidates.h"

enum {
    PATIENCE = 64,       /* choices beside twice the length of an execution */
    SCORES_LOW = 1 << 20 /* below, those of who gave way */
};

void snag__rf_steer(struct snag__rf_steering *s, const struct snag__rf_schedule *schedule,
                    uint32_t points) {
    s->execution++;
    s->relation->classes++;
    s->read = 0;
    s->patience = 2 * points + PATIENCE;
    s->waited = 0;
    s->over = 0;
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
            s->over |= 1U << i;
            s->unmet--;
        }
    }
}

static inline __attribute__((always_inline)) void
read_on(struct snag__rf_steering *s, const struct snag_event *log, uint32_t count) {
    const struct snag_event *end = log + count;
    for (const struct snag_event *e = log + s->read; e < end; e++) {
        struct snag__rf_read read;
        if (snag__rf_logged(s->relation, log, e, &read) && s->unmet != 0) {
            meet(s, read.reader, read.writer);
        }
    }
    s->read = count;
}

void snag__rf_catch_up(struct snag__rf_steering *s, const struct snag_event *log, uint32_t count) {
    read_on(s, log, count);
}

/* While somebody may be held back, that is done at each choice; then only here, where the order in
 * which events are learned of matters, for others are in no hurry. */
static void catch_up(struct snag__rf_steering *s) {
    read_on(s, snag__recorder->events, snag__recorder->events_count);
}

/* A plain access is told of when it happens, and comes after all that is logged by then. */
static __attribute__((noinline)) void accesses(struct snag__rf_steering *s, uint32_t v) {
    const struct snag_pending *p = snag__pending(v);
    uint32_t event = s->stands[v].event;
    if (s->unmet == 0) {
        catch_up(s);
    }
    uint32_t writer = snag__rf_happens(s->relation, event, v, snag__rf_object(p), false);
    if (s->unmet != 0) {
        meet(s, event, writer);
    }
}

static inline void takes_place(struct snag__rf_steering *s, uint32_t v) {
    const struct snag_pending *p = snag__pending(v);
    s->happened = *p;
    if ((p->object & SNAG_PENDING_MEMORY) != 0) {
        accesses(s, v);
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

/* By one of the set `by` of wanted ones, that it concerns, and that are not over. */
static bool is_held_back(const struct snag__rf_steering *s, const struct snag_pending *p,
                         uint32_t event, uint32_t by) {
    uint32_t last = snag__rf_writer(s->relation, snag__rf_object(p));
    bool waits = false, may_read = false;
    for (; by != 0; by &= by - 1) {
        const struct snag__rf_wanted *w = &s->wanted[__builtin_ctz(by)];
        const struct snag__rf_constraint *k = &w->constraint;
        if (event != k->reader) {
            if (!w->met && holds_writer(k, last)) {
                return true;
            }
        } else if (k->negative) {
            if (k->skips == 0 && last == k->writer) {
                return true;
            }
        } else if (k->skips == 0) {
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
           snag__conflict(p, &s->happened);
}

static inline uint32_t draw_score(struct snag__rf_steering *s) {
    return (uint32_t)(snag__prng_next(s->prng) >> 32) | SCORES_LOW;
}

/* Does it stand where it was seen to stand? */
static inline bool stands_there(const struct snag__rf_steering *s, const struct snag__rf_stand *st,
                                const struct snag_pending *p) {
    return st->ordinal == p->ordinal && st->execution == s->execution && st->site == p->site &&
           st->op == p->op && st->sub == p->sub;
}

/* The abstract event, where that matters, and whom it concerns. */
static __attribute__((noinline)) void
recognise(struct snag__rf_steering *s, struct snag__rf_stand *st, const struct snag_pending *p) {
    struct snag__rf_relation *r = s->relation;
    if (s->unmet == 0) {
        catch_up(s);
    }
    uint32_t event = snag__rf_event(r, p->kind, p->site);
    st->event = (uint8_t)event;
    if (s->unmet == 0) {
        return;
    }
    struct snag__rf_concern *c = &s->concerns[event];
    if (c->classes != r->classes) {
        *c = (struct snag__rf_concern){.classes = r->classes, .set = concerns(s, event)};
    }
    st->concerns = c->set;
}

static inline struct snag__rf_stand *stand_of(struct snag__rf_steering *s, uint64_t v,
                                              const struct snag_pending *p) {
    struct snag__rf_stand *st = &s->stands[v];
    if (stands_there(s, st, p)) {
        if (raced(s, p)) {
            st->score = draw_score(s);
        }
        return st;
    }
    /* As in candidates.h: of those whom only time lets go on, half give way to all. */
    bool gives_way = p->timed_out && snag__prng_below(s->prng, 2) == 0;
    *st = (struct snag__rf_stand){.execution = s->execution,
                                  .ordinal = p->ordinal,
                                  .site = p->site,
                                  .op = p->op,
                                  .sub = p->sub,
                                  .score = gives_way ? --s->lowest : draw_score(s),
                                  .event = SNAG__RF_OTHER};
    if (snag__rf_does[p->kind] != 0 && (s->unmet != 0 || (p->object & SNAG_PENDING_MEMORY) != 0)) {
        recognise(s, st, p);
    }
    return st;
}

/* Of those who are held back, or of the others, the one with the highest score. */
struct best {
    uint64_t score; /* + 1; 0: there is none */
    uint32_t vthread;
};

static inline void consider(struct best *b, uint64_t v, uint32_t score) {
    uint64_t better = (uint64_t)score + 1;
    if (better > b->score) {
        *b = (struct best){.vthread = (uint32_t)v, .score = better};
    }
}

/* Nobody is held back unless `steers`. */
static inline __attribute__((always_inline)) uint32_t
best_of(struct snag__rf_steering *s, const struct snag_choice *c, uint32_t words, bool steers) {
    struct best free = {.score = 0}, held = {.score = 0};
    SNAG__EACH_OF(c->set, words, v) {
        const struct snag_pending *p = snag__pending(v);
        struct snag__rf_stand *st = stand_of(s, v, p);
        if (v == c->current && !c->current_enabled && !p->timed_out) {
            st->score = --s->lowest; /* it gives way: to all, or those who spin run for ever */
        }
        uint32_t by = steers ? st->concerns & ~s->over : 0;
        if (by != 0 && is_held_back(s, p, st->event, by)) {
            consider(&held, v, st->score);
        } else {
            consider(&free, v, st->score);
        }
    }
    if (held.score == 0) {
        return free.vthread;
    }
    if (++s->waited > s->patience) {
        s->unmet = 0;
    }
    /* That time passes early may be what brings about what is wanted, or go on for ever. */
    bool idle = free.score == 0 ||
                (snag__pending(free.vthread)->timed_out && snag__prng_below(s->prng, 2) == 0);
    return idle ? held.vthread : free.vthread;
}

static inline __attribute__((always_inline)) uint32_t
next(struct snag__rf_steering *s, const struct snag_choice *c, uint32_t words) {
    uint32_t picked = s->unmet != 0 ? best_of(s, c, words, true) : best_of(s, c, words, false);
    takes_place(s, picked);
    return picked;
}

static __attribute__((noinline)) uint32_t next_of_many(struct snag__rf_steering *s,
                                                       const struct snag_choice *c) {
    return next(s, c, c->words);
}

uint32_t snag__rf_next(struct snag__rf_steering *s, const struct snag_choice *c) {
    if (s->unmet != 0) {
        read_on(s, snag__recorder->events, snag__recorder->events_count);
    }
    return snag__is_usual(c) ? next(s, c, 1) : next_of_many(s, c);
}
