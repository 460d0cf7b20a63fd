/* fault.c: when a search injects a fault: one policy, whichever strategy picks the schedule.
 *
 * Strategies are not asked: what makes a good schedule says nothing about when memory runs out. The
 * rule: few. Half of the executions have none of a kind, so that schedules are searched as without;
 * the others have a handful at most, so that no loop that tries again, and no wait in a loop, is
 * kept going by them.
 */
#include "sched/fault.h"

#include <string.h>

#include "base/prng.h"

struct plan {
    uint8_t left;   /* how many more may happen in this execution */
    uint8_t one_in; /* how often the answer is yes */
};

static struct plan plans[SNAG_FAULT_KINDS];
static struct snag__prng prng;
bool snag__faults_planned;

uint32_t snag__faults_in(const struct snag_schedule *schedule) {
    uint32_t set = 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        enum snag_fault fault = snag_fault_of(schedule->list[i].kind);
        set |= fault != SNAG_FAULT_KINDS ? SNAG_FAULT_SET(fault) : 0;
    }
    return set;
}

/* Programs come to a call once or a hundred times: hence rates of several orders. */
static void plan(const struct snag__request *request) {
    static const uint8_t at_most[] = {1, 1, 2, 4}, rates[] = {2, 2, 8, 32};
    snag__faults_planned = true;
    memset(plans, 0, sizeof(plans));
    snag__prng_seed(&prng, snag__mix64(request->seed) ^ UINT64_C(0x6661756c74));
    for (unsigned f = 0; f < SNAG_FAULT_KINDS; f++) {
        uint32_t r = snag__prng_below(&prng, 32);
        if ((request->faults & SNAG_FAULT_SET(f)) != 0 && (r & 1) != 0) {
            plans[f] = (struct plan){.left = at_most[r >> 1 & 3], .one_in = rates[r >> 3]};
        }
    }
}

bool snag__fault_policy(enum snag_fault fault) {
    if (!snag__faults_planned) {
        plan(snag__sched.request);
    }
    struct plan *p = &plans[fault];
    if (p->left == 0 || snag__prng_below(&prng, p->one_in) != 0) {
        return false;
    }
    p->left--;
    return true;
}
