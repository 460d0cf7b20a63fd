/* replay.c: `replay`: runs a repro once and shows what happens.
 *
 * It searches nothing: the file holds the whole schedule. The rule: a replay that does not follow
 * the file says at which event and why, and never passes for a reproduction.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/replay.h"
#include "exec/recorder.h"
#include "load.h"

enum { OTHERS_BATCH = 16 };

/* Words of `status` in the JSON of --expect; see harness/recover.h. */
struct outcome {
    const char *status;
    char line[512];
    int exit;
};

static void say_divergence(struct outcome *o) {
    const struct snag__divergence *d = snag__exec_divergence();
    size_t at = strlen(o->line);
    if (d->diverged)
        snprintf(o->line + at, sizeof o->line - at,
                 "; entry %u of its schedule, after event %u: %s", d->entry + 1, d->event, d->why);
    else if (d->unused > 0)
        snprintf(o->line + at, sizeof o->line - at,
                 "; %u entries of its schedule were never reached", d->unused);
}

static const char *expected_key(const struct snag__repro *r) {
    const struct snag__expect *expect = snag__load_expect(r);
    return expect != NULL ? expect->key : r->key;
}

/* What the replay came to, against what the file expects of this flavour. */
static struct outcome judge(const struct snag__repro *r, const struct snag_verdict *v) {
    const struct snag__expect *expect = snag__load_expect(r);
    const char *key = expected_key(r);
    struct outcome o = {.exit = SNAG__EXIT_FINDINGS};
    uint32_t count = 0;
    for (uint32_t i = 0; i < v->findings_count; i++)
        count += v->findings[i].grade == SNAG_GRADE_FINDING;
    if (key[0] == '\0') {
        o.status = count == 0 ? "silent" : "different";
        o.exit = count == 0 ? SNAG__EXIT_NOTHING : SNAG__EXIT_FINDINGS;
        if (count > 0)
            snprintf(o.line, sizeof o.line, "silence was expected, but: %s", v->findings[0].key);
        return o;
    }
    if (snag__session_find(v, key) == UINT32_MAX) {
        o.status = v->findings_count > 0 ? "different" : "fixed";
        snprintf(o.line, sizeof o.line, "expected '%s', %s%s", key,
                 v->findings_count > 0 ? "found " : "found nothing",
                 v->findings_count > 0 ? v->findings[0].key : "");
        say_divergence(&o);
        return o;
    }
    o.status = "reproduced";
    o.exit = SNAG__EXIT_NOTHING;
    if (expect != NULL && expect->sync_digest != 0 && expect->sync_digest != v->sync_digest) {
        o.status = "different";
        o.exit = SNAG__EXIT_FINDINGS;
        snprintf(o.line, sizeof o.line, "the finding shows, but its event log is another one");
        say_divergence(&o);
    }
    return o;
}

static void print_outcome(const struct outcome *o) {
    fputs("{\"status\":", stdout);
    snag__json_string(stdout, o->status);
    fputs(",\"line\":", stdout);
    snag__json_string(stdout, o->line);
    puts("}");
}

/* The exit status of a replay without --expect: are there findings of the grades asked for? */
static int status_of(const struct snag__options *o, const struct snag_verdict *v) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (snag__options_has(o->fail_on, snag_grade_name(v->findings[i].grade)))
            return SNAG__EXIT_FINDINGS;
    return SNAG__EXIT_NOTHING;
}

static struct snag__report_options report_options(const struct snag__options *o) {
    const char *columns = getenv("COLUMNS");
    bool terminal = isatty(STDOUT_FILENO) == 1;
    return (struct snag__report_options){
        .columns = columns != NULL ? (uint32_t)strtoul(columns, NULL, 10) : 0,
        .colour = strcmp(o->colour, "always") == 0 || (strcmp(o->colour, "auto") == 0 && terminal),
        .trace = o->trace};
}

static void show(struct snag__session *s, const struct snag_program *program,
                 const struct snag_verdict *v) {
    const struct snag__options *o = s->options;
    const struct snag__report_input *in = snag__session_report(s, program, v);
    struct snag__report_options options = report_options(o);
    if (strcmp(o->log, "none") != 0) {
        snag__report_log(stdout, in, strcmp(o->log, "sync") == 0);
    } else if (o->json) {
        snag__report_json(stdout, in);
        putchar('\n');
    } else {
        snag__report_lanes(stdout, in, &options);
    }
}

/* What they leave behind, if anything, would show in the replay that follows. */
static bool run_others(struct snag__session *s) {
    struct snag_program *program = calloc(1, sizeof *program);
    uint64_t id = 0;
    if (program == NULL) {
        fprintf(stderr, "snag: out of memory\n");
        return false;
    }
    for (uint64_t i = 0; i < s->options->after; i++) {
        struct snag_verdict v;
        if (s->impl != NULL && i % OTHERS_BATCH == 0) {
            snag__program_generate(program, s->impl, i);
            id = snag__program_hash(program);
        }
        snag__session_search(s, s->strategy, s->impl != NULL ? program : NULL, id, i,
                             i % OTHERS_BATCH == 0, &v);
    }
    free(program);
    return true;
}

int snag__replay(struct snag__session *s, const char *path, bool judged) {
    static struct snag__repro r;
    const struct snag__options *o = s->options;
    struct outcome outcome = {.status = "error", .exit = SNAG__EXIT_TROUBLE};
    bool expects = judged && o->expect;
    bool stale = false;
    int status =
        snag__load(path, s, &r, expects ? outcome.line : NULL, sizeof outcome.line, &stale);
    if (status != 0) {
        if (expects) {
            outcome.status = stale ? "stale" : "error";
            outcome.exit = stale ? SNAG__EXIT_FINDINGS : SNAG__EXIT_TROUBLE;
            print_outcome(&outcome);
            return outcome.exit;
        }
        return status;
    }
    if (!run_others(s))
        return SNAG__EXIT_TROUBLE;
    struct snag_verdict v;
    struct snag__request request = {
        .program = snag__load_program(&r), .schedule = &r.schedule, .show = !expects};
    snag__recorder->watching = 1;
    if (request.show)
        snag__session_study(s, request.program, request.schedule);
    (void)snag__session_seek(&request, r.kind, expected_key(&r), &v);
    snag__recorder->watching = 0;
    outcome = judge(&r, &v);
    if (expects) {
        print_outcome(&outcome);
        return outcome.exit;
    }
    show(s, request.program, &v);
    if (judged && outcome.exit != 0)
        fprintf(stderr, "snag: %s: %s\n", path, outcome.line);
    return judged ? status_of(o, &v) : SNAG__EXIT_NOTHING;
}

static int open_and_replay(const struct snag__options *o, const char *path, bool judged) {
    struct snag__session s;
    int status = snag__session_open(&s, o);
    if (status == 0) {
        status = snag__replay(&s, path, judged);
        snag__session_close(&s);
    }
    return status;
}

int snag__cmd_replay(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    return open_and_replay(o, positional[0], true);
}

int snag__cmd_show(const struct snag__options *o, int argc, char **positional) {
    (void)argc;
    return open_and_replay(o, positional[0], false);
}
