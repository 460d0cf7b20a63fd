/* summary.c: the table of distinct findings, and the figures beneath it.
 *
 *     kv/scattered-locks (fast): 1 finding in 20,000 schedules, the first in schedule 12
 *
 *       kind               rule  first in     times
 *       -----------------  ----  --------  --------
 *     1 deadlock           R4          12     1,024
 *         kv_move holding kv_move's lock / kv_move holding kv_move's lock
 *         snag-out/kv-scattered-locks/deadlock-5d1e.repro
 *
 * The rule: what happened stands before what might; within a grade, in the order of discovery.
 */
#include "report/summary.h"

#include "base/text.h"
#include "finding/key.h"
#include "report/sheet.h"
#include "report/summary_calls.h"
#include "report/summary_walk.h"
#include "report/summary_yield.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <string.h>

enum { NUMBER = SNAG__GROUPED_BYTES, CHANCE = 64, LINE = 1024 };

static size_t count_of(const struct snag__summary *s, enum snag_grade grade, bool known) {
    size_t n = 0;
    for (size_t i = 0; i < s->findings_count; i++) {
        const struct snag__ledger_entry *e = s->findings[i].entry;
        n += e->grade == grade && (e->standing == SNAG__KNOWN) == known &&
             e->standing != SNAG__UNREPRODUCED;
    }
    return n;
}

/* "fast, tsan" */
static const char *flavours(const struct snag__summary *s, char text[LINE]) {
    int at = snprintf(text, LINE, "%s", s->flavour);
    for (size_t i = 1; i < s->turns_count; i++)
        at += snprintf(text + at, LINE - (size_t)at, ", %s", s->turns[i].flavour);
    return text;
}

/* " (1,200 in fast, 34 in tsan)"; "" for one flavour. */
static const char *shares(const struct snag__summary *s, char text[LINE]) {
    char n[NUMBER];
    int at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < s->turns_count && s->turns_count > 1; i++)
        at += snprintf(text + at, LINE - (size_t)at, "%s%s in %s%s", i == 0 ? " (" : ", ",
                       snag__grouped(s->turns[i].executions, n), s->turns[i].flavour,
                       i + 1 == s->turns_count ? ")" : "");
    return text;
}

/* How many schedules came to their end within the bounds, of *counted; that some lock orders were
 * not noted cuts none short. */
static uint64_t ended(const struct snag__summary *s, uint64_t *counted) {
    *counted = 0;
    for (size_t i = 0; i < SNAG_LIMIT_KINDS; i++)
        *counted += s->limits[i];
    return s->limits[SNAG_NO_LIMIT] + s->limits[SNAG_LIMIT_LOCK_ORDER];
}

/* Which bound cut most of them short. */
static enum snag_limit worst_limit(const struct snag__summary *s) {
    size_t worst = SNAG_LIMIT_STEPS;
    for (size_t i = SNAG_LIMIT_STEPS; i < SNAG_LIMIT_KINDS; i++)
        if (i != SNAG_LIMIT_LOCK_ORDER && s->limits[i] > s->limits[worst])
            worst = i;
    return (enum snag_limit)worst;
}

/* " in 2,000 schedules", or, where silence rests on few of them or none, how many. */
static int schedules_words(const struct snag__summary *s, bool found, char *text, size_t room) {
    char n[NUMBER], m[NUMBER], some[LINE];
    uint64_t counted, done = ended(s, &counted);
    const char *plural = s->executions == 1 ? "" : "s";
    (void)snag__grouped(s->executions, n);
    (void)shares(s, some);
    if (found || done >= counted - done)
        return snprintf(text, room, " in %s schedule%s%s", n, plural, some);
    enum snag_limit worst = worst_limit(s);
    int at = done == 0 ? snprintf(text, room, ", but none of %s schedule%s%s came to its end", n,
                                  plural, some)
                       : snprintf(text, room, ", but only %s of %s schedules%s came to %s end",
                                  snag__grouped(done, m), n, some, done == 1 ? "its" : "their");
    return at + snprintf(text + at, room - (size_t)at, ": %s ran out of %s",
                         snag__grouped(s->limits[worst], m), snag_limit_text(worst));
}

