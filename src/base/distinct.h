/* distinct.h: about how many different values were seen, and how many of them once, in fixed
 * memory.
 *
 * Linear counting (Whang, Vander-Zanden, Taylor: A Linear-Time Probabilistic Counting Algorithm for
 * Database Applications, TODS 1990), with cells that count to two instead of bits. The rule: an
 * estimate, and said as one; all zero is empty, and there is no pointer in it, so that it may lie
 * in memory that several processes share one after the other.
 */
#ifndef SNAG_BASE_DISTINCT_H
#define SNAG_BASE_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAG__DISTINCT_CELLS = 1 << 22, SNAG__DISTINCT_PER_WORD = 32 };

struct snag__distinct {
    uint64_t used, once; /* cells that are not zero; that are one */
    uint64_t words[SNAG__DISTINCT_CELLS / SNAG__DISTINCT_PER_WORD]; /* two bits a cell: 0, 1, 3 */
};

/* The cell of `hash` is asked for soon: it is seldom in the cache. */
static inline void snag__distinct_expect(const struct snag__distinct *d, uint64_t hash) {
    __builtin_prefetch(&d->words[hash % SNAG__DISTINCT_CELLS / SNAG__DISTINCT_PER_WORD], 1);
}

/* True: its cell was empty. */
static inline bool snag__distinct_add(struct snag__distinct *d, uint64_t hash) {
    uint64_t i = hash % SNAG__DISTINCT_CELLS, *word = &d->words[i / SNAG__DISTINCT_PER_WORD];
    unsigned shift = 2 * (unsigned)(i % SNAG__DISTINCT_PER_WORD);
    uint64_t before = *word >> shift & 3;
    if (before == 3) {
        return false;
    }
    bool fresh = before == 0;
    d->used += fresh;
    d->once += fresh ? UINT64_C(1) : UINT64_MAX;
    *word |= (fresh ? UINT64_C(1) : UINT64_C(3)) << shift;
    return fresh;
}

/* Exact to about one in a thousand up to ten million, then rougher; never more than that saturates.
 */
uint64_t snag__distinct_estimate(const struct snag__distinct *d);
/* What it was when `used` cells were not zero. */
uint64_t snag__distinct_estimate_at(uint64_t used);
/* How many of them were added exactly once. */
double snag__distinct_once(const struct snag__distinct *d);
/* As if all that was added to `from` had been added to `to` as well. */
void snag__distinct_merge(struct snag__distinct *to, const struct snag__distinct *from);

#endif
