/* recover.c: `recover`: a repro out of the flight recorder of a process that got stuck or died.
 *
 * For the supervisor; harness/recover.h says what it promises. The rule: whatever fails on the way,
 * the repro as recorded is written, or its text is on standard error.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "finding/ledger.h"
#include "isolate.h"
#include "keep.h"
#include "load.h"
#include "recover.h"
#include "sched/schedule.h"

enum { QUIET_MS = 60, NOTE_BYTES_MAX = 1 << 16 };

struct recovery {
    struct snag__session session;
    struct snag__shrink_case c;
    struct snag_finding finding;
    uint16_t spec_op; /* of the operation it was in; SNAG_OPS_MAX: none */
    struct timespec until;
    enum snag__isolated wanted;
};

/* ---- reading the flight ---- */

static const struct snag__recorder *map_flight(const char *path) {
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat st;
    void *at = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &st) == 0 && (size_t)st.st_size >= sizeof(struct snag__recorder))
        at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (at == MAP_FAILED || !snag__recorder_legible(at, (uint64_t)st.st_size)) {
        fprintf(stderr, "snag recover: --flight=%s is not a flight recorder of this snag\n",
                path != NULL ? path : "");
        return NULL;
    }
    return at;
}

/* The operation (index into the spec) that the running actor of a recorded execution is in. */
static uint16_t op_of(const struct snag__recorder *r, const struct snag_impl *impl) {
    if (impl == NULL || !r->has_program || r->current_op == 0)
        return SNAG_OPS_MAX;
    const struct snag_actor *a = NULL;
    if (r->current_task != 0 && r->current_task <= SNAG__ACTORS_MAX)
        a = &r->tasks[r->current_task - 1];
    else if (r->current < SNAG__ACTORS_MAX)
        a = &r->vthreads[r->current];
    if (a == NULL || a->depth == 0 || a->depth > SNAG_PATH_MAX)
        return SNAG_OPS_MAX;
    uint32_t task = a->path[a->depth - 1] - 1U; /* clients are "0.(i+1)" and "t(i+1)" */
    if (task >= r->program.tasks)
        return SNAG_OPS_MAX;
    uint32_t at = r->program.first[task] + r->current_op - 1U;
    return at < r->program.first[task + 1] ? r->program.ops[at].op : SNAG_OPS_MAX;
}

static bool take_case(struct recovery *x, const struct snag__recorder *r) {
    struct snag_error e;
    x->c.has_program = r->has_program != 0;
    if (x->c.has_program) {
        x->c.program = r->program;
        if (x->session.impl == NULL ||
            snag__program_check(&x->c.program, x->session.impl, &e) != SNAG_ERR_OK) {
            fprintf(stderr, "snag recover: the recorded program is damaged\n");
            return false;
        }
    }
    return snag__recorder_schedule(r, &x->c.schedule);
}

static void name_finding(struct recovery *x, const struct snag__options *o) {
    struct snag_finding *f = &x->finding;
    f->kind = snag_finding_parse(o->kind);
    f->grade = snag_finding_grade(f->kind);
    snprintf(f->rule, sizeof f->rule, "%s", snag_finding_rule(f->kind));
    const char *op = x->spec_op < SNAG_OPS_MAX ? x->session.impl->spec->ops[x->spec_op].name : NULL;
    snprintf(f->key, sizeof f->key, "%s%s%s%s%s", o->kind, op != NULL ? ": " : "",
             op != NULL ? op : "", o->function != NULL ? " in " : "",
             o->function != NULL ? o->function : "");
}

/* ---- shrinking, a child per candidate ---- */

static bool try_candidate(void *context, const struct snag_program *program,
                          struct snag_schedule *schedule) {
    struct recovery *x = context;
    return snag__isolated_run(&x->session, program, schedule, QUIET_MS) == x->wanted &&
           op_of(snag__recorder, x->session.impl) == x->spec_op &&
           snag__recorder_schedule(snag__recorder, schedule);
}

static bool out_of_time(void *context) {
    const struct recovery *x = context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec >= x->until.tv_sec;
}

static void shrink(struct recovery *x, const struct snag__options *o) {
    static const enum snag__isolated wanted[SNAG_FINDING_KINDS] = {
        [SNAG_INFINITE_LOOP] = SNAG__ISOLATED_LOOPS,
        [SNAG_BLOCKING_CALL] = SNAG__ISOLATED_BLOCKED,
        [SNAG_CHILD_DIED] = SNAG__ISOLATED_DIED,
    };
    x->wanted = wanted[x->finding.kind];
    clock_gettime(CLOCK_MONOTONIC, &x->until);
    x->until.tv_sec += (time_t)o->shrink_seconds;
    struct snag__shrink_options options = {
        .impl = x->session.impl, .stop = out_of_time, .try = try_candidate, .context = x};
    (void)snag__shrink(&x->c, &options);
}

/* ---- the repro ---- */

