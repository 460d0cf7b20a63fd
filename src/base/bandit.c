/* bandit.c: discounted UCB over a few arms, each with a share of its own. See bandit.h. */
#include "base/bandit.h"

#include <math.h>

enum { PLAYS_TO_TELL = 32 }; /* of each arm: with fewer they are as good as each other */

/* A play counts half after about 700 more: long enough to tell arms apart that pay now and then,
 * short against a search. */
static const double discount = 1.0 - 1.0 / 1024;
static const double xi = 0.5; /* weight of the padding, as in the paper's experiments */

uint32_t snag__bandit_next(struct snag__bandit *b, uint32_t arms) {
    uint32_t cycle = arms < SNAG__BANDIT_CYCLE ? SNAG__BANDIT_CYCLE : arms + 1;
    uint32_t turn = b->turn;
    b->turn = turn + 1 < cycle ? turn + 1 : 0;
    return turn < arms ? turn : b->favourite;
}

/* ln n of n >= 1, in steps: it makes no difference, and a library's logarithm may make one from
 * one machine to the next. */
static double rough_log(double n) {
    uint64_t whole = (uint64_t)n;
    return whole < 2 ? 0.0 : 0.693 * (double)(63 - __builtin_clzll(whole));
}

static double mean_of(const struct snag__bandit *b, uint32_t arm) {
    return b->paid[arm] / b->plays[arm];
}

/* The lowest of those that are as good. */
static uint32_t best(const struct snag__bandit *b, uint32_t arms) {
    double all = 0.0, bound = 0.0, top = -1.0;
    uint32_t picked = 0;
    for (uint32_t i = 0; i < arms; i++) {
        if (b->plays[i] < PLAYS_TO_TELL)
            return 0;
        all += b->plays[i];
        bound = mean_of(b, i) > bound ? mean_of(b, i) : bound;
    }
    for (uint32_t i = 0; i < arms; i++) {
        double score = mean_of(b, i) + 2 * bound * sqrt(xi * rough_log(all) / b->plays[i]);
        if (score > top) {
            top = score;
            picked = i;
        }
    }
    return picked;
}

void snag__bandit_pay(struct snag__bandit *b, uint32_t arms, uint32_t arm, double reward) {
    for (uint32_t i = 0; i < arms; i++) {
        b->plays[i] *= discount;
        b->paid[i] *= discount;
    }
    b->plays[arm] += 1.0;
    b->paid[arm] += reward;
    b->favourite = best(b, arms);
}
