/* estimate.c: how many schedules there are, from a few hundred at random.
 *
 * Knuth: Estimating the efficiency of backtrack programs, Math. Comp. 29 (1975): on a random path
 * from the root to a leaf, the product of how many ways there were at each node is, on average, the
 * number of leaves. Of the reduced tree the ways are those that the races of the path itself ask
 * for, and what is asleep is not known, so that this one is no more than an indication.
 */
#include "exhaustive/walk.h"

#include <string.h>

#include "sched/plain.h"

enum { PROBES = 256 };

bool snag__walk_probe(struct snag__walk *w) {
    struct snag__prng prng;
    double reduced = 0, plain = 0;
    uint32_t n = 0;
    snag__prng_seed(&prng, w->campaign->session->options->seed);
    w->tree.preemptions_max = w->preemptions_max;
    w->tree.probe = &prng;
    for (uint32_t i = 0; i < PROBES && !snag__campaign_over(w->campaign); i++) {
        struct snag_verdict v;
        bool learned;
        snag__tree_reset(&w->tree);
        (void)snag__walk_step(w, &v, &learned);
        if (learned) { /* those before had fewer points */
            reduced = plain = 0;
            n = 0;
        }
        double one, whole;
        snag__tree_estimate(&w->tree, &one, &whole);
        reduced += one;
        plain += whole;
        n++;
        w->said.probes++;
        snag__walk_saw(w, &v);
    }
    w->tree.probe = NULL;
    w->said.estimate = reduced / (n + (n == 0));
    w->said.estimate_plain = plain / (n + (n == 0));
    return w->said.probes == PROBES;
}
