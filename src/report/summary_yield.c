/* summary_yield.c: the table of strategies. See summary_yield.h.
 *
 *      strategy         schedules  share  interleavings        traces findings
 *      ------------ ------------- ------ -------------- ------------- --------
 *      given                1,250     6%            102           812        0
 *      random               9,375    47%             37         6,120        1
 */
#include "report/summary_yield.h"

#include "base/text.h"
#include "report/sheet.h"

#include <inttypes.h>
#include <string.h>

/* Of the schedules of the sequence. */
static double share_of(const struct snag__summary *s, const struct snag__summary_yield *y) {
    uint64_t all = 0;
    for (size_t i = 0; i < s->yields_count; i++)
        all += s->yields[i].beside ? 0 : s->yields[i].schedules;
    return all != 0 && !y->beside ? (double)y->schedules / (double)all : 0.0;
}

static bool is_strategy(const struct snag__summary_yield *y) {
    return !y->beside && strcmp(y->name, SNAG__YIELD_GIVEN) != 0;
}

static void print_yield(FILE *out, const struct snag__summary *s,
                        const struct snag__summary_yield *y) {
    char schedules[SNAG__GROUPED_BYTES], pairs[SNAG__GROUPED_BYTES], traces[SNAG__GROUPED_BYTES],
        findings[SNAG__GROUPED_BYTES], share[SNAG__GROUPED_BYTES] = "beside";
    if (!y->beside)
        (void)snprintf(share, sizeof share, "%.0f%%", 100 * share_of(s, y));
    (void)fprintf(
        out, "   %-12s %13s %6s %14s %13s %8s\n", y->name, snag__grouped(y->schedules, schedules),
        share, y->beside ? "" : snag__grouped(y->pairs, pairs),
        y->beside ? "" : snag__grouped(y->traces, traces), snag__grouped(y->findings, findings));
}

void snag__summary_yields(FILE *out, const struct snag__summary *s, bool colour) {
    uint32_t strategies = 0;
    for (size_t i = 0; i < s->yields_count; i++)
        strategies += is_strategy(&s->yields[i]);
    if (strategies < 2)
        return;
    (void)fprintf(
        out, "\n%s   %-12s %13s %6s %14s %13s %8s\n   %.12s %.13s %.6s %.14s %.13s %.8s%s\n",
        snag__style_on(colour, SNAG__DIM), "strategy", "schedules", "share", "interleavings",
        "traces", "findings", "------------", "-------------", "------", "--------------",
        "-------------", "--------", snag__style_off(colour, SNAG__DIM));
    for (size_t i = 0; i < s->yields_count; i++)
        print_yield(out, s, &s->yields[i]);
    if (s->jobs > 1)
        (void)fprintf(out, "   (each job counts what was new to it)\n");
}

void snag__summary_yield_items(cJSON *to, const struct snag__summary *s) {
    cJSON *list = cJSON_AddArrayToObject(to, "strategies");
    for (size_t i = 0; i < s->yields_count; i++) {
        const struct snag__summary_yield *y = &s->yields[i];
        cJSON *o = cJSON_CreateObject();
        char share[32];
        cJSON_AddStringToObject(o, "name", y->name);
        cJSON_AddNumberToObject(o, "schedules", (double)y->schedules);
        if (!y->beside) {
            (void)snprintf(share, sizeof share, "%.4f", share_of(s, y));
            cJSON_AddItemToObject(o, "share", cJSON_CreateRaw(share));
            cJSON_AddNumberToObject(o, "interleavings", (double)y->pairs);
            cJSON_AddNumberToObject(o, "traces", (double)y->traces);
        }
        cJSON_AddNumberToObject(o, "findings", (double)y->findings);
        cJSON_AddItemToArray(list, o);
    }
}
