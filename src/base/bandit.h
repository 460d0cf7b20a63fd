/* bandit.h: which of a few arms to play next, when what they pay is unknown, and changes.
 *
 * Discounted UCB (Garivier, Moulines: On Upper-Confidence Bound Policies for Switching Bandit
 * Problems, ALT 2011): of each arm the mean of what it paid of late counts, and the less it was
 * played of late, the more on top of that. Deviations: every arm has a turn in each cycle, whatever
 * it pays, and the favourite only those that are left, for what pays is a hint at what is sought,
 * not the thing itself; what is paid may be noted for a sample of the plays only; and the bound on
 * rewards in the padding is the highest mean of late, for rewards that only fade would all drown in
 * a bound that is fixed.
 *
 * It knows nothing of what the arms are. The rule: a pure function of what was paid, by operations
 * that are rounded the same way everywhere; plain data, all zero at first.
 */
#ifndef SNAG_BASE_BANDIT_H
#define SNAG_BASE_BANDIT_H

#include <stdint.h>

enum {
    SNAG__BANDIT_ARMS_MAX = 16,
    SNAG__BANDIT_CYCLE = 5 /* turns; with so many arms or more, one more than there are arms */
};

struct snag__bandit {
    uint32_t turn;      /* within the cycle */
    uint32_t favourite; /* arm */
    /* Of late: a play that was paid counts as one, and less and less as others follow. */
    double plays[SNAG__BANDIT_ARMS_MAX], paid[SNAG__BANDIT_ARMS_MAX];
};

/* The arm, of `arms` (1 to SNAG__BANDIT_ARMS_MAX), whose turn it is now. The first is the favourite
 * until each has been paid a few dozen times. */
uint32_t snag__bandit_next(struct snag__bandit *b, uint32_t arms);
/* A play of `arm` paid `reward`, in [0, 1]. */
void snag__bandit_pay(struct snag__bandit *b, uint32_t arms, uint32_t arm, double reward);

#endif
