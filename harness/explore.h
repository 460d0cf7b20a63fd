/* explore.h: the pure sequence of schedules that `explore` and checks in unit tests run. */
#ifndef SNAG_HARNESS_EXPLORE_H
#define SNAG_HARNESS_EXPLORE_H

#include "campaign.h"

/* Until --schedules have been run or the campaign is over. `program`: room for one. */
void snag__explore(struct snag__campaign *c, struct snag_program *program);

#endif
