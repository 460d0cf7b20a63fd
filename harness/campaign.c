/* campaign.c: counts executions and keeps each distinct finding once. See campaign.h. */
#include "campaign.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign_known.h"
#include "campaign_summary.h"
#include "cli/commands.h"
#include "confirm.h"
#include "exec/body.h"
#include "exec/recorder.h"
#include "finding/key.h"
#include "keep.h"
#include "live.h"
#include "minimise.h"
#include "pursuit.h"
#include "recover.h"
#include "sched/schedule.h"
#include "sequential.h"

volatile bool snag__campaign_interrupted;

static void on_interrupt(int sig) {
    (void)sig;
    snag__campaign_interrupted = true;
}

static void credit(struct snag__campaign *c, const struct snag__ledger_entry *entry) {
    if (entry->grade == SNAG_GRADE_FINDING && entry->standing != SNAG__UNREPRODUCED)
        c->share->portfolio.yields[c->share->by].findings++;
}

/* The process before this one ended in an execution, and that is a finding: of whoever it was by.
 */
static void credit_death(struct snag__campaign *c) {
    for (uint32_t i = 0; i < c->found_count && c->share->died != c->before; i++) {
        const struct snag__ledger_entry *e = &c->found[i].entry;
        bool ends = e->kind == SNAG_CHILD_DIED || e->kind == SNAG_INFINITE_LOOP ||
                    e->kind == SNAG_BLOCKING_CALL;
        if (ends && e->executions == c->before && strcmp(e->flavour, snag__target_flavour) == 0) {
            credit(c, e);
            c->share->died = c->before;
        }
    }
}

static int open_coverage(struct snag__campaign *c) {
    c->coverage = snag__coverage_open(&c->covers_all);
    c->share = c->coverage != NULL ? snag__coverage_share(c->coverage, snag__target_flavour, c->job)
                                   : NULL;
    if (c->share == NULL) {
        fprintf(stderr, "snag: no memory for what the campaign covers\n");
        return SNAG__EXIT_TROUBLE;
    }
    snag__body_overlaps_in(c->share->overlaps);
    (void)snag__needless_in(&c->share->locks);
    return 0;
}

int snag__campaign_open(struct snag__campaign *c, struct snag__session *s) {
    memset(c, 0, sizeof *c);
    c->session = s;
    if (!snag__job_parse(getenv(SNAG__ENV_JOB), &c->job)) {
        fprintf(stderr,
                "snag: " SNAG__ENV_JOB "=%s is no job: K/N is wanted, K below N, N at most "
                "%d\n",
                getenv(SNAG__ENV_JOB), SNAG__JOBS_MAX);
        return SNAG__EXIT_USAGE;
    }
    int status = open_coverage(c);
    if (status != 0)
        return status;
    const char *resume = getenv(SNAG__ENV_RESUME_AT);
    c->executions = resume != NULL ? strtoull(resume, NULL, 10) : 0;
    c->before = c->executions;
    snag__recorder->executions = c->executions;
    const char *mode = getenv(SNAG__ENV_SUMMARY);
    c->only_summary = mode != NULL && strcmp(mode, "only") == 0;
    c->covers_all = c->covers_all || (c->before == 0 && !c->only_summary);
    if (c->only_summary)
        snag__coverage_locks(c->coverage, c->share);
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGXCPU, &action, NULL); /* a soft limit of processor time (ulimit -St) */
    status = snag__known_ledger(c);
    credit_death(c);
    if (status == 0)
        status = snag__known_corpus(c);
    snag__recorder->watching = 1;
    return status;
}

void snag__campaign_program(struct snag__campaign *c, const struct snag_program *program,
                            uint64_t id) {
    if (program == NULL)
        return;
    c->share->programs_count++;
    c->share->tasks_count += program->tasks;
    c->share->ops_count += program->first[program->tasks];
    (void)snag__distinct_add(&c->share->programs, id);
}

/* ---- a new finding ---- */

/* The case of the execution that just ended, if its sparse schedule alone shows the finding too. In
 * *v what it shows. */
