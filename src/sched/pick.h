/* pick.h: who goes on from a scheduling point: the set of candidates, deadlines and the bound on
 * steps made into one question for snag__choose.
 *
 * It does not switch (sched.c) and does not answer (choose.c). The rule: where there is but one
 * candidate nothing is asked and nothing logged; time moves only as sched.h says.
 */
#ifndef SNAG_SCHED_PICK_H
#define SNAG_SCHED_PICK_H

#include "sched/sched.h"

/* Who goes on, now that `self` stands at a point. NULL: nobody can, ever. */
struct snag__vthread *snag__pick(struct snag__vthread *self);

#endif
