/* check.c: snag_check(): a campaign in somebody else's unit test. See <snag/scenario.h>.
 *
 * It has no command line. The rule: bodies run in a forked child (guard.h), never in this process,
 * so that it is as it was, whatever they do, and a test may go on with the next check.
 */
#define _GNU_SOURCE
#include "snag/scenario.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/output.h"
#include "base/text.h"
#include "campaign.h"
#include "cli/commands.h"
#include "cli/replay.h"
#include "exec/aslr.h"
#include "exec/globals.h"
#include "exec/target.h"
#include "explore.h"
#include "guard.h"
#include "wreck.h"

enum { SCHEDULES_DEFAULT = 10000 };

static struct snag__options options;
static struct snag__session session;
static uint64_t timeout_default;
static bool opened;         /* the session: once per process */
static const char *testing; /* the name of the executable, "cache_test" */
static char name[64];       /* "cache_test/transfer" */
static char **arguments;    /* main's */
static struct snag_scenario scenario;

/* Addresses are the same in every run, as in snag's own executables; done before main, which may
 * already have done something by the time of a check. */
__attribute__((constructor)) static void before_main(int argc, char **argv) {
    (void)argc;
    if (snag__is_test) {
        arguments = argv;
        snag__aslr_off(argv);
    }
}

/* ---- opening ---- */