static bool make_case(struct snag__campaign *c, const struct snag_program *program, uint64_t id,
                      const struct snag_finding *f, struct snag__shrink_case *out,
                      struct snag_verdict *v) {
    v->findings_count = 0;
    out->has_program = program != NULL;
    if (program != NULL)
        out->program = *program;
    if (!snag__exec_schedule(&out->schedule))
        return false;
    return snag__session_show(c->session, program, id, &out->schedule, f->kind, f->key, v) !=
           UINT32_MAX;
}

/* Of the races at one place in memory ThreadSanitizer reports the first that it sees. Which one
 * that is depends on what it still knows of executions before, and replays begin without that. So
 * the race of `v` that shares an access with `f`: it is told instead. NULL: there is none. */
static const struct snag_finding *seen_instead(const struct snag_finding *f,
                                               const struct snag_verdict *v) {
    for (uint32_t i = 0; f->kind == SNAG_RACE && i < v->findings_count; i++) {
        const struct snag_finding *other = &v->findings[i];
        for (uint32_t p = 0; other->kind == SNAG_RACE && p < other->parties_count; p++)
            for (uint32_t q = 0; q < f->parties_count; q++)
                if (other->parties[p].at_site == f->parties[q].at_site)
                    return other;
    }
    return NULL;
}

/* Replays the case once more and writes what it shows. */
static void keep(struct snag__campaign *c, const struct snag__shrink_case *k, const char *key,
                 struct snag__ledger_entry *entry) {
    static struct snag__repro repro;
    struct snag_verdict v;
    uint32_t i = snag__session_show(c->session, k->has_program ? &k->program : NULL, 0,
                                    &k->schedule, entry->kind, key, &v);
    if (i == UINT32_MAX) {
        fprintf(stderr, "snag: internal error, please report: '%s' does not replay\n", key);
        c->trouble = true;
        return;
    }
    snag__keep_describe(&repro, c->session, k, &v, i);
    if (!snag__keep_write(&repro, c->session, entry->repro, sizeof entry->repro))
        c->trouble = true;
}

/* What does not happen the same way twice can be neither shrunk nor replayed: the case as it was.
 */
static void keep_unshrunk(struct snag__campaign *c, const struct snag__shrink_case *k,
                          const struct snag_finding *finding, struct snag__ledger_entry *entry) {
    static struct snag__repro repro;
    struct snag_verdict v = {.findings_count = 1};
    v.findings[0] = *finding;
    snag__keep_describe(&repro, c->session, k, &v, 0);
    if (!snag__keep_write(&repro, c->session, entry->repro, sizeof entry->repro))
        c->trouble = true;
}

static void announce(const struct snag__campaign *c, const struct snag__ledger_entry *entry) {
    if (c->session->options->json)
        return;
    snag__live_clear();
    snag__ledger_tell(entry);
}

