/* bar.c: see bar.h. */
#include "exhaustive/bar.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/short_number.h"
#include "exhaustive/walk.h"
#include "live.h"

enum { BAR = 24, LOOKS_EVERY = 64 };
#define NS_PER_S 1e9

/* "12 s", "3 min", "5 h"; what is longer nobody waits for. */
static void time_words(double seconds, char *text, size_t room) {
    if (seconds < 100)
        (void)snprintf(text, room, "%.0f s", seconds);
    else if (seconds < 6000)
        (void)snprintf(text, room, "%.0f min", seconds / 60);
    else if (seconds < 360000)
        (void)snprintf(text, room, "%.0f h", seconds / 3600);
    else
        (void)snprintf(text, room, "days");
}

/* "[#####-------] 43 % of bound 2, 12.3k schedules (98.1k/s), about 12 s left" */
static void show(const struct snag__walk *w, uint64_t now) {
    char line[256], bar[BAR + 1], left[32], n[SNAG__SHORT_NUMBER_BYTES],
        rate[SNAG__SHORT_NUMBER_BYTES], bound[32] = "";
    const struct snag__walk_bound *b = &w->said.bounds[w->bound];
    double part = snag__tree_explored(&w->tree);
    double seconds = (double)(now - w->bound_began_ns) / NS_PER_S;
    uint64_t done = b->schedules + b->repeats;
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)(part * BAR) ? '#' : '-';
    bar[BAR] = '\0';
    if (b->preemptions != SNAG__WALK_UNBOUNDED)
        (void)snprintf(bound, sizeof bound, " of bound %" PRIu32, b->preemptions);
    time_words(part > 0 ? seconds * (1 - part) / part : 1e9, left, sizeof left);
    (void)snprintf(line, sizeof line, "[%s] %.3g %%%s, %s schedules (%s/s), about %s left", bar,
                   100 * part, bound, snag__short_number(b->schedules, n),
                   snag__short_number((uint64_t)((double)done / (seconds + 1e-9)), rate), left);
    snag__live_show(line);
}

void snag__bar_tick(const struct snag__walk *w) {
    static uint64_t last_ns;
    if (w->campaign->session->options->json || w->campaign->executions % LOOKS_EVERY != 0)
        return;
    uint64_t now = snag__live_now_ns();
    if (last_ns == 0)
        last_ns = now;
    if (now - last_ns >= snag__live_every_ns()) {
        last_ns = now;
        show(w, now);
    }
}