static void print_title(FILE *out, const struct snag__summary *s, uint32_t columns, bool colour) {
    char n[NUMBER], some[LINE], text[4 * LINE];
    size_t found = count_of(s, SNAG_GRADE_FINDING, false);
    size_t hazards = count_of(s, SNAG_GRADE_HAZARD, false);
    size_t known = count_of(s, SNAG_GRADE_FINDING, true) + count_of(s, SNAG_GRADE_HAZARD, true);
    int at = snprintf(text, sizeof text, "%s (%s): ", s->target, flavours(s, some));
    at += found == 0 ? snprintf(text + at, sizeof text - (size_t)at, "no finding")
                     : snprintf(text + at, sizeof text - (size_t)at, "%zu finding%s", found,
                                found == 1 ? "" : "s");
    if (hazards > 0)
        at += snprintf(text + at, sizeof text - (size_t)at, ", %zu hazard%s", hazards,
                       hazards == 1 ? "" : "s");
    if (known > 0)
        at += snprintf(text + at, sizeof text - (size_t)at, ", %zu already known", known);
    at += schedules_words(s, found > 0, text + at, sizeof text - (size_t)at);
    if (s->first_finding != 0)
        (void)snprintf(text + at, sizeof text - (size_t)at, ", the first in schedule %s%s%s",
                       snag__grouped(s->first_finding, n), s->turns_count > 1 ? " of " : "",
                       s->turns_count > 1 ? s->first_flavour : "");
    (void)fputs(snag__style_on(colour, SNAG__BOLD), out);
    snag__wrap(out, text, 0, 4, columns);
    (void)fputs(snag__style_off(colour, SNAG__BOLD), out);
}

/* The key without its kind, which stands beside it, shortened to the line. */
static void print_key(FILE *out, const struct snag__ledger_entry *e, uint32_t columns) {
    const char *key = e->key, *kind = snag_finding_name(e->kind);
    size_t skip = strlen(kind), room = columns - 4;
    if (strncmp(key, kind, skip) == 0 && key[skip] == ':')
        key += skip + 1 + (key[skip + 1] == ' ');
    size_t length = strlen(key);
    if (strcmp(key, kind) == 0)
        return;
    if (length > room)
        (void)fprintf(out, "    %.*s...\n", (int)room - 3, key);
    else if (length > 0)
        (void)fprintf(out, "    %s\n", key);
}

/* The finding that is the harm of hazard `e`; NULL: none was found. `number`: its row, findings
 * first. */
static const struct snag__ledger_entry *
harm_of(const struct snag__summary *s, const struct snag__ledger_entry *e, size_t *number) {
    *number = 0;
    for (size_t i = 0; i < s->findings_count; i++) {
        const struct snag__ledger_entry *harm = s->findings[i].entry;
        *number += harm->grade == SNAG_GRADE_FINDING;
        if (snag__finding_is_harm(harm->kind, harm->key, e->kind, e->key))
            return harm;
    }
    return NULL;
}

/* Does the row of its harm have the same words? */
static bool stands_elsewhere(const struct snag__summary *s, const struct snag__ledger_entry *e) {
    size_t number;
    const struct snag__ledger_entry *harm = harm_of(s, e, &number);
    const char *there = harm != NULL ? strchr(harm->key, ':') : NULL, *here = strchr(e->key, ':');
    return there != NULL && here != NULL && strcmp(there, here) == 0;
}

