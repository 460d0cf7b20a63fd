/* campaign_summary.c: the end of a campaign. See campaign_summary.h. */
#include "campaign_summary.h"

#include <inttypes.h>

void snag__campaign_summary(FILE *out, const struct snag__campaign *c) {
    fprintf(out,
            "schedules %" PRIu64 " programs ~%" PRIu64 " traces ~%" PRIu64 " first %" PRIu64
            " inconclusive %" PRIu64 " unknown %" PRIu64
            " tasks/prog %.2f ops/prog %.2f points/s %.1f\n",
            c->executions, snag__distinct_estimate(&c->programs),
            snag__distinct_estimate(&c->traces), c->first_finding, c->inconclusive, c->unknown,
            (double)c->tasks_count / (c->programs_count + !c->programs_count),
            (double)c->ops_count / (c->programs_count + !c->programs_count),
            (double)c->points / (c->executions + !c->executions));
    for (uint32_t i = 0; i < c->found_count; i++)
        fprintf(out, "%s %s first %" PRIu64 " times %" PRIu64 " %s\n  %s\n",
                snag__standing_name(c->found[i].entry.standing),
                snag_grade_name(c->found[i].entry.grade), c->found[i].entry.executions,
                c->found[i].times, c->found[i].entry.repro, c->found[i].entry.key);
}
