/* corpus.c: abstract schedules: kept, chosen by rarity, mutated. See corpus.h.
 *
 * As in Wolff et al. 2024 (reads_from.c) a schedule is kept if its execution showed a pair of
 * reader and writer that none had shown. Deviations: one that showed a new combination of known
 * pairs is kept, too, while there is room; energy is not a number of mutants but a tournament, in
 * which of two the one wins whose combination is rarer and that was tried less, which takes no sums
 * over the corpus; and constraints are drawn by tournament as well, positive ones in favour of
 * pairs that are seldom seen and seldom tried, negative ones in favour of those that are seen
 * often.
 */
#include "sched/strategy/reads_from/corpus.h"

void snag__rf_corpus_forget(struct snag__rf_corpus *c) {
    c->count = 1;
    c->age++;
    c->kept[0].tried = 0;
}

/* ---- combinations ---- */

static struct snag__rf_shown *entry_of(struct snag__rf_corpus *c, uint64_t shown) {
    return &c->shown[shown % SNAG__RF_SHOWN];
}

static uint32_t times_shown(struct snag__rf_corpus *c, uint64_t shown) {
    const struct snag__rf_shown *e = entry_of(c, shown);
    return e->age == c->age && e->shown == shown ? e->count : 0;
}

/* Returns how many executions showed it before. */
static uint32_t count_shown(struct snag__rf_corpus *c, uint64_t shown) {
    struct snag__rf_shown *e = entry_of(c, shown);
    uint32_t before = times_shown(c, shown);
    *e = (struct snag__rf_shown){.shown = shown, .age = c->age, .count = before + 1};
    return before;
}

/* ---- constraints ---- */

/* Of a pair that is never seen, before it counts as one that cannot be; but to one draw in so many
 * nothing does. */
enum { TRIES = 3, HOPES_ONE_IN = 8 };

enum sort { HOPELESS, SEEN, UNTRIED };

/* A pair for a constraint. */
struct draw {
    uint8_t reader, writer;
    enum sort sort;
    uint32_t seen; /* executions */
};

static enum sort sort_of(const struct snag__rf_pair *p, bool hopes) {
    if (p->seen != 0) {
        return SEEN;
    }
    return hopes || p->tried < TRIES ? UNTRIED : HOPELESS;
}

/* Of the writers that any reader may read from, one of the best sort. False: it reads from one in
 * any case. */
static bool draw_pair(const struct snag__rf_relation *r, struct snag__prng *prng,
                      struct draw *out) {
    uint8_t reader = r->reader[snag__prng_below(prng, r->readers)];
    uint32_t writers = 0, as_good = 0;
    bool hopes = snag__prng_below(prng, HOPES_ONE_IN) == 0;
    for (uint32_t w = SNAG__RF_START; w < r->count; w++) {
        if (!snag__rf_plausible(r, reader, w)) {
            continue;
        }
        const struct snag__rf_pair *p = &r->pairs[reader][w];
        enum sort sort = sort_of(p, hopes);
        writers++;
        if (as_good == 0 || sort > out->sort) {
            as_good = 0;
        } else if (sort < out->sort) {
            continue;
        }
        if (snag__prng_below(prng, ++as_good) == 0) {
            *out = (struct draw){
                .reader = reader, .writer = (uint8_t)w, .sort = sort, .seen = p->seen};
        }
    }
    return writers > 1;
}

/* A reader in a loop, or of several threads, may be wanted to read so only later. */
static uint16_t draw_skips(const struct snag__rf_relation *r, struct snag__prng *prng,
                           uint32_t reader) {
    uint32_t times = r->events[reader].times_most;
    if (times <= 1 || snag__prng_below(prng, 2) == 0) {
        return 0;
    }
    return (uint16_t)snag__prng_below(prng, times);
}

/* The better of two: of which less is known, or, if negative, what is seen more often. */
static bool draw_constraint(const struct snag__rf_relation *r, struct snag__prng *prng,
                            bool negative, struct snag__rf_constraint *out) {
    struct draw a, b;
    bool any = draw_pair(r, prng, &a);
    if (draw_pair(r, prng, &b)) {
        bool rarer = b.sort > a.sort || (b.sort == a.sort && b.seen < a.seen);
        a = !any || rarer != negative ? b : a;
        any = true;
    }
    if (!any || (negative && a.seen == 0)) {
        return false;
    }
    *out = (struct snag__rf_constraint){.reader = a.reader,
                                        .writer = a.writer,
                                        .negative = negative,
                                        .skips = draw_skips(r, prng, a.reader)};
    return true;
}

