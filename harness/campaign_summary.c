/* campaign_summary.c: what a campaign tells at its end. See campaign_summary.h;
 * src/report/summary.h lays it out.
 *
 * Nothing here depends on time, so that `explore` prints the same for the same options.
 */
#include "campaign_summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "counted.h"
#include "exec/unmodelled.h"
#include "recover.h"
#include "report/summary.h"

enum { PAIRS_MAX = SNAG_OPS_MAX * (SNAG_OPS_MAX + 1) / 2, PAIR_BYTES = 96 };

static double mean(uint64_t sum, uint64_t count) {
    return count != 0 ? (double)sum / (double)count : 0.0;
}

static bool op_exists(const struct snag_impl *impl, uint32_t op) {
    const struct snag_op_decl *decl = &impl->spec->ops[op];
    return (impl->without >> op & 1) == 0 &&
           ((decl->flags & SNAG_OP_ASYNC_ONLY) == 0 || impl->mode == SNAG_TASKS);
}

/* Which pairs of operations were in progress at once; both orders of a pair count as one. */
static void fill_overlaps(struct snag__summary *s, const struct snag_impl *impl,
                          const uint32_t *rows) {
    static char names[PAIRS_MAX][PAIR_BYTES];
    static const char *missing[PAIRS_MAX];
    uint32_t absent = 0;
    for (uint32_t a = 0; a < SNAG_OPS_MAX && impl->spec->ops[a].name != NULL; a++) {
        for (uint32_t b = 0; b <= a; b++) {
            if (!op_exists(impl, a) || !op_exists(impl, b))
                continue;
            s->pairs++;
            if (((rows[a] >> b | rows[b] >> a) & 1) != 0) {
                s->pairs_seen++;
                continue;
            }
            (void)snprintf(names[absent], PAIR_BYTES, "%s/%s", impl->spec->ops[b].name,
                           impl->spec->ops[a].name);
            missing[absent] = names[absent];
            absent++;
        }
    }
    s->pairs_missing = missing;
}

/* How often `f` was seen; 0: nobody knows. (Who dies of what it runs does not count that.) */
static uint64_t times_seen(const struct snag__campaign *c, const struct snag__found *f) {
    if (!f->before)
        return f->times;
    return c->covers_all ? snag__coverage_times(c->coverage, f->entry.key) : 0;
}

/* All but what is known and was not seen. */
static size_t fill_findings(struct snag__summary_finding *to, const struct snag__campaign *c) {
    size_t n = 0;
    for (uint32_t i = 0; i < c->found_count; i++) {
        const struct snag__found *f = &c->found[i];
        if (!f->hidden && (f->times > 0 || f->before))
            to[n++] = (struct snag__summary_finding){&f->entry, times_seen(c, f)};
    }
    return n;
}

/* The first new finding of the whole campaign; NULL: none. */
static const struct snag__ledger_entry *first_new(const struct snag__campaign *c) {
    for (uint32_t i = 0; i < c->found_count; i++) {
        const struct snag__ledger_entry *e = &c->found[i].entry;
        if (!c->found[i].hidden && snag__ledger_is_discovery(e))
            return e;
    }
    return NULL;
}

/* SNAG_SCHEDULES, see recover.h. */
static void fill_turns(struct snag__summary *s) {
    const char *list = getenv(SNAG__ENV_SCHEDULES);
    while (list != NULL && *list != '\0' && s->turns_count < SNAG__TURNS_MAX) {
        struct snag__summary_turn *t = &s->turns[s->turns_count];
        size_t name = strcspn(list, "=");
        (void)snprintf(t->flavour, sizeof t->flavour, "%.*s", (int)name, list);
        char *rest;
        t->executions = list[name] == '=' ? strtoull(list + name + 1, &rest, 10) : 0;
        list = list[name] == '=' && *rest == ',' ? rest + 1 : NULL;
        if (t->executions == 0)
            continue; /* it had no turn */
        s->executions = s->turns_count == 0 ? t->executions : s->executions + t->executions;
        s->flavour = s->turns[0].flavour;
        s->turns_count++;
    }
}

