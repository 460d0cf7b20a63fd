/* tally.h: how often each finding was seen, by its key.
 *
 * Not the list of findings (campaign_known.h), nor who found them (portfolio.h). The rule: plain
 * data, no pointers, all zero at first, for it lies with what the campaign covered, in memory that
 * outlives the process that counts; and a number that is not the whole number is none.
 */
#ifndef SNAG_HARNESS_TALLY_H
#define SNAG_HARNESS_TALLY_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAG__TALLY_MAX = 256 }; /* keys */

struct snag__tally {
    struct {
        uint64_t key; /* hash of it; 0: nobody's */
        uint64_t times;
    } rows[SNAG__TALLY_MAX];
    bool overflowed; /* there was a key more */
};

/* A finding of that key was seen once more. */
void snag__tally_add(struct snag__tally *t, const char *key);
/* How often. */
uint64_t snag__tally_of(const struct snag__tally *t, const char *key);

#endif
