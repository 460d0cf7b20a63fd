/* wreck.c: see wreck.h. */
#include "wreck.h"

#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "invoke.h"
#include "keep.h"
#include "sched/schedule.h"

enum { CANDIDATE_QUIET_MS = 60 };

/* ---- reading the flight ---- */

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

bool snag__wreck_read(struct snag__wreck *x, struct snag__session *s,
                      const struct snag__recorder *r) {
    struct snag_error e;
    memset(x, 0, sizeof *x);
    x->session = s;
    if (snag__invoke_as(&r->invocation) != 0)
        return false;
    x->c.has_program = r->has_program != 0;
    if (x->c.has_program) {
        x->c.program = r->program;
        if (s->impl == NULL || snag__program_check(&x->c.program, s->impl, &e) != SNAG_ERR_OK) {
            fprintf(stderr, "snag: the recorded program is damaged\n");
            return false;
        }
    }
    x->spec_op = op_of(r, s->impl);
    if (snag__recorder_schedule(r, &x->c.schedule))
        return true;
    fprintf(stderr, "snag: out of memory for the recorded schedule\n");
    return false;
}

void snag__wreck_free(struct snag__wreck *x) {
    snag__schedule_free(&x->c.schedule);
}

void snag__wreck_name(struct snag__wreck *x, enum snag_finding_kind kind, const char *function) {
    struct snag_finding *f = &x->finding;
    f->kind = kind;
    f->grade = snag_finding_grade(kind);
    snprintf(f->rule, sizeof f->rule, "%s", snag_finding_rule(kind));
    const char *op =
        x->spec_op < SNAG_OPS_MAX ? x->session->impl->spec->ops[x->spec_op].name : NULL;
    snprintf(f->key, sizeof f->key, "%s%s%s%s%s", snag_finding_name(kind), op != NULL ? ": " : "",
             op != NULL ? op : "", function != NULL ? " in " : "",
             function != NULL ? function : "");
}

/* ---- running it again, a child each time ---- */

static bool ends_as_told(struct snag__wreck *x, const struct snag_program *program,
                         const struct snag_schedule *schedule, uint32_t quiet_ms) {
    static const enum snag__isolated wanted[SNAG_FINDING_KINDS] = {
        [SNAG_INFINITE_LOOP] = SNAG__ISOLATED_LOOPS,
        [SNAG_BLOCKING_CALL] = SNAG__ISOLATED_BLOCKED,
        [SNAG_CHILD_DIED] = SNAG__ISOLATED_DIED,
    };
    return snag__isolated_run(x->session, program, schedule, quiet_ms) == wanted[x->finding.kind];
}

bool snag__wreck_shows(struct snag__wreck *x, uint32_t quiet_ms) {
    return ends_as_told(x, x->c.has_program ? &x->c.program : NULL, &x->c.schedule, quiet_ms);
}

static bool try_candidate(void *context, const struct snag_program *program,
                          struct snag_schedule *schedule) {
    struct snag__wreck *x = context;
    return ends_as_told(x, program, schedule, CANDIDATE_QUIET_MS) &&
           op_of(snag__recorder, x->session->impl) == x->spec_op &&
           snag__recorder_schedule(snag__recorder, schedule);
}

static bool out_of_time(void *context) {
    const struct snag__wreck *x = context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec >= x->until.tv_sec;
}

void snag__wreck_shrink(struct snag__wreck *x) {
    clock_gettime(CLOCK_MONOTONIC, &x->until);
    x->until.tv_sec += (time_t)x->session->options->shrink_seconds;
    struct snag__shrink_options options = {
        .impl = x->session->impl, .stop = out_of_time, .try = try_candidate, .context = x};
    (void)snag__shrink(&x->c, &options);
}

/* ---- the repro ---- */

bool snag__wreck_keep(struct snag__wreck *x, bool unreproduced, struct snag__ledger_entry *entry) {
    static struct snag__repro repro;
    static struct snag_verdict v;
    v.findings_count = 1;
    v.findings[0] = x->finding;
    snag__keep_describe(&repro, x->session, &x->c, &v, 0);
    repro.unreproduced = unreproduced;
    size_t used = strlen(repro.note);
    snprintf(repro.note + used, sizeof repro.note - used, "%s%s", used > 0 ? "\n" : "", x->note);
    entry->kind = x->finding.kind;
    entry->grade = x->finding.grade;
    entry->standing = unreproduced ? SNAG__UNREPRODUCED : SNAG__NEW;
    memcpy(entry->rule, x->finding.rule, sizeof entry->rule);
    snprintf(entry->flavour, sizeof entry->flavour, "%s", snag__target_flavour);
    memcpy(entry->key, x->finding.key, sizeof entry->key);
    return snag__keep_write(&repro, x->session, entry->repro, sizeof entry->repro);
}