/* Those that ran, in the order of the registry; pursuits last. */
static void fill_yields(struct snag__summary *s, const struct snag__share *sum) {
    for (uint32_t n = 0; n < SNAG__BY_MAX; n++) {
        /* What is given comes first, pursuits last. */
        uint32_t by = n == 0                  ? SNAG__BY_NOBODY
                      : n == SNAG__BY_MAX - 1 ? SNAG__BY_PURSUIT
                                              : SNAG__BY_FIRST + n - 1;
        const struct snag__yield *y = &sum->portfolio.yields[by];
        bool beside = by == SNAG__BY_PURSUIT;
        uint64_t schedules = beside ? sum->pursuits : y->schedules;
        if (schedules == 0 && y->findings == 0)
            continue;
        s->yields[s->yields_count++] = (struct snag__summary_yield){
            .name = beside                  ? SNAG__YIELD_PURSUIT
                    : by == SNAG__BY_NOBODY ? SNAG__YIELD_GIVEN
                                            : snag_strategy_at(by - SNAG__BY_FIRST)->name,
            .schedules = schedules,
            .pairs = y->pairs,
            .traces = y->traces,
            .findings = y->findings,
            .beside = beside};
    }
}

/* Of each flavour. `sum`: of all; no longer valid after it. */
static void fill_discoveries(struct snag__summary *s, const struct snag__coverage *coverage,
                             struct snag__share *sum) {
    const char *flavours[SNAG__TURNS_MAX];
    size_t count = snag__counted_flavours(coverage, flavours);
    for (size_t i = 0; i < count; i++) {
        if (count > 1)
            snag__coverage_sum(coverage, flavours[i], sum);
        s->discoveries_count +=
            snag__coverage_discovery(sum, &s->discoveries[s->discoveries_count]);
    }
}

/* What was covered, which is known only if every process counted it in the same place. */
static void fill_coverage(struct snag__summary *s, const struct snag__campaign *c) {
    static struct snag__share sum;
    s->partial = !c->covers_all;
    if (s->partial)
        return;
    snag__coverage_settle(c->coverage);
    snag__coverage_sum(c->coverage, NULL, &sum);
    bool draws = c->walk == NULL; /* programs at random; else it is always the same one */
    s->programs = draws ? snag__distinct_estimate(&sum.programs) : 0;
    s->traces = snag__distinct_estimate(&sum.traces);
    s->tasks_mean = mean(sum.tasks_count, sum.programs_count);
    s->ops_mean = mean(sum.ops_count, sum.programs_count);
    s->points_mean = mean(sum.points, sum.counted);
    s->switches_mean = mean(sum.switches, sum.counted);
    s->unknown = sum.unknown;
    s->pursuits = sum.pursuits;
    memcpy(s->limits, sum.limits, sizeof s->limits);
    fill_yields(s, &sum);
    if (c->session->impl != NULL && sum.counted > 0 && draws)
        fill_overlaps(s, c->session->impl, sum.overlaps);
    if (c->walk == NULL) /* it draws none at random */
        fill_discoveries(s, c->coverage, &sum);
}

static void print(FILE *out, const struct snag__summary *s, const struct snag__options *o) {
    if (o->json) {
        snag__summary_json(out, s);
        fputc('\n', out);
        return;
    }
    const char *columns = getenv("COLUMNS");
    bool colour = strcmp(o->colour, "always") == 0 ||
                  (strcmp(o->colour, "auto") == 0 && isatty(fileno(out)) == 1);
    snag__summary_print(out, s, columns != NULL ? (uint32_t)strtoul(columns, NULL, 10) : 0, colour);
}

void snag__campaign_summary(FILE *out, const struct snag__campaign *c) {
    const struct snag__options *o = c->session->options;
    struct snag__summary s = {.target = snag__target_name,
                              .flavour = snag__target_flavour,
                              .command = getenv(SNAG__ENV_COMMAND),
                              .strategy = c->all_strategies || c->walk != NULL ? NULL : o->strategy,
                              .walk = c->walk,
                              .seed = o->seed,
                              .executions = c->executions,
                              .jobs = c->job.count};
    const struct snag__ledger_entry *first = first_new(c);
    struct snag__summary_finding *findings = calloc(c->found_count + 1, sizeof *findings);
    if (findings == NULL) {
        fprintf(stderr, "snag: out of memory for the summary\n");
        return;
    }
    if (first != NULL) {
        s.first_finding = first->executions;
        s.first_flavour = first->flavour;
    }
    s.findings = findings;
    s.findings_count = fill_findings(findings, c);
    fill_coverage(&s, c);
    s.unmodelled = snag__unmodelled(&s.unmodelled_count);
    if (snag__is_program)
        s.inputs = snag__inputs(&s.inputs_count);
    fill_turns(&s);
    print(out, &s, o);
    free(findings);
    (void)fflush(out);
}
