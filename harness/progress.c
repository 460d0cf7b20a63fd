/* progress.c: how a campaign is doing. See progress.h. */
#include "progress.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "campaign.h"

enum { TERMINAL_MS = 500, PLAIN_MS = 5000, LOOK_MS = 25 };
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

static uint64_t now_ns(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void snag__progress_begin(struct snag__progress *p, const struct snag__campaign *c,
                          const char *inputs) {
    *p = (struct snag__progress){.campaign = c, .inputs = inputs, .step = 1};
    if (inputs == NULL || c->session->options->json)
        p->campaign = NULL;
    p->terminal = isatty(STDERR_FILENO) == 1;
    p->looked_ns = p->line_ns = now_ns();
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
    for (uint32_t i = 0; i < c->found_count; i++) {
        const struct snag__ledger_entry *e = &c->found[i].entry;
        n += e->grade == SNAG_GRADE_FINDING && e->standing == SNAG__NEW;
    }
    return n;
}

static void show(struct snag__progress *p, uint64_t now) {
    const struct snag__campaign *c = p->campaign;
    uint64_t rate = (c->executions - p->line_executions) * NS_PER_S / (now - p->line_ns);
    p->line_ns = now;
    p->line_executions = c->executions;
    fprintf(stderr,
            "%s%" PRIu64 " schedules (%" PRIu64 "/s), ~%" PRIu64 " programs, ~%" PRIu64
            " traces, corpus %" PRIu64 ", %" PRIu32 " found%s",
            p->terminal ? "\r\033[K" : "", c->executions, rate,
            snag__distinct_estimate(&c->programs), snag__distinct_estimate(&c->traces),
            count_files(p->inputs), count_findings(c), p->terminal ? "" : "\n");
    p->shown = p->terminal;
}

void snag__progress_tick(struct snag__progress *p) {
    if (p->campaign == NULL || p->campaign->executions < p->check)
        return;
    uint64_t now = now_ns();
    /* Twice as many executions until the next look, or half as many: about LOOK_MS. */
    bool often = now - p->looked_ns < LOOK_MS * NS_PER_MS;
    p->step = often ? p->step * 2 : p->step / 2 + 1;
    p->looked_ns = now;
    p->check = p->campaign->executions + p->step;
    if (now - p->line_ns >= (p->terminal ? TERMINAL_MS : PLAIN_MS) * NS_PER_MS)
        show(p, now);
}

void snag__progress_clear(struct snag__progress *p) {
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
