/* doctor.c: `doctor`: how much of a program is under control, and what is not.
 *
 * It runs some schedules to see what they do, and judges none of them. A pure function of its
 * options. The rule: what is said of the code is so of this executable, whatever its source says;
 * what is said of a run was seen in one.
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/event_class.h"
#include "base/prng.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "exec/shared.h"
#include "exec/unmodelled.h"
#include "invoke.h"
#include "report/sheet.h"
#include "report/summary_calls.h"
#include "session.h"

enum { LOOKS = 100, TEXT = 4096, INDENT = 4 };

struct seen {
    uint64_t runs, points, events[SNAG_EVENT_KINDS], limits[SNAG_LIMIT_KINDS];
    uint32_t threads; /* at most in one run */
    uint64_t findings;
};

static void look(struct seen *seen, const struct snag_verdict *v) {
    uint32_t count;
    const struct snag_event *events = snag__exec_events(&count);
    seen->runs++;
    seen->points += v->points;
    seen->limits[v->limit]++;
    seen->findings += v->findings_count > 0 && v->findings[0].grade == SNAG_GRADE_FINDING;
    if (snag__exec_vthreads() > seen->threads)
        seen->threads = snag__exec_vthreads();
    for (uint32_t i = 0; i < count; i++)
        seen->events[events[i].kind]++;
}

static void run(struct snag__session *s, struct seen *seen) {
    snag__recorder->watching = 1;
    for (uint64_t i = 0; i < LOOKS; i++) {
        struct snag_verdict v;
        snag__recorder->executions = i + 1;
        if (i == 0)
            snag__session_first(s, NULL, 0, NULL, 0, &v);
        else
            snag__session_search(s, s->walk, NULL, 0, snag__mix64(s->options->seed + i), false, &v);
        look(seen, &v);
    }
    snag__recorder->watching = 0;
}

static bool is_point(unsigned kind) {
    return snag__event_class(kind) == SNAG__EVENT_SYNC ||
           snag__event_class(kind) == SNAG__EVENT_ATOMIC;
}

/* ---- as JSON ---- */

static void add_lines(cJSON *to, const char *name, const char *lines) {
    cJSON *array = cJSON_AddArrayToObject(to, name);
    for (const char *at = lines; *at != '\0';) {
        int length = (int)strcspn(at, "\n");
        char line[TEXT];
        (void)snprintf(line, sizeof line, "%.*s", length, at);
        cJSON_AddItemToArray(array, cJSON_CreateString(line));
        at += length + (at[length] == '\n');
    }
}

static void add_run(cJSON *to, const struct seen *seen) {
    cJSON_AddNumberToObject(to, "schedules", (double)seen->runs);
    cJSON_AddNumberToObject(to, "threads", seen->threads);
    cJSON_AddNumberToObject(to, "points", (double)seen->points / (double)seen->runs);
    cJSON *kinds = cJSON_AddObjectToObject(to, "points_by_kind");
    for (unsigned k = 0; k < SNAG_EVENT_KINDS; k++)
        if (is_point(k) && seen->events[k] > 0)
            cJSON_AddNumberToObject(kinds, snag_event_verb((enum snag_event_kind)k),
                                    (double)seen->events[k] / (double)seen->runs);
    cJSON *limits = cJSON_AddObjectToObject(to, "limits");
    for (unsigned k = 1; k < SNAG_LIMIT_KINDS; k++)
        if (seen->limits[k] > 0)
            cJSON_AddNumberToObject(limits, snag_limit_text((enum snag_limit)k),
                                    (double)seen->limits[k]);
    cJSON_AddNumberToObject(to, "with_finding", (double)seen->findings);
}

static void print_json(const struct seen *seen) {
    size_t count;
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "target", snag__target_name);
    cJSON_AddStringToObject(o, "flavour", snag__target_flavour);
    add_run(o, seen);
    const struct snag__unmodelled *list = snag__controlled(&count);
    snag__call_items(o, "controlled", list, count);
    list = snag__unmodelled(&count);
    snag__call_items(o, "not_modelled", list, count);
    list = snag__inputs(&count);
    snag__call_items(o, "inputs", list, count);
    cJSON *libraries = cJSON_AddArrayToObject(o, "shared_libraries");
    const struct snag__shared *shared = snag__shared(&count);
    for (size_t i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "name", shared[i].name);
        cJSON_AddStringToObject(item, "escapes", shared[i].escapes);
        cJSON_AddItemToArray(libraries, item);
    }
    add_lines(o, "not_instrumented", snag__not_instrumented);
    char *text = cJSON_PrintUnformatted(o);
    puts(text != NULL ? text : "{}");
    free(text);
    cJSON_Delete(o);
}

/* ---- as text ---- */

static uint32_t columns;

/* One paragraph under a heading; `say` "" leaves it out. */
static void paragraph(const char *heading, const char *say) {
    if (say[0] == '\0')
        return;
    printf("\n  %s\n", heading);
    snag__wrap(stdout, say, INDENT, INDENT, columns);
}

