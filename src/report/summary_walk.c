/* summary_walk.c: see summary_walk.h. */
#include "report/summary_walk.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "report/sheet.h"

enum { NUMBER = SNAG__GROUPED_BYTES, LINE = 1024 };

static const char *const gap_words[] = {
#define X(id, words) words,
    SNAG__WALK_GAPS(X)
#undef X
};

/* "28,700", or "3.1e14" for what nobody counts. */
static const char *about(double n, char text[NUMBER]) {
    if (n >= 1e12)
        (void)snprintf(text, NUMBER, "%.1e", n);
    else
        (void)snag__grouped((uint64_t)(n + 0.5), text);
    return text;
}

static const struct snag__walk_bound *last(const struct snag__summary_walk *w) {
    return &w->bounds[w->bounds_count - 1];
}

uint64_t snag__walk_schedules(const struct snag__summary_walk *w) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < w->bounds_count; i++)
        n += w->bounds[i].preemptions == SNAG__WALK_UNBOUNDED ? w->bounds[i].schedules
                                                              : w->bounds[i].exactly;
    return n;
}

/* " with up to 2 preemptions"; "" */
static const char *bound_words(const struct snag__summary_walk *w, char text[LINE]) {
    uint32_t n = last(w)->preemptions;
    text[0] = '\0';
    if (n != SNAG__WALK_UNBOUNDED && !w->whole)
        (void)snprintf(text, LINE, " with up to %u preemption%s", n, n == 1 ? "" : "s");
    if (w->faults_cut)
        (void)snprintf(text + strlen(text), LINE - strlen(text), "%s up to %u fault%s",
                       text[0] != '\0' ? " and" : " with", w->faults_max,
                       w->faults_max == 1 ? "" : "s");
    return text;
}

static void print_complete(FILE *out, const struct snag__summary_walk *w, bool found,
                           uint32_t columns) {
    char text[2 * LINE], bound[LINE], n[NUMBER];
    (void)bound_words(w, bound);
    (void)snag__grouped(snag__walk_schedules(w), n);
    (void)snprintf(text, sizeof text,
                   found ? "exhaustive: all schedules%s were explored: %s%s"
                         : "exhaustive: no schedule%s fails: %s explored%s",
                   bound, n, w->whole ? ", which is all there are" : "");
    snag__wrap(out, text, 0, 12, columns);
}

static void print_stopped(FILE *out, const struct snag__summary_walk *w, uint32_t columns) {
    char text[2 * LINE], bound[LINE], n[NUMBER], of[NUMBER];
    int at = snprintf(text, sizeof text, "exhaustive: not complete: %s schedules%s",
                      snag__grouped(w->bounds_count != 0 ? last(w)->schedules : 0, n),
                      w->bounds_count != 0 ? bound_words(w, bound) : "");
    if (w->estimate > 0)
        at += snprintf(text + at, sizeof text - (size_t)at, " of about %s, %.0f %% of the tree",
                       about(w->estimate, of), 100 * w->explored);
    const char *comma = ": ";
    for (uint32_t i = 0; i < SNAG__WALK_GAP_KINDS; i++) {
        if ((w->gaps >> i & 1) != 0) {
            at += snprintf(text + at, sizeof text - (size_t)at, "%s%s", comma, gap_words[i]);
            comma = "; ";
        }
    }
    snag__wrap(out, text, 0, 12, columns);
}

static void print_bounds(FILE *out, const struct snag__summary_walk *w, uint32_t columns) {
    char text[LINE], a[NUMBER], b[NUMBER];
    for (uint32_t i = 0; i < w->bounds_count; i++) {
        const struct snag__walk_bound *k = &w->bounds[i];
        if (k->preemptions == SNAG__WALK_UNBOUNDED)
            continue;
        (void)snprintf(text, sizeof text,
                       "bound %u:    %s schedules, %s of them with just so many preemptions",
                       k->preemptions, snag__grouped(k->schedules, a),
                       snag__grouped(k->exactly, b));
        snag__wrap(out, text, 0, 12, columns);
    }
}

