/* counterfactual.h: what would have helped a stuck execution?
 *
 * The way of Zeller's and others' experiments on failing runs: change one thing in the state at
 * hand, let it go on, and see. It explains; it never decides that something is wrong. The rule:
 * logs, history, counts and findings of the execution are afterwards what they were before.
 */
#ifndef SNAG_ORACLE_COUNTERFACTUAL_H
#define SNAG_ORACLE_COUNTERFACTUAL_H

#include "sched/vthread.h"

/* On the driver, after an execution ended with nobody able to run, or as SNAG_END_STEPS: wakes
 * those who wait, without a deadline, for a condition variable, or are parked (snag/async.h); one
 * after the other, each when nobody else can go on, and again as long as that leads anywhere. If
 * all of it then comes to its end, that helped: returns the first wakeup that was of use.
 *
 * One who waits in a loop around a false condition only waits again, as after a spurious wakeup. So
 * whoever does more than that had what it waited for: its signal was lost, or never sent. */
struct snag__wakeup {
    bool helps;
    bool suspended; /* a task that is on no vthread */
    uint16_t vthread;
    uint16_t task;         /* on it when it waited, or suspended: index + 1; 0: none */
    uint32_t object, site; /* what it waited for, and where */
};
struct snag__wakeup snag__counterfactual_wakeup(void);

#endif
