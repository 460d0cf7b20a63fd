/* exhaustive.h: `explore --exhaustive`: which program, which bounds, and what is told. */
#ifndef SNAG_HARNESS_EXHAUSTIVE_EXHAUSTIVE_H
#define SNAG_HARNESS_EXHAUSTIVE_EXHAUSTIVE_H

#include "campaign.h"

/* Do the options go together? 0, or a status, having said why. */
int snag__exhaustive_asked(const struct snag__options *o);
/* Explores; the campaign's summary tells what came of it. `program`: room for one. 0, or a status,
 * having said why. */
int snag__exhaust(struct snag__campaign *c, struct snag_program *program);

#endif
