/* aimed.c: see aimed.h. */
#include "aimed.h"

#include "exec/aim.h"
#include "exec/exec.h"
#include "sched/schedule.h"

/* Of so many schedules of a walk, one begins it anew. */
enum { ANEW_IN = 8 };

bool snag__aimed_turn(struct snag_schedule *s, struct snag__prng *rng) {
    struct snag__trace trace = snag__exec_trace();
    struct snag__aim aim;
    struct snag_switch out, back;
    if (!snag__aim_draw(&trace, rng, &aim) ||
        !snag__exec_switch(aim.first, aim.second->vthread, &out))
        return false;
    bool returns = snag__prng_chance(rng, 1, 2) && aim.after != NULL &&
                   snag__exec_switch(aim.after, aim.first->vthread, &back);
    if (!snag__schedule_put(s, &out))
        return false;
    if (returns)
        (void)snag__schedule_put(s, &back);
    return true;
}

void snag__aimed_begin(struct snag__aimed *a, uint64_t seed) {
    snag__prng_seed(&a->rng, seed);
    a->ready = false;
}

void snag__aimed_saw(struct snag__aimed *a) {
    a->ready = !snag__prng_chance(&a->rng, 1, ANEW_IN) && snag__exec_schedule(&a->next) &&
               snag__aimed_turn(&a->next, &a->rng);
}
