/* shrink.c: the loop: passes in rounds until a whole round improves nothing.
 *
 * It knows no pass but by its line in passes.def. The rule: *best changes only by an offer that
 * showed the finding at a lower cost, so it may be interrupted anywhere. When the last round ended
 * by itself, no single task, operation or choice can be removed: 1-minimal in the sense of Zeller
 * and Hildebrandt (Simplifying and isolating failure-inducing input, TSE 2002), from whose ddmin we
 * differ in trying complements only (subsets rarely hold all the parties of a concurrency bug).
 */
#include "shrink/pass.h"

#include "sched/schedule.h"

#include <stdlib.h>
#include <string.h>

enum { SEEN_SLOTS_FIRST = 1024 };

/* Hashes of the candidates that did not improve, and of the bests: a round after the last change
 * costs nothing. 0 marks a free slot. */
struct seen {
    uint64_t *slots;
    uint32_t used, size; /* size: a power of two */
};

struct snag__shrinker {
    struct snag__shrink_case *best;
    const struct snag__shrink_options *options;
    struct snag__cost cost;             /* of best */
    struct snag__shrink_case candidate; /* being edited */
    struct seen seen;
    uint32_t tries;
    const char *pass;
    bool no_memory;
};

static uint64_t hash_of(const struct snag__shrink_case *c) {
    uint64_t h = snag__schedule_hash(&c->schedule);
    if (c->has_program)
        h = h * UINT64_C(0x9e3779b97f4a7c15) + snag__program_hash(&c->program);
    return h != 0 ? h : 1;
}

static uint64_t *seen_slot(const struct seen *seen, uint64_t hash) {
    uint32_t i = (uint32_t)(hash >> 32) & (seen->size - 1);
    while (seen->slots[i] != 0 && seen->slots[i] != hash)
        i = (i + 1) & (seen->size - 1);
    return &seen->slots[i];
}

static bool seen_has(const struct seen *seen, uint64_t hash) {
    return seen->size != 0 && *seen_slot(seen, hash) == hash;
}

/* Lack of memory only costs tries. */
static void seen_add(struct seen *seen, uint64_t hash) {
    if (seen->used * 2 >= seen->size) {
        struct seen bigger = {.size = seen->size != 0 ? seen->size * 2 : SEEN_SLOTS_FIRST};
        bigger.slots = calloc(bigger.size, sizeof *bigger.slots);
        if (bigger.slots == NULL)
            return;
        for (uint32_t i = 0; i < seen->size; i++)
            if (seen->slots[i] != 0)
                *seen_slot(&bigger, seen->slots[i]) = seen->slots[i];
        bigger.used = seen->used;
        free(seen->slots);
        *seen = bigger;
    }
    *seen_slot(seen, hash) = hash;
    seen->used++;
}

const struct snag__shrink_case *snag__shrink_best(const struct snag__shrinker *s) {
    return s->best;
}

const struct snag_impl *snag__shrink_impl(const struct snag__shrinker *s) {
    return s->options->impl;
}

bool snag__shrink_over(const struct snag__shrinker *s) {
    const struct snag__shrink_options *o = s->options;
    return s->no_memory || (o->tries_max != 0 && s->tries >= o->tries_max) ||
           (o->stop != NULL && o->stop(o->context));
}

static void report_progress(struct snag__shrinker *s) {
    if (s->options->progress == NULL)
        return;
    const struct snag__shrink_case *c = s->best;
    struct snag__shrink_progress p = {
        .tries = s->tries,
        .tasks = c->has_program ? c->program.tasks : 0,
        .ops = c->has_program ? c->program.first[c->program.tasks] : 0,
        .choices = c->schedule.count,
        .pass = s->pass,
    };
    s->options->progress(s->options->context, &p);
}

struct snag__shrink_case *snag__shrink_candidate(struct snag__shrinker *s) {
    if (snag__shrink_over(s))
        return NULL;
    struct snag__shrink_case *c = &s->candidate;
    c->has_program = s->best->has_program;
    if (c->has_program)
        c->program = s->best->program;
    if (!snag__schedule_copy(&c->schedule, &s->best->schedule)) {
        s->no_memory = true;
        return NULL;
    }
    return c;
}

static bool legal(const struct snag__shrinker *s, const struct snag__shrink_case *c) {
    struct snag_error e;
    return !c->has_program || snag__program_check(&c->program, s->options->impl, &e) == SNAG_ERR_OK;
}