static bool is_name(const char *text) {
    static const char legal[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    return text[0] != '\0' && text[strspn(text, legal)] == '\0';
}

static bool open_session(const char *body_name) {
    if (opened)
        return true;
    snag__options_defaults(&options);
    options.json = true; /* nobody announces anything on our behalf */
    options.on_finding = "abort";
    timeout_default = options.timeout_ms;
    testing = snag__target_name;
    if (snag__session_open(&session, &options) != 0) {
        fprintf(stderr, "snag: %s: snag_check could not begin\n", body_name);
        return false;
    }
    opened = true;
    return true;
}

/* Everything that differs from one check to the next. */
static bool prepare(const char *body_name, void (*body)(void), const struct snag_check_options *o) {
    struct snag_error e = {0};
    const char *own = o->name != NULL ? o->name : body_name;
    scenario = (struct snag_scenario){own, body, o->invariant, o->invariant_when};
    snag__target_set(&scenario);
    if (!open_session(own))
        return false;
    if (!is_name(own) || snprintf(name, sizeof name, "%s/%s", testing, own) >= (int)sizeof name) {
        fprintf(stderr, "snag: snag_check(%s): give it a .name of letters, digits, - and _\n", own);
        return false;
    }
    snag__target_name = name;
    options.schedules = o->schedules != 0 ? o->schedules : SCHEDULES_DEFAULT;
    options.seed = o->seed != 0 ? o->seed : 1;
    options.timeout_ms = o->timeout_ms != 0 ? o->timeout_ms : timeout_default;
    options.out = o->out != NULL ? o->out : "snag-out";
    options.corpus = "none"; /* whoever tests wants to know of what is known, too */
    const char *strategy = o->strategy != NULL ? o->strategy : options.strategy;
    if (!snag__session_use(&session, strategy)) {
        fprintf(stderr, "snag: %s: no strategy '%s'\n", name, strategy);
        return false;
    }
    if (snag__globals_save(&e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: %s: %s\n", name, e.line);
        return false;
    }
    return true;
}

/* ---- stuck, or dead ---- */

static struct snag__wreck wreck;

/* What became of the child, as a finding of the execution that it was in. */
static bool read_wreck(const struct snag__end *end) {
    const char *function = end->stack.stuck_in[0] != '\0' ? end->stack.stuck_in : NULL;
    if (!snag__wreck_read(&wreck, &session, snag__recorder))
        return false;
    snag__wreck_name(&wreck, snag_finding_parse(snag__end_kind(end)), function);
    FILE *note = fmemopen(wreck.note, sizeof wreck.note - 1, "w");
    if (note != NULL) {
        snag__end_note(note, end);
        (void)fclose(note);
    }
    return true;
}

/* It ended outside of any execution, or without having done its work. */
static void tell_end(const struct snag__end *end) {
    char text[128];
    snag__end_text(end, text, sizeof text);
    fprintf(stderr, "snag: %s: the process of the check %s between two executions\n", name, text);
}

/* ---- replaying ---- */

/* The checks that did not replay what was to be replayed. */
static void nobody_replayed(void) {
    fprintf(stderr, "snag: SNAG_REPLAY=%s: no check of this run is the one that it is of\n",
            getenv("SNAG_REPLAY"));
}

static int replay_in_child(void *file) {
    return snag__output_end(snag__replay(&session, file, true));
}

static _Noreturn void replay_guarded(const char *file, const char *key) {
    struct snag__end end;
    struct snag_error e = {0};
    int status = SNAG__EXIT_TROUBLE;
    if (snag__guard(replay_in_child, (void *)file, options.timeout_ms, &end, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: %s: %s\n", name, e.line);
    } else if (end.how == SNAG__ENDED) {
        status = end.status;
    } else if (end.how == SNAG__CRASHED || end.how == SNAG__STRAYED) {
        tell_end(&end);
    } else if (read_wreck(&end)) {
        const struct snag_finding *f = &wreck.finding;
        printf("%s\n%s\n\n%s\n", f->key, snag_finding_help(f->kind), wreck.note);
        if (strcmp(f->key, key) != 0)
            fprintf(stderr, "snag: %s: shows this instead of: %s\n", file, key);
        status = SNAG__EXIT_FINDINGS;
    }
    (void)fflush(NULL);
    _exit(status);
}

/* True: this is not the check to be replayed. Does not return if it is. */
static bool replay(const char *file) {
    static struct snag__repro r;
    static bool registered;
    struct snag_error e = {0};
    if (snag__repro_peek(file, &r, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: SNAG_REPLAY: %s\n", e.line);
        _exit(SNAG__EXIT_TROUBLE);
    }
    options.json = false;
    if (strcmp(r.target, name) == 0)
        replay_guarded(file, r.key);
    if (!registered)
        (void)atexit(nobody_replayed);
    registered = true;
    return true;
}

/* ---- searching ---- */

static void tell(const struct snag_check_result *r) {
    char self[PATH_MAX];
    fprintf(stderr, "snag: %s: %s\nsnag: %s\n", name, r->key, snag_finding_help(r->kind));
    if (r->repro[0] == '\0')
        return;
    fprintf(stderr,
            "snag: found in schedule %llu; to see it happen, step by step:\n    SNAG_REPLAY=",
            (unsigned long long)r->schedules);
    snag__print_word(stderr, r->repro);
    fputc(' ', stderr);
    snag__print_word(stderr, realpath("/proc/self/exe", self) != NULL ? self : arguments[0]);
    for (char **a = arguments; a[0] != NULL && a[1] != NULL; a++) {
        fputc(' ', stderr);
        snag__print_word(stderr, a[1]);
    }
    fputc('\n', stderr);
}

static void take_entry(struct snag_check_result *r, const struct snag__ledger_entry *e) {
    char path[PATH_MAX];
    r->kind = e->kind;
    memcpy(r->key, e->key, sizeof r->key);
    (void)snprintf(r->repro, sizeof r->repro, "%s",
                   e->repro[0] != '\0' && realpath(e->repro, path) != NULL ? path : e->repro);
}

static void take_finding(struct snag_check_result *r, const struct snag__campaign *c) {
    for (uint32_t i = 0; i < c->found_count && r->kind == SNAG_NO_FINDING; i++) {
        const struct snag__ledger_entry *e = &c->found[i].entry;
        if (c->found[i].hidden || e->grade != SNAG_GRADE_FINDING)
            continue;
        r->end = SNAG_CHECK_FOUND;
        take_entry(r, e);
    }
}

/* In the child. */
static int search(void *result) {
    struct snag_check_result r = {.end = SNAG_CHECK_TROUBLE};
    struct snag__campaign c;
    if (snag__campaign_open(&c, &session) == 0) {
        r.end = SNAG_CHECK_SILENT;
        snag__explore(&c, NULL);
        r.schedules = c.executions;
        snag__coverage_settle(c.coverage);
        r.traces = snag__distinct_estimate(&c.share->traces);
        for (size_t i = 1; i < SNAG_LIMIT_KINDS; i++)
            r.inconclusive += c.share->limits[i];
        take_finding(&r, &c);
        bool broken_off = c.executions < options.schedules; /* by Ctrl-C */
        if (r.end == SNAG_CHECK_SILENT && (c.trouble || broken_off))
            r.end = SNAG_CHECK_TROUBLE;
        snag__campaign_close(&c);
    }
    *(struct snag_check_result *)result = r;
    return SNAG__EXIT_NOTHING;
}

/* A finding only if it ends like that once more. */
static void take_wreck(struct snag_check_result *r, const struct snag__end *end) {
    struct snag__ledger_entry entry = {.executions = end->executions};
    r->schedules = end->executions;
    if (!read_wreck(end))
        return;
    bool same = snag__wreck_shows(&wreck, (uint32_t)options.timeout_ms);
    if (same)
        snag__wreck_shrink(&wreck);
    bool kept = snag__wreck_keep(&wreck, !same, &entry);
    take_entry(r, &entry);
    r->end = same ? SNAG_CHECK_FOUND : SNAG_CHECK_TROUBLE;
    if (!same)
        fprintf(stderr, "snag: %s: %s: seen once, and not again in the same schedule%s%s\n", name,
                r->key, kept ? "; it is kept in " : "", r->repro);
    snag__wreck_free(&wreck);
}

static struct snag_check_result search_guarded(void) {
    struct snag_check_result r = {.end = SNAG_CHECK_TROUBLE};
    struct snag__end end;
    struct snag_error e = {0};
    struct snag_check_result *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        fprintf(stderr, "snag: %s: no memory for its result: %s\n", name, strerror(errno));
        return r;
    }
    *shared = r;
    if (snag__guard(search, shared, options.timeout_ms, &end, &e) != SNAG_ERR_OK)
        fprintf(stderr, "snag: %s: %s\n", name, e.line);
    else if (end.how == SNAG__ENDED)
        r = *shared;
    else if (end.how == SNAG__CRASHED || end.how == SNAG__STRAYED)
        tell_end(&end);
    else
        take_wreck(&r, &end);
    (void)munmap(shared, sizeof *shared);
    return r;
}

struct snag_check_result snag__check(const char *body_name, void (*body)(void),
                                     const struct snag_check_options *o) {
    struct snag_check_result r = {.end = SNAG_CHECK_TROUBLE};
    const char *file = getenv("SNAG_REPLAY");
    if (prepare(body_name, body, o)) {
        if (file != NULL)
            r.end = replay(file) ? SNAG_CHECK_SKIPPED : r.end;
        else
            r = search_guarded();
        if (r.end == SNAG_CHECK_FOUND)
            tell(&r);
    }
    r.ok = r.end == SNAG_CHECK_SILENT || r.end == SNAG_CHECK_SKIPPED;
    return r;
}