/* "  hazard, see 1, known": what is out of the ordinary. */
static void standing_words(const struct snag__summary *s, const struct snag__ledger_entry *e,
                           char *text, size_t room) {
    size_t harm, at = 0;
    if (e->grade != SNAG_GRADE_FINDING)
        at += (size_t)snprintf(text, room, "  %s", snag_grade_name(e->grade));
    if (harm_of(s, e, &harm) != NULL)
        at += (size_t)snprintf(text + at, room - at, ", see %zu", harm);
    if (e->standing != SNAG__NEW)
        (void)snprintf(text + at, room - at, "%s%s", at == 0 ? "  " : ", ",
                       snag__standing_name(e->standing));
}

static void print_finding(FILE *out, const struct snag__summary *s,
                          const struct snag__summary_finding *f, size_t number, uint32_t columns,
                          bool colour) {
    const struct snag__ledger_entry *e = f->entry;
    char first[NUMBER], times[NUMBER], standing[SNAG__NAME] = "";
    (void)(s->turns_count > 1 ? strcpy(times, e->flavour) : snag__grouped(f->times, times));
    standing_words(s, e, standing, sizeof standing);
    (void)fprintf(out, "%s%2zu %-20s %-4s %11s %11s%s%s\n", snag__style_on(colour, SNAG__BAD),
                  number, snag_finding_name(e->kind), e->rule, snag__grouped(e->executions, first),
                  f->times != 0 || s->turns_count > 1 ? times : "", standing,
                  snag__style_off(colour, SNAG__BAD));
    if (!stands_elsewhere(s, e))
        print_key(out, e, columns);
    if (e->repro[0] != '\0') {
        (void)fprintf(out, "    %s\n", e->repro);
    } else if (e->grade == SNAG_GRADE_HINT) { /* of all executions together: no repro tells more */
        snag__wrap(out, snag_finding_help(e->kind), 4, 4, columns);
    }
}

static void print_table(FILE *out, const struct snag__summary *s, uint32_t columns, bool colour) {
    size_t number = 0;
    if (s->findings_count == 0)
        return;
    (void)fprintf(out, "\n%s   %-20s %-4s %11s %11s\n   %.20s %.4s %.11s %.11s%s\n",
                  snag__style_on(colour, SNAG__DIM), "kind", "rule", "first in",
                  s->turns_count > 1 ? "flavour" : "times", /* each counts its own schedules */
                  "--------------------", "----", "-----------", "-----------",
                  snag__style_off(colour, SNAG__DIM));
    for (int grade = SNAG_GRADE_FINDING; grade <= SNAG_GRADE_HINT; grade++)
        for (size_t i = 0; i < s->findings_count; i++)
            if (s->findings[i].entry->grade == (enum snag_grade)grade)
                print_finding(out, s, &s->findings[i], ++number, columns, colour);
}

static void print_overlaps(FILE *out, const struct snag__summary *s, uint32_t columns) {
    char text[LINE];
    int at = snprintf(text, sizeof text, "overlaps:  %u of %u pairs of operations%s", s->pairs_seen,
                      s->pairs, s->pairs_seen < s->pairs ? "; never:" : "");
    for (uint32_t i = 0; i < s->pairs - s->pairs_seen && at < LINE; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, " %s", s->pairs_missing[i]);
    snag__wrap(out, text, 0, 11, columns);
}

/* "2,489, 4,925, 9,702, 19,118" */
static const char *series(const uint64_t *points, unsigned count, char text[LINE]) {
    char n[NUMBER];
    int at = 0;
    for (unsigned i = 0; i < count; i++)
        at += snprintf(text + at, LINE - (size_t)at, "%s%s", i == 0 ? "" : ", ",
                       snag__grouped(points[i], n));
    return text;
}

/* "about 0.82", "about 1 in 540", "less than 1 in 2,140": of so many looks. */
static const char *chance(double p, uint64_t looks, char text[CHANCE]) {
    char n[NUMBER];
    double rarest = 1.0 / (double)looks;
    if (p >= 0.995)
        (void)snprintf(text, CHANCE, "nearly 1");
    else if (p >= 0.05)
        (void)snprintf(text, CHANCE, "about %.2f", p);
    else
        (void)snprintf(text, CHANCE, "%s 1 in %s", p < rarest / 2 ? "less than" : "about",
                       snag__grouped((uint64_t)(1.0 / (p < rarest / 2 ? rarest : p) + 0.5), n));
    return text;
}

