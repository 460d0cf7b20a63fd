/* checkpoint.h: where an exhaustive exploration is, in a file, so that another process goes on from
 * there.
 *
 * The rule: a walk that was stopped and continued tells the same, in the end, as one that was not;
 * what is not the checkpoint of this very exploration is refused.
 */
#ifndef SNAG_HARNESS_EXHAUSTIVE_CHECKPOINT_H
#define SNAG_HARNESS_EXHAUSTIVE_CHECKPOINT_H

#include <stdbool.h>

struct snag__walk;

/* Reads w->checkpoint, if it is there: *resumed. 0 or an exit status, having said why. */
int snag__checkpoint_open(struct snag__walk *w, bool *resumed);
/* Between two executions: writes it if it is time, or `now`. False: it could not be written, which
 * was said. */
bool snag__checkpoint_tick(struct snag__walk *w, bool now);

#endif
