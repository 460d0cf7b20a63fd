/* progress.c: how a campaign is doing. See progress.h. */
#include "progress.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/short_number.h"
#include "campaign.h"
#include "cli/commands.h"
#include "live.h"

#define LOOK_NS UINT64_C(25000000)
#define NS_PER_S UINT64_C(1000000000)

void snag__progress_begin(struct snag__progress *p, const struct snag__campaign *c,
                          const char *inputs, uint64_t executions_max) {
    *p = (struct snag__progress){.campaign = c->session->options->json ? NULL : c,
                                 .inputs = inputs,
                                 .executions_max = executions_max,
                                 .step = 1};
    p->looked_ns = p->line_ns = snag__live_now_ns();
    p->line_executions = c->executions;
    p->check = c->executions + 1;
}

static uint64_t count_files(const char *folder) {
    uint64_t n = 0;
    DIR *d = opendir(folder);
    for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        n += e->d_name[0] != '.';
    if (d != NULL)
        (void)closedir(d);
    return n;
}

static uint32_t count_findings(const struct snag__campaign *c) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->found_count; i++)
        n += !c->found[i].hidden && snag__ledger_is_discovery(&c->found[i].entry);
    return n;
}

/* "fast: 2 found, 12.3M of 100M schedules (1.02M/s), 801k programs, 3.40M traces, corpus 123" */
static void show(struct snag__progress *p, uint64_t now) {
    const struct snag__campaign *c = p->campaign;
    char line[256], of[32] = "", done[SNAG__SHORT_NUMBER_BYTES], rate[SNAG__SHORT_NUMBER_BYTES],
                    number[SNAG__SHORT_NUMBER_BYTES];
    uint64_t per_s = (uint64_t)((double)(c->executions - p->line_executions) * (double)NS_PER_S /
                                (double)(now - p->line_ns));
    p->line_ns = now;
    p->line_executions = c->executions;
    if (p->executions_max != 0)
        snprintf(of, sizeof of, " of %s", snag__short_number(p->executions_max, number));
    int n = snprintf(line, sizeof line, "%s: %" PRIu32 " found, %s%s schedules (%s/s)",
                     snag__target_flavour, count_findings(c),
                     snag__short_number(c->executions, done), of, snag__short_number(per_s, rate));
    if (c->share->programs_count > 0)
        n += snprintf(line + n, sizeof line - (size_t)n, ", %s programs",
                      snag__short_number(snag__distinct_estimate(&c->share->programs), number));
    n += snprintf(line + n, sizeof line - (size_t)n, ", %s traces",
                  snag__short_number(snag__distinct_estimate(&c->share->traces), number));
    if (p->inputs != NULL)
        snprintf(line + n, sizeof line - (size_t)n, ", corpus %" PRIu64, count_files(p->inputs));
    snag__live_show(line);
}

void snag__progress_look(struct snag__progress *p) {
    uint64_t now = snag__live_now_ns();
    /* Twice as many executions until the next look, or half as many: about LOOK_NS. */
    p->step = now - p->looked_ns < LOOK_NS ? p->step * 2 : p->step / 2 + 1;
    p->looked_ns = now;
    p->check = p->campaign->executions + p->step;
    if (now - p->line_ns >= snag__live_every_ns())
        show(p, now);
}