/* How the search stands, by its interleavings: programs are drawn at random, so that nearly every
 * trace is a new one for as long as anybody looks. */
static const char *standing_of_search(const struct snag__discovery *d) {
    const double far = 0.05, near = 0.001;
    return d->new_pair < near && (double)d->sampled * near < 1 ? "too few schedules to say more"
           : d->new_pair >= far                                ? "the search is far from done"
           : d->new_pair >= near                               ? "there is more to find"
                                                               : "interleavings have levelled off";
}

static void print_discovery(FILE *out, const struct snag__discovery *d, bool several,
                            uint32_t columns) {
    char text[4 * LINE], traces[LINE], pairs[LINE], pair[CHANCE], trace[CHANCE];
    (void)snprintf(text, sizeof text,
                   "discovery: after %sall of the schedules%s%s: %s different interleavings; %s "
                   "traces",
                   d->points > 1 ? "1/8, 1/4, 1/2 and " : "", several ? " in " : "",
                   several ? d->flavour : "", series(d->pairs, d->points, pairs),
                   series(d->traces, d->points, traces));
    snag__wrap(out, text, 0, 11, columns);
    (void)snprintf(
        text, sizeof text,
        "unseen:    the next schedule%s%s would show an interleaving not seen before with "
        "probability %s, a trace with %s: %s",
        several ? " in " : "", several ? d->flavour : "", chance(d->new_pair, d->sampled, pair),
        chance(d->new_trace, d->schedules, trace), standing_of_search(d));
    snag__wrap(out, text, 0, 11, columns);
}

/* How many hazards there are, and of how many the harm was found. */
static void print_pursuits(FILE *out, const struct snag__summary *s, uint32_t columns) {
    char a[NUMBER], text[LINE];
    size_t number;
    uint32_t hazards = 0, harms = 0;
    for (size_t i = 0; i < s->findings_count; i++) {
        const struct snag__ledger_entry *e = s->findings[i].entry;
        hazards += e->grade == SNAG_GRADE_HAZARD;
        harms += e->grade == SNAG_GRADE_HAZARD && harm_of(s, e, &number) != NULL;
    }
    (void)snprintf(text, sizeof text,
                   "hazards:   %s schedule%s beside these, to bring about what they warn of: done "
                   "for %u of %u",
                   snag__grouped(s->pursuits, a), s->pursuits == 1 ? "" : "s", harms, hazards);
    snag__wrap(out, text, 0, 11, columns);
}

static void print_figures(FILE *out, const struct snag__summary *s, uint32_t columns) {
    char a[NUMBER], b[NUMBER], text[LINE];
    if (s->programs != 0 || s->traces != 0 || s->pairs != 0 || s->unmodelled_count != 0 ||
        s->inputs_count != 0)
        (void)fprintf(out, "\n");
    if (s->programs != 0) {
        (void)snprintf(text, sizeof text,
                       "programs:  about %s different, on average %.1f tasks and %.1f operations",
                       snag__grouped(s->programs, a), s->tasks_mean, s->ops_mean);
        snag__wrap(out, text, 0, 11, columns);
    }
    if (s->traces != 0) {
        char jobs[NUMBER] = "";
        if (s->jobs > 1)
            (void)snprintf(jobs, sizeof jobs, " by %u jobs", s->jobs);
        (void)snprintf(text, sizeof text,
                       "schedules: %s run%s, about %s different traces, on average %.1f scheduling "
                       "points and %.1f switches",
                       snag__grouped(s->executions, a), jobs, snag__grouped(s->traces, b),
                       s->points_mean, s->switches_mean);
        snag__wrap(out, text, 0, 11, columns);
    }
    if (s->pursuits != 0)
        print_pursuits(out, s, columns);
    if (s->pairs != 0)
        print_overlaps(out, s, columns);
    for (size_t i = 0; i < s->discoveries_count; i++)
        print_discovery(out, &s->discoveries[i], s->discoveries_count > 1, columns);
    snag__summary_unmodelled(out, s, columns);
    snag__summary_inputs(out, s, columns);
    for (uint32_t i = 1; i < SNAG_LIMIT_KINDS; i++) {
        if (s->limits[i] == 0)
            continue;
        (void)snprintf(text, sizeof text, "bounds:    %s schedule%s ran out of %s",
                       snag__grouped(s->limits[i], a), s->limits[i] == 1 ? "" : "s",
                       snag_limit_text((enum snag_limit)i));
        snag__wrap(out, text, 0, 11, columns);
    }
    if (s->unknown != 0) {
        (void)snprintf(text, sizeof text, "undecided: %s histor%s took too long to check",
                       snag__grouped(s->unknown, b), s->unknown == 1 ? "y" : "ies");
        snag__wrap(out, text, 0, 11, columns);
    }
}