/* So that processes after this one know of it. */
static void write_down(struct snag__campaign *c, const struct snag__ledger_entry *entry) {
    struct snag_error e;
    if (snag__ledger_append(NULL, entry, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: %s\n", e.line);
        c->trouble = true;
    }
}

static void count(struct snag__campaign *c, struct snag__found *f) {
    f->times++;
    snag__tally_add(&c->share->seen, f->entry.key);
}

/* Counts a finding that is in the list. False: it is not. */
static bool count_again(struct snag__campaign *c, const struct snag_finding *f) {
    struct snag__found *known = snag__known_find(c, f->key);
    if (known == NULL)
        return false;
    count(c, known);
    if (known->times == 1 && known->entry.standing == SNAG__KNOWN && !known->before) {
        known->entry.executions = c->executions;
        credit(c, &known->entry);
        announce(c, &known->entry);
        write_down(c, &known->entry);
    }
    return true;
}

static void handle_new(struct snag__campaign *c, const struct snag_program *program, uint64_t id,
                       const struct snag_finding *finding) {
    static struct snag__shrink_case k;
    const struct snag__options *o = c->session->options;
    struct snag__ledger_entry entry = {.kind = finding->kind,
                                       .grade = finding->grade,
                                       .executions = c->executions,
                                       .standing = SNAG__NEW};
    memcpy(entry.rule, finding->rule, sizeof entry.rule);
    snprintf(entry.flavour, sizeof entry.flavour, "%s", snag__target_flavour);
    memcpy(entry.key, finding->key, sizeof entry.key);
    struct snag_verdict v;
    bool shows = make_case(c, program, id, finding, &k, &v);
    const struct snag_finding *instead = shows ? NULL : seen_instead(finding, &v);
    if (instead != NULL) {
        snag__known_add(c, &entry)->hidden = true;
        if (!count_again(c, instead))
            handle_new(c, program, id, instead);
        return;
    }
    announce(c, &entry);
    if (entry.kind == SNAG_NONDETERMINISM) {
        keep_unshrunk(c, &k, finding, &entry);
    } else if (shows) {
        keep(c, &k, entry.key, &entry);
    } else {
        fprintf(stderr, "snag: internal error, please report: no sparse schedule shows '%s'\n",
                entry.key);
        keep_unshrunk(c, &k, finding, &entry);
        c->trouble = true;
    }
    if (entry.grade == SNAG_GRADE_FINDING && c->first_finding == 0)
        c->first_finding = c->executions;
    credit(c, &entry);
    count(c, snag__known_add(c, &entry));
    write_down(c, &entry);
    /* It is safe as it is. Shrinking it may meet a candidate that takes the process with it. */
    if (shows && entry.kind != SNAG_NONDETERMINISM && !o->no_shrink &&
        !snag__campaign_interrupted) {
        (void)snag__minimise(c->session, &k, entry.kind, entry.key, o->shrink_seconds, !o->json,
                             &snag__campaign_interrupted);
        keep(c, &k, entry.key, &entry);
    }
}

/* A result that several tasks got and one task alone gets as well: then that is the finding, under
 * its own kind, and this one is not told. False: it is not so. */
static bool handle_sequential(struct snag__campaign *c, const struct snag_program *program,
                              const struct snag_finding *finding) {
    static struct snag_program alone;
    struct snag_verdict v;
    if (program == NULL || !snag__sequential(c->session, program, &alone, &v))
        return false;
    struct snag__ledger_entry entry = {.kind = finding->kind, .grade = finding->grade};
    memcpy(entry.key, finding->key, sizeof entry.key);
    snag__known_add(c, &entry)->hidden = true;
    for (uint32_t i = 0; i < v.findings_count; i++)
        if (v.findings[i].kind == SNAG_SEQUENTIAL && !count_again(c, &v.findings[i]))
            handle_new(c, &alone, 0, &v.findings[i]);
    return true;
}

/* The run-twice gate, then each finding that is not in the list. */
static void handle_all(struct snag__campaign *c, const struct snag_program *program, uint64_t id,
                       struct snag_verdict *v) {
    static struct snag_schedule schedule;
    snag__live_clear();
    if (snag__confirm(program, id, v) == SNAG__CONFIRM_TROUBLE || !snag__exec_schedule(&schedule)) {
        fprintf(stderr, "snag: out of memory: a finding was not confirmed\n");
        c->trouble = true;
        return;
    }
    bool first = true;
    for (uint32_t i = 0; i < v->findings_count; i++) {
        struct snag_verdict again;
        if (snag__known_find(c, v->findings[i].key) != NULL)
            continue;
        if (!first) /* the logs are those of the last shrink: have them anew */
            snag__session_replay(c->session, program, id, &schedule, &again);
        first = false;
        if (v->findings[i].kind == SNAG_NON_LINEARIZABLE) {
            if (handle_sequential(c, program, &v->findings[i]))
                continue;
            snag__session_replay(c->session, program, id, &schedule, &again);
        }
        handle_new(c, program, id, &v->findings[i]);
    }
}

/* ---- from a hazard to its harm ---- */

/* Of the hazard `key`. */
static bool harm_is_known(const struct snag__campaign *c, enum snag_finding_kind kind,
                          const char *key) {
    for (uint32_t i = 0; i < c->found_count; i++)
        if (snag__finding_is_harm(c->found[i].entry.kind, c->found[i].entry.key, kind, key))
            return true;
    return false;
}

/* What `v` shows and no execution has shown before. */
static void saw_pursued(struct snag__campaign *c, const struct snag__pursuit *p,
                        struct snag_verdict *v) {
    bool fresh = false;
    for (uint32_t i = 0; i < v->findings_count; i++)
        fresh |= snag__known_find(c, v->findings[i].key) == NULL;
    if (fresh)
        handle_all(c, p->program, p->id, v);
}

/* A hazard is pursued in the first programs that show it, until its harm is found. A scenario is
 * another one each time. */
static bool is_to_pursue(const struct snag__campaign *c, const struct snag__found *found,
                         const struct snag_program *program, uint64_t id) {
    bool again = program != NULL && found->pursued > 0 && found->pursued_in == id;
    return found->pursued < SNAG__PURSUED_PROGRAMS && !again && c->session->options->pursue != 0 &&
           !harm_is_known(c, found->entry.kind, found->entry.key);
}

static void pursue(struct snag__campaign *c, const struct snag_program *program, uint64_t id,
                   const struct snag__hazard *hazard) {
    static struct snag__pursuit p;
    struct snag__found *found = snag__known_find(c, hazard->key);
    if (found == NULL || !is_to_pursue(c, found, program, id))
        return;
    found->pursued_in = id;
    c->share->by = SNAG__BY_PURSUIT;
    snag__pursuit_begin(&p, c->session, program, id, hazard, found->pursued++);
    for (uint32_t i = 0; i < c->session->options->pursue && !snag__campaign_over(c); i++) {
        struct snag_verdict v;
        c->share->pursuits++;
        snag__pursuit_run(&p, c->session, i, &v);
        saw_pursued(c, &p, &v);
        if (harm_is_known(c, hazard->kind, hazard->key))
            return;
    }
}

static __attribute__((noinline)) void saw_findings(struct snag__campaign *c,
                                                   const struct snag_program *program, uint64_t id,
                                                   struct snag_verdict *v) {
    static struct snag__hazard hazards[SNAG_FINDINGS_PER_RUN];
    bool fresh = false;
    uint32_t count = snag__pursuit_find(v, hazards);
    for (uint32_t i = 0; i < v->findings_count; i++)
        fresh |= !count_again(c, &v->findings[i]);
    if (fresh)
        handle_all(c, program, id, v);
    for (uint32_t i = 0; i < count; i++)
        pursue(c, program, id, &hazards[i]);
}

void snag__campaign_saw(struct snag__campaign *c, const struct snag_program *program, uint64_t id,
                        struct snag_verdict *v) {
    snag__coverage_saw(c->share, id, v);
    if (v->findings_count != 0)
        saw_findings(c, program, id, v);
}

bool snag__campaign_aborts(const struct snag__campaign *c) {
    return strcmp(c->session->options->on_finding, "abort") == 0;
}

void snag__campaign_close(struct snag__campaign *c) {
    snag__recorder->watching = 0;
    snag__body_overlaps_in(NULL);
    (void)snag__needless_in(NULL);
    snag__coverage_close(c->coverage);
    free(c->found);
}

/* What all executions together show, and no single one would again: there is no repro of it. */
static void tell_needless(struct snag__campaign *c) {
    struct snag_finding f;
    uint64_t taken;
    for (uint32_t at = 0; snag__needless_next(&at, &f, &taken);) {
        if (snag__known_find(c, f.key) != NULL)
            continue;
        struct snag__ledger_entry entry = {
            .kind = f.kind, .grade = f.grade, .executions = c->executions, .standing = SNAG__NEW};
        memcpy(entry.rule, f.rule, sizeof entry.rule);
        snprintf(entry.flavour, sizeof entry.flavour, "%s", snag__target_flavour);
        memcpy(entry.key, f.key, sizeof entry.key);
        announce(c, &entry);
        /* Those that confirmed or pursued something have taken it, too. */
        snag__known_add(c, &entry)->times = taken < c->executions ? taken : c->executions;
        write_down(c, &entry);
    }
}

int snag__campaign_end(struct snag__campaign *c) {
    snag__recorder->watching = 0;
    snag__live_clear();
    const char *mode = getenv(SNAG__ENV_SUMMARY);
    if (mode == NULL || strcmp(mode, "none") != 0) {
        tell_needless(c);
        snag__campaign_summary(stdout, c);
    }
    int status = SNAG__EXIT_NOTHING;
    for (uint32_t i = 0; i < c->found_count; i++)
        if (!c->found[i].hidden && (c->found[i].times > 0 || c->found[i].before))
            status |= snag__ledger_status(&c->found[i].entry, 1, c->session->options->fail_on);
    snag__campaign_close(c);
    return c->trouble ? SNAG__EXIT_TROUBLE : status;
}