/* Runs the candidate; its schedule becomes the one really taken. */
static bool shows(struct snag__shrinker *s) {
    struct snag__shrink_case *c = &s->candidate;
    s->tries++;
    return s->options->try(s->options->context, c->has_program ? &c->program : NULL, &c->schedule);
}

static void keep(struct snag__shrinker *s) {
    struct snag_schedule old = s->best->schedule;
    s->best->schedule = s->candidate.schedule;
    s->candidate.schedule = old; /* its memory serves the next candidate */
    if (s->best->has_program)
        s->best->program = s->candidate.program;
    snag__cost_of(&s->cost, s->best, s->options->impl);
    seen_add(&s->seen, hash_of(s->best));
    report_progress(s);
}

bool snag__shrink_offer(struct snag__shrinker *s) {
    struct snag__shrink_case *c = &s->candidate;
    if (snag__shrink_over(s) || !legal(s, c))
        return false;
    /* Its cost is judged after the run: the schedule really taken may be shorter than proposed. */
    uint64_t hash = hash_of(c);
    if (seen_has(&s->seen, hash))
        return false;
    if (shows(s)) {
        struct snag__cost cost;
        snag__cost_of(&cost, c, s->options->impl);
        if (snag__cost_compare(&cost, &s->cost) < 0) {
            keep(s);
            return true;
        }
    }
    seen_add(&s->seen, hash);
    return false;
}

bool snag__shrink_chop(struct snag__shrinker *s, uint32_t largest,
                       uint32_t (*count)(const struct snag__shrink_case *c),
                       bool (*remove)(struct snag__shrinker *s, uint32_t first, uint32_t n)) {
    bool improved = false;
    for (uint32_t size = largest; size > 0; size /= 2) {
        for (uint32_t end = count(s->best); end > 0 && !snag__shrink_over(s);) {
            uint32_t first = end > size ? end - size : 0;
            if (remove(s, first, end - first)) {
                improved = true;
                uint32_t left = count(s->best);
                end = first < left ? first : left;
            } else {
                end = first;
            }
        }
    }
    return improved;
}

bool snag__shrink_towards(struct snag__shrinker *s, snag__shrink_set *set, const void *where,
                          int64_t from, int64_t to) {
    bool improved = false;
    int64_t shown = from, refused = to; /* `refused` is tried first */
    for (int64_t probe = to; shown != probe;) {
        struct snag__shrink_case *c = snag__shrink_candidate(s);
        if (c == NULL)
            break;
        set(c, where, probe);
        if (snag__shrink_offer(s)) {
            improved = true;
            shown = probe;
        } else {
            refused = probe;
        }
        /* Halfway without overflow; it meets `refused` when they are neighbours. */
        uint64_t gap = shown > refused ? (uint64_t)shown - (uint64_t)refused
                                       : (uint64_t)refused - (uint64_t)shown;
        if (gap <= 1)
            break;
        probe =
            (int64_t)(shown > refused ? (uint64_t)refused + gap / 2 : (uint64_t)refused - gap / 2);
    }
    return improved;
}

static const struct {
    const char *text;
    bool (*run)(struct snag__shrinker *s);
} passes[] = {
#define X(id, text) {text, snag__shrink_##id},
#include "shrink/passes.def"
#undef X
};

uint32_t snag__shrink(struct snag__shrink_case *c, const struct snag__shrink_options *options) {
    struct snag__shrinker s = {.best = c, .options = options, .pass = "first run"};
    snag__cost_of(&s.cost, c, options->impl);
    /* The case itself: what does not show the finding now cannot be shrunk for it. The schedule
     * really taken may say the same with fewer entries. */
    bool improved = snag__shrink_candidate(&s) != NULL && shows(&s);
    if (improved) {
        struct snag__cost cost;
        snag__cost_of(&cost, &s.candidate, options->impl);
        if (snag__cost_compare(&cost, &s.cost) <= 0)
            keep(&s);
    }
    while (improved && !snag__shrink_over(&s)) {
        improved = false;
        for (size_t i = 0; i < sizeof passes / sizeof passes[0] && !snag__shrink_over(&s); i++) {
            s.pass = passes[i].text;
            report_progress(&s);
            improved |= passes[i].run(&s);
        }
    }
    snag__schedule_free(&s.candidate.schedule);
    free(s.seen.slots);
    return s.tries;
}