void snag__summary_print(FILE *out, const struct snag__summary *s, uint32_t columns, bool colour) {
    columns = snag__sheet_columns(columns);
    print_title(out, s, columns, colour);
    print_table(out, s, columns, colour);
    if (s->walk != NULL)
        snag__summary_walk_print(out, s->walk, s->findings_count > 0, columns);
    print_figures(out, s, columns);
    snag__summary_yields(out, s, colour);
    const struct snag__ledger_entry *worst = NULL;
    for (size_t i = 0; i < s->findings_count; i++) {
        const struct snag__ledger_entry *e = s->findings[i].entry;
        if (e->repro[0] != '\0' && (worst == NULL || e->grade < worst->grade))
            worst = e;
    }
    if (worst != NULL) {
        (void)fprintf(out, "\nTo see it happen, step by step:\n    ");
        snag__print_word(out, s->command != NULL ? s->command : "snag");
        (void)fprintf(out, " replay ");
        snag__print_word(out, worst->repro);
        (void)fprintf(out, "\n");
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_count(cJSON *to, const char *name, uint64_t value) {
    char text[NUMBER];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    cJSON_AddItemToObject(to, name, cJSON_CreateRaw(text));
}

/* Two decimals: the same figure is the same text everywhere. */
static void add_mean(cJSON *to, const char *name, double value) {
    char text[NUMBER];
    (void)snprintf(text, sizeof text, "%.2f", value);
    cJSON_AddItemToObject(to, name, cJSON_CreateRaw(text));
}

static cJSON *finding_item(const struct snag__summary *s, const struct snag__summary_finding *f) {
    const struct snag__ledger_entry *e = f->entry;
    size_t number;
    const struct snag__ledger_entry *harm = harm_of(s, e, &number);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "kind", snag_finding_name(e->kind));
    cJSON_AddStringToObject(o, "grade", snag_grade_name(e->grade));
    cJSON_AddStringToObject(o, "rule", e->rule);
    cJSON_AddStringToObject(o, "key", e->key);
    if (harm != NULL)
        cJSON_AddStringToObject(o, "harm", harm->key);
    cJSON_AddStringToObject(o, "flavour", e->flavour);
    cJSON_AddStringToObject(o, "standing", snag__standing_name(e->standing));
    add_count(o, "schedule", e->executions);
    if (f->times != 0)
        add_count(o, "times", f->times);
    cJSON_AddStringToObject(o, "repro", e->repro);
    return o;
}

static void add_overlaps(cJSON *to, const struct snag__summary *s) {
    cJSON *o = cJSON_AddObjectToObject(to, "overlaps");
    add_count(o, "pairs_seen", s->pairs_seen);
    add_count(o, "pairs_possible", s->pairs);
    cJSON *missing = cJSON_AddArrayToObject(o, "missing");
    for (uint32_t i = 0; i < s->pairs - s->pairs_seen; i++)
        cJSON_AddItemToArray(missing, cJSON_CreateString(s->pairs_missing[i]));
}

static void add_series(cJSON *to, const char *name, const uint64_t *points, unsigned count) {
    cJSON *list = cJSON_AddArrayToObject(to, name);
    for (unsigned i = 0; i < count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateNumber((double)points[i]));
}

static void add_chance(cJSON *to, const char *name, double p) {
    char text[NUMBER];
    (void)snprintf(text, sizeof text, "%.6f", p);
    cJSON_AddItemToObject(to, name, cJSON_CreateRaw(text));
}

static void add_discovery(cJSON *list, const struct snag__discovery *d) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "flavour", d->flavour);
    add_count(o, "schedules", d->schedules);
    add_series(o, "interleavings", d->pairs, d->points);
    add_series(o, "traces", d->traces, d->points);
    add_chance(o, "new_interleaving", d->new_pair);
    add_chance(o, "new_trace", d->new_trace);
    cJSON_AddItemToArray(list, o);
}

