/* bar.h: how far an exhaustive exploration is, on standard error.
 *
 * The rule: as in progress.h: nothing that is shown feeds back into the search. */
#ifndef SNAG_HARNESS_EXHAUSTIVE_BAR_H
#define SNAG_HARNESS_EXHAUSTIVE_BAR_H

struct snag__walk;

/* After an execution: shows the line if it is time; nothing with --json. */
void snag__bar_tick(const struct snag__walk *w);

#endif