static void read_note(struct snag__repro *r, const char *path) {
    char *text = NULL;
    size_t bytes = 0;
    struct snag_error e;
    if (path == NULL)
        return;
    if (snag__file_read(path, NOTE_BYTES_MAX, &text, &bytes, &e) == SNAG_ERR_OK)
        snprintf(r->note, sizeof r->note, "%s", text);
    else
        fprintf(stderr, "snag recover: %s\n", e.line);
    free(text);
}

static bool already_kept(const char *key) {
    struct snag__ledger_entry *entries = NULL;
    size_t count = 0;
    struct snag_error e;
    bool kept = false;
    if (snag__ledger_read(NULL, &entries, &count, &e) == SNAG_ERR_OK)
        for (size_t i = 0; i < count; i++)
            kept |= strcmp(entries[i].key, key) == 0;
    free(entries);
    return kept;
}

static int write_repro(struct recovery *x, const struct snag__options *o, uint64_t executions) {
    static struct snag__repro repro;
    static struct snag_verdict v;
    struct snag_error e;
    v.findings_count = 1;
    v.findings[0] = x->finding;
    snag__keep_describe(&repro, &x->session, &x->c, &v, 0);
    repro.unreproduced = o->unreproduced;
    read_note(&repro, o->note);
    struct snag__ledger_entry entry = {.kind = x->finding.kind,
                                       .grade = x->finding.grade,
                                       .executions = executions,
                                       .standing =
                                           o->unreproduced ? SNAG__UNREPRODUCED : SNAG__NEW};
    memcpy(entry.rule, x->finding.rule, sizeof entry.rule);
    snprintf(entry.flavour, sizeof entry.flavour, "%s", snag__target_flavour);
    memcpy(entry.key, x->finding.key, sizeof entry.key);
    bool written = snag__keep_write(&repro, &x->session, entry.repro, sizeof entry.repro);
    fprintf(stderr, "%s %s (%s, schedule %llu): %s\n", snag__standing_name(entry.standing),
            snag_grade_name(entry.grade), entry.flavour, (unsigned long long)executions, entry.key);
    if (snag__ledger_append(&entry, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag recover: %s\n", e.line);
        written = false;
    }
    return written ? SNAG__EXIT_NOTHING : SNAG__EXIT_TROUBLE;
}

/* ---- the end of a replay ---- */

static int end_replay(struct recovery *x, const struct snag__options *o) {
    static struct snag__repro r;
    int status = snag__load(o->against, &x->session, &r, NULL, 0, NULL);
    if (status != 0)
        return status;
    const struct snag__expect *expect = snag__load_expect(&r);
    const char *key = expect != NULL ? expect->key : r.key;
    bool same = strcmp(key, x->finding.key) == 0;
    if (o->expect) {
        printf("{\"status\":\"%s\",\"line\":", same ? "reproduced" : "different");
        snag__json_string(stdout, same ? "" : x->finding.key);
        puts("}");
        return same ? SNAG__EXIT_NOTHING : SNAG__EXIT_FINDINGS;
    }
    read_note(&r, o->note);
    if (o->json) {
        fputs("{\"kind\":", stdout);
        snag__json_string(stdout, o->kind);
        fputs(",\"key\":", stdout);
        snag__json_string(stdout, x->finding.key);
        fputs(",\"note\":", stdout);
        snag__json_string(stdout, r.note);
        puts("}");
    } else {
        printf("%s\n%s\n\n%s\n", x->finding.key, snag_finding_help(x->finding.kind), r.note);
    }
    return snag__options_has(o->fail_on, snag_grade_name(x->finding.grade)) ? SNAG__EXIT_FINDINGS
                                                                            : SNAG__EXIT_NOTHING;
}

/* ---- the command ---- */

static int recover(struct recovery *x, const struct snag__options *o,
                   const struct snag__recorder *flight) {
    if (!take_case(x, flight))
        return SNAG__EXIT_TROUBLE;
    if (o->rerun) {
        struct snag_verdict v;
        snag__recorder->watching = 1;
        snag__session_replay(&x->session, x->c.has_program ? &x->c.program : NULL, 0,
                             &x->c.schedule, &v);
        return SNAG__EXIT_NOTHING;
    }
    x->spec_op = op_of(flight, x->session.impl);
    name_finding(x, o);
    if (o->against != NULL)
        return end_replay(x, o);
    if (already_kept(x->finding.key))
        return SNAG__EXIT_NOTHING;
    if (!o->unreproduced && !o->no_shrink)
        shrink(x, o);
    return write_repro(x, o, flight->executions);
}

int snag__cmd_recover(const struct snag__options *o, int argc, char **positional) {
    (void)argc, (void)positional;
    static struct recovery x;
    const struct snag__recorder *flight = map_flight(o->flight);
    if (flight == NULL)
        return SNAG__EXIT_TROUBLE;
    /* `strategy` and the rest have their defaults: this command knows no such options. */
    int status = snag__session_open(&x.session, o);
    if (status == 0) {
        status = recover(&x, o, flight);
        snag__schedule_free(&x.c.schedule);
        snag__session_close(&x.session);
    }
    return status;
}