static void add_coverage(cJSON *o, const struct snag__summary *s) {
    add_count(o, "programs", s->programs);
    add_count(o, "traces", s->traces);
    add_mean(o, "mean_tasks", s->tasks_mean);
    add_mean(o, "mean_ops", s->ops_mean);
    add_mean(o, "points_per_schedule", s->points_mean);
    add_mean(o, "switches_per_schedule", s->switches_mean);
    add_count(o, "undecided_histories", s->unknown);
    add_count(o, "pursuits", s->pursuits);
    uint64_t counted;
    add_count(o, "ended", ended(s, &counted));
    cJSON *limits = cJSON_AddObjectToObject(o, "limits");
    for (uint32_t i = 1; i < SNAG_LIMIT_KINDS; i++)
        if (s->limits[i] != 0)
            add_count(limits, snag_limit_text((enum snag_limit)i), s->limits[i]);
    add_overlaps(o, s);
    cJSON *discovery = cJSON_AddArrayToObject(o, "discovery");
    for (size_t i = 0; i < s->discoveries_count; i++)
        add_discovery(discovery, &s->discoveries[i]);
    snag__summary_yield_items(o, s);
}

void snag__summary_json(FILE *out, const struct snag__summary *s) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "target", s->target);
    char text_of_flavours[LINE];
    cJSON_AddStringToObject(o, "flavour", flavours(s, text_of_flavours));
    if (s->strategy != NULL)
        cJSON_AddStringToObject(o, "strategy", s->strategy);
    add_count(o, "seed", s->seed);
    add_count(o, "schedules", s->executions);
    if (s->jobs > 1)
        add_count(o, "jobs", s->jobs);
    if (s->turns_count > 1) {
        cJSON *each = cJSON_AddObjectToObject(o, "schedules_by_flavour");
        for (size_t i = 0; i < s->turns_count; i++)
            add_count(each, s->turns[i].flavour, s->turns[i].executions);
    }
    add_count(o, "first_finding", s->first_finding);
    if (s->turns_count > 1 && s->first_finding != 0)
        cJSON_AddStringToObject(o, "first_finding_flavour", s->first_flavour);
    if (!s->partial)
        add_coverage(o, s);
    snag__call_items(o, "not_modelled", s->unmodelled, s->unmodelled_count);
    if (s->inputs_count > 0)
        snag__call_items(o, "inputs", s->inputs, s->inputs_count);
    if (s->walk != NULL)
        snag__summary_walk_json(o, s->walk);
    cJSON *findings = cJSON_AddArrayToObject(o, "findings");
    for (size_t i = 0; i < s->findings_count; i++)
        cJSON_AddItemToArray(findings, finding_item(s, &s->findings[i]));
    char *text = cJSON_PrintUnformatted(o);
    (void)fputs(text != NULL ? text : "null", out);
    cJSON_free(text);
    cJSON_Delete(o);
}
