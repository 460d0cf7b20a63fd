/* distinct.c: linear counting. See distinct.h. */
#include "base/distinct.h"

#include <math.h>

#define CELLS ((double)SNAG__DISTINCT_CELLS)

static double zeros_of(uint64_t used) {
    return used < SNAG__DISTINCT_CELLS ? CELLS - (double)used : 1.0;
}

uint64_t snag__distinct_estimate_at(uint64_t used) {
    return (uint64_t)(-CELLS * log(zeros_of(used) / CELLS) + 0.5);
}

uint64_t snag__distinct_estimate(const struct snag__distinct *d) {
    return snag__distinct_estimate_at(d->used);
}

/* A cell is one if a single value fell there, once, and no other did: that happens to a value seen
 * once with the probability that a cell is still empty, zeros / cells. */
double snag__distinct_once(const struct snag__distinct *d) {
    return (double)d->once * CELLS / zeros_of(d->used);
}

void snag__distinct_merge(struct snag__distinct *to, const struct snag__distinct *from) {
    const uint64_t low = UINT64_C(0x5555555555555555);
    to->used = to->once = 0;
    for (uint64_t i = 0; i < SNAG__DISTINCT_CELLS / SNAG__DISTINCT_PER_WORD; i++) {
        uint64_t a = to->words[i], b = from->words[i];
        uint64_t some = (a | b) & low; /* the cells that are not zero */
        uint64_t more = ((a >> 1 | b >> 1) & low) | (a & b & low);
        to->words[i] = some | more << 1;
        to->used += (uint64_t)__builtin_popcountll(some);
        to->once += (uint64_t)__builtin_popcountll(some & ~more);
    }
}
