/* distinct.h: about how many different values were seen, in fixed memory.
 *
 * Linear counting (Whang, Vander-Zanden, Taylor: A Linear-Time Probabilistic Counting Algorithm for
 * Database Applications, TODS 1990): a bitmap indexed by hash. The rule: an estimate, and said as
 * one.
 */
#ifndef SNAG_HARNESS_DISTINCT_H
#define SNAG_HARNESS_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

struct snag__distinct {
    uint64_t *bits; /* owned */
    uint64_t zeros;
};

bool snag__distinct_init(struct snag__distinct *d);
void snag__distinct_free(struct snag__distinct *d);
void snag__distinct_add(struct snag__distinct *d, uint64_t hash);
/* Exact to about one in a thousand up to ten million, then rougher; never more than that saturates.
 */
uint64_t snag__distinct_estimate(const struct snag__distinct *d);

#endif
