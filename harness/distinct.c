/* distinct.c: linear counting. See distinct.h. */
#include "distinct.h"

#include <math.h>
#include <stdlib.h>

#define BITS (UINT64_C(1) << 22) /* half a megabyte: it stays in the cache */

bool snag__distinct_init(struct snag__distinct *d) {
    d->bits = calloc(BITS / 64, sizeof d->bits[0]);
    d->zeros = BITS;
    return d->bits != NULL;
}

void snag__distinct_free(struct snag__distinct *d) {
    free(d->bits);
    d->bits = NULL;
}

void snag__distinct_add(struct snag__distinct *d, uint64_t hash) {
    uint64_t i = hash & (BITS - 1);
    uint64_t bit = UINT64_C(1) << (i % 64);
    d->zeros -= (d->bits[i / 64] & bit) == 0;
    d->bits[i / 64] |= bit;
}

uint64_t snag__distinct_estimate(const struct snag__distinct *d) {
    double zeros = d->zeros > 0 ? (double)d->zeros : 1.0;
    return (uint64_t)(-(double)BITS * log(zeros / (double)BITS) + 0.5);
}