static void print_ways(FILE *out, const struct snag__summary_walk *w, uint32_t columns) {
    char text[LINE], a[NUMBER], b[NUMBER], c[NUMBER];
    uint64_t repeats = 0;
    for (uint32_t i = 0; i < w->bounds_count; i++)
        repeats += w->bounds[i].repeats;
    if (w->estimate > 0) {
        (void)snprintf(text, sizeof text,
                       "estimate:   about %s schedules with reduction %s, %s without, from %s "
                       "at random",
                       about(w->estimate, a), w->reduction, about(w->estimate_plain, b),
                       snag__grouped(w->probes, c));
        snag__wrap(out, text, 0, 12, columns);
    }
    if (repeats != 0) {
        (void)snprintf(text, sizeof text,
                       "repeats:    %s given up when all that followed had been "
                       "seen",
                       snag__grouped(repeats, a));
        snag__wrap(out, text, 0, 12, columns);
    }
    if (w->points != NULL) {
        (void)snprintf(text, sizeof text, "points:     only where --points %s has them", w->points);
        snag__wrap(out, text, 0, 12, columns);
    }
}

void snag__summary_walk_print(FILE *out, const struct snag__summary_walk *w, bool found,
                              uint32_t columns) {
    (void)fprintf(out, "\n");
    if (w->gaps == 0 && w->bounds_count != 0)
        print_complete(out, w, found, columns);
    else
        print_stopped(out, w, columns);
    print_bounds(out, w, columns);
    print_ways(out, w, columns);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_count(cJSON *to, const char *name, uint64_t value) {
    char text[NUMBER];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    cJSON_AddItemToObject(to, name, cJSON_CreateRaw(text));
}

static void add_bound(cJSON *to, const char *name, uint32_t preemptions) {
    if (preemptions == SNAG__WALK_UNBOUNDED)
        (void)cJSON_AddNullToObject(to, name);
    else
        add_count(to, name, preemptions);
}

void snag__summary_walk_json(cJSON *to, const struct snag__summary_walk *w) {
    cJSON *o = cJSON_AddObjectToObject(to, "exhaustive");
    (void)cJSON_AddBoolToObject(o, "complete", w->gaps == 0 && w->bounds_count != 0);
    (void)cJSON_AddBoolToObject(o, "whole", w->gaps == 0 && w->whole && !w->faults_cut);
    (void)cJSON_AddStringToObject(o, "reduction", w->reduction);
    add_bound(o, "preemptions", w->bounds_count != 0 ? last(w)->preemptions : SNAG__WALK_UNBOUNDED);
    add_count(o, "schedules", snag__walk_schedules(w));
    (void)cJSON_AddNumberToObject(o, "estimate", w->estimate);
    (void)cJSON_AddNumberToObject(o, "estimate_plain", w->estimate_plain);
    add_count(o, "probes", w->probes);
    (void)cJSON_AddNumberToObject(o, "explored", w->explored);
    add_count(o, "restarts", w->restarts);
    add_count(o, "limited", w->limited);
    (void)cJSON_AddBoolToObject(o, "faults_cut", w->faults_cut);
    add_count(o, "faults_max", w->faults_max);
    cJSON *gaps = cJSON_AddArrayToObject(o, "gaps");
    for (uint32_t i = 0; i < SNAG__WALK_GAP_KINDS; i++)
        if ((w->gaps >> i & 1) != 0)
            (void)cJSON_AddItemToArray(gaps, cJSON_CreateString(gap_words[i]));
    cJSON *bounds = cJSON_AddArrayToObject(o, "bounds");
    for (uint32_t i = 0; i < w->bounds_count; i++) {
        cJSON *b = cJSON_CreateObject();
        add_bound(b, "preemptions", w->bounds[i].preemptions);
        add_count(b, "schedules", w->bounds[i].schedules);
        add_count(b, "exactly", w->bounds[i].exactly);
        add_count(b, "repeats", w->bounds[i].repeats);
        (void)cJSON_AddItemToArray(bounds, b);
    }
}