/* ---- mutation ---- */

enum { NEGATIVE_ONE_IN = 8, TWO_ONE_IN = 2 };

static void insert(struct snag__rf_schedule *s, const struct snag__rf_relation *r,
                   struct snag__prng *prng) {
    bool negative = snag__prng_below(prng, NEGATIVE_ONE_IN) == 0;
    if (s->count < SNAG__RF_CONSTRAINTS_MAX &&
        draw_constraint(r, prng, negative, &s->list[s->count])) {
        s->count++;
    }
}

static void drop(struct snag__rf_schedule *s, struct snag__prng *prng) {
    s->list[snag__prng_below(prng, s->count)] = s->list[s->count - 1];
    s->count--;
}

static void mutate(struct snag__rf_schedule *s, const struct snag__rf_relation *r,
                   struct snag__prng *prng) {
    enum { INSERT, INSERT_TOO, SWAP, DELETE, NEGATE, AS_IT_IS, OPERATORS };
    uint32_t by = snag__prng_below(prng, OPERATORS);
    if (by == AS_IT_IS) {
        return;
    }
    if (s->count == 0 || by <= INSERT_TOO) {
        insert(s, r, prng);
        if (snag__prng_below(prng, TWO_ONE_IN) == 0) {
            insert(s, r, prng);
        }
    } else if (by == NEGATE) {
        struct snag__rf_constraint *c = &s->list[snag__prng_below(prng, s->count)];
        c->negative = !c->negative;
    } else {
        drop(s, prng);
        if (by == SWAP) {
            insert(s, r, prng);
        }
    }
}

/* ---- the corpus ---- */

static uint32_t weariness(struct snag__rf_corpus *c, const struct snag__rf_schedule *s) {
    return s->tried + times_shown(c, s->shown);
}

static struct snag__rf_schedule *draw_kept(struct snag__rf_corpus *c, struct snag__prng *prng) {
    enum { EMPTY_ONE_IN = 3 };
    if (c->count == 1 || snag__prng_below(prng, EMPTY_ONE_IN) == 0) {
        return &c->kept[0];
    }
    struct snag__rf_schedule *a = &c->kept[1 + snag__prng_below(prng, c->count - 1)];
    struct snag__rf_schedule *b = &c->kept[1 + snag__prng_below(prng, c->count - 1)];
    return weariness(c, b) < weariness(c, a) ? b : a;
}

void snag__rf_corpus_draw(struct snag__rf_corpus *c, const struct snag__rf_relation *r,
                          struct snag__prng *prng) {
    if (c->count == 0) { /* as it was allocated */
        snag__rf_corpus_forget(c);
    }
    c->trial = (struct snag__rf_schedule){.count = 0};
    if (r->readers == 0) {
        return;
    }
    struct snag__rf_schedule *from = draw_kept(c, prng);
    from->tried++;
    c->trial = *from;
    c->trial.tried = 0;
    mutate(&c->trial, r, prng);
}

/* A pair that was wanted alone: that it did not show beside others tells nothing of it. */
static void count_try(const struct snag__rf_schedule *s, struct snag__rf_relation *r) {
    const struct snag__rf_constraint *k = &s->list[0];
    if (s->count == 1 && !k->negative) {
        struct snag__rf_pair *p = &r->pairs[k->reader][k->writer];
        p->tried += p->tried < UINT16_MAX;
    }
}

void snag__rf_corpus_saw(struct snag__rf_corpus *c, struct snag__rf_relation *r,
                         struct snag__prng *prng) {
    count_try(&c->trial, r);
    uint32_t before = count_shown(c, r->shown);
    if (c->trial.count == 0 || (!r->news && before > 0)) {
        return;
    }
    uint32_t at = c->count;
    if (at < SNAG__RF_CORPUS_MAX) {
        c->count++;
    } else if (r->news) {
        at = 1 + snag__prng_below(prng, SNAG__RF_CORPUS_MAX - 1);
    } else {
        return;
    }
    c->kept[at] = c->trial;
    c->kept[at].shown = r->shown;
}
