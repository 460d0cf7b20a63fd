/* portfolio.c: whose turn it is, and what it yielded. See portfolio.h. */
#include "portfolio.h"

#include "base/assert.h"
#include "snag/strategy.h"

/* Against a pair, which is worth 1: where one schedule in so many shows a new pair, traces do not
 * count for much. */
static const double worth_of_trace = 1.0 / 256;

static uint32_t arms[SNAG__BANDIT_ARMS_MAX]; /* strategies; the lead is the first */
static uint32_t arms_count;
static uint32_t arm_of[SNAG__BY_MAX]; /* + 1; 0: none */

static void add_arms(bool lead) {
    for (uint32_t i = 0; snag_strategy_at(i) != NULL; i++) {
        snag__assert(SNAG__BY_FIRST + i < SNAG__BY_MAX);
        if (!snag_strategy_is_arm(i) || snag_strategy_leads(i) != lead)
            continue;
        snag__assert(arms_count < SNAG__BANDIT_ARMS_MAX);
        arms[arms_count++] = i;
        arm_of[SNAG__BY_FIRST + i] = arms_count;
    }
}

static void find_arms(void) {
    if (arms_count != 0)
        return;
    add_arms(true);
    add_arms(false);
    snag__assert(arms_count != 0);
}

uint32_t snag__portfolio_arms(void) {
    find_arms();
    return arms_count;
}

uint32_t snag__portfolio_arm(uint32_t i) {
    find_arms();
    return arms[i];
}

uint32_t snag__portfolio_next(struct snag__portfolio *p) {
    find_arms();
    return arms[snag__bandit_next(&p->bandit, arms_count)];
}

void snag__portfolio_add(struct snag__portfolio *to, const struct snag__portfolio *from) {
    for (uint32_t i = 0; i < SNAG__BY_MAX; i++) {
        struct snag__yield *t = &to->yields[i];
        const struct snag__yield *f = &from->yields[i];
        t->schedules += f->schedules;
        t->pairs += f->pairs;
        t->traces += f->traces;
        t->findings += f->findings;
    }
}

void snag__portfolio_looked(struct snag__portfolio *p, uint32_t by, uint64_t new_pairs,
                            bool new_trace) {
    find_arms();
    p->yields[by].pairs += new_pairs;
    if (arm_of[by] == 0)
        return;
    double reward = new_pairs != 0 ? 1.0 : new_trace ? worth_of_trace : 0.0;
    snag__bandit_pay(&p->bandit, arms_count, arm_of[by] - 1, reward);
}