static void print_points(const struct seen *seen) {
    char text[TEXT] = "";
    size_t at = 0;
    for (unsigned k = 0; k < SNAG_EVENT_KINDS && at < TEXT; k++)
        if (is_point(k) && seen->events[k] > 0)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s %.1f", at > 0 ? ", " : "",
                                   snag_event_verb((enum snag_event_kind)k),
                                   (double)seen->events[k] / (double)seen->runs);
    paragraph("Scheduling points of a schedule, on average", text);
}

static void print_calls(const char *heading, const struct snag__unmodelled *list, size_t count,
                        bool sites) {
    char text[TEXT] = "";
    size_t at = 0;
    for (size_t i = 0; i < count && at < TEXT; i++) {
        char words[512];
        if (sites)
            (void)snag__call_words(&list[i], words, sizeof words);
        else
            (void)snprintf(words, sizeof words, "%s", list[i].name);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", i > 0 ? ", " : "", words);
        if (list[i].input != NULL && at < TEXT)
            at += (size_t)snprintf(text + at, sizeof text - at, ": %s", list[i].input);
    }
    paragraph(heading, text);
}

static void print_inputs(void) {
    size_t count, open = 0;
    const struct snag__unmodelled *list = snag__inputs(&count);
    while (open < count && !list[open].fixed)
        open++;
    print_calls("What it learns from outside, and is not put back", list, open, true);
    print_calls("What it learns from outside, always the same", list + open, count - open, true);
}

static void print_libraries(void) {
    char escaping[TEXT] = "", quiet[TEXT] = "";
    size_t count, e = 0, q = 0;
    const struct snag__shared *shared = snag__shared(&count);
    for (size_t i = 0; i < count && e < TEXT && q < TEXT; i++)
        if (shared[i].escapes[0] != '\0')
            e += (size_t)snprintf(escaping + e, sizeof escaping - e, "%s%s calls %s",
                                  e > 0 ? "; " : "", shared[i].name, shared[i].escapes);
        else
            q += (size_t)snprintf(quiet + q, sizeof quiet - q, "%s%s", q > 0 ? ", " : "",
                                  shared[i].name);
    paragraph("Shared libraries whose waiting and waking escapes; link archives instead", escaping);
    paragraph("Other shared libraries: their globals are not put back", quiet);
}

static void print_plain(void) {
    char text[TEXT] = "";
    (void)snprintf(text, sizeof text, "%s", snag__not_instrumented);
    for (char *at = text; (at = strchr(at, '\n')) != NULL;)
        *at = at[1] != '\0' ? ' ' : '\0';
    paragraph("Compiled by another compiler: calls are seen, accesses and races are not", text);
}

static void print_refused(const struct seen *seen) {
    char text[TEXT] = "";
    size_t at = 0;
    for (unsigned k = 1; k < SNAG_LIMIT_KINDS && at < TEXT; k++)
        if (seen->limits[k] > 0)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%" PRIu64 " of %" PRIu64 ": %s",
                                   at > 0 ? "; " : "", seen->limits[k], seen->runs,
                                   snag_limit_text((enum snag_limit)k));
    paragraph("Schedules that ended early, for they ran out of", text);
}

static void print_text(const struct seen *seen) {
    const char *given = getenv("COLUMNS");
    char text[TEXT];
    size_t count;
    columns = snag__sheet_columns(given != NULL ? (uint32_t)strtoul(given, NULL, 10) : 0);
    (void)snprintf(text, sizeof text,
                   "%s (%s): %" PRIu64 " schedules looked at, up to %" PRIu32
                   " thread%s, on average %.1f scheduling points%s",
                   snag__target_name, snag__target_flavour, seen->runs, seen->threads,
                   seen->threads == 1 ? "" : "s", (double)seen->points / (double)seen->runs,
                   seen->findings > 0 ? "; some show findings: see snag explore" : "");
    snag__wrap(stdout, text, 0, INDENT, columns);
    print_points(seen);
    const struct snag__unmodelled *list = snag__controlled(&count);
    print_calls("Calls under control", list, count, false);
    list = snag__unmodelled(&count);
    print_calls("Calls that escape", list, count, true);
    print_inputs();
    print_libraries();
    print_plain();
    print_refused(seen);
}

int snag__cmd_doctor(const struct snag__options *o, int argc, char **positional) {
    struct snag__session s;
    struct seen *seen = calloc(1, sizeof *seen);
    int status = seen != NULL ? snag__session_open(&s, o) : SNAG__EXIT_TROUBLE;
    if (status == 0 && s.impl != NULL) {
        fprintf(stderr, "snag doctor: %s is no program\n", snag__target_name);
        status = SNAG__EXIT_USAGE;
    }
    if (status == 0)
        status = snag__invoke(o, argc, positional);
    if (status == 0) {
        run(&s, seen);
        if (o->json)
            print_json(seen);
        else
            print_text(seen);
        snag__session_close(&s);
    }
    free(seen);
    return status;
}
