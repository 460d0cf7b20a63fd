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
#include "exec/body.h"
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
static void fill_overlaps(struct snag__summary *s, const struct snag_impl *impl) {
    static char names[PAIRS_MAX][PAIR_BYTES];
    static const char *missing[PAIRS_MAX];
    const uint32_t *rows = snag__body_overlaps();
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

/* All but what is known and was not seen. */
static size_t fill_findings(struct snag__summary_finding *to, const struct snag__campaign *c) {
    size_t n = 0;
    for (uint32_t i = 0; i < c->found_count; i++) {
        const struct snag__found *f = &c->found[i];
        if (f->times > 0 || f->before)
            to[n++] = (struct snag__summary_finding){&f->entry, f->times};
    }
    return n;
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
                              .strategy = c->all_strategies ? NULL : o->strategy,
                              .seed = o->seed,
                              .executions = c->executions,
                              .first_finding = c->first_finding,
                              .programs = snag__distinct_estimate(&c->programs),
                              .traces = snag__distinct_estimate(&c->traces),
                              .tasks_mean = mean(c->tasks_count, c->programs_count),
                              .ops_mean = mean(c->ops_count, c->programs_count),
                              .points_mean = mean(c->points, c->counted),
                              .switches_mean = mean(c->switches, c->counted),
                              .unknown = c->unknown};
    struct snag__summary_finding *findings = calloc(c->found_count + 1, sizeof *findings);
    if (findings == NULL) {
        fprintf(stderr, "snag: out of memory for the summary\n");
        return;
    }
    memcpy(s.limits, c->limits, sizeof s.limits);
    s.findings = findings;
    s.findings_count = fill_findings(findings, c);
    if (c->session->impl != NULL && c->counted > 0)
        fill_overlaps(&s, c->session->impl);
    print(out, &s, o);
    free(findings);
    (void)fflush(out);
}
