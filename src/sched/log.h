/* log.h: what identifies a finished event log. Writing events is snag__log (sched.h).
 *
 * The rule: a digest covers everything but call sites, which differ between builds.
 */
#ifndef SNAG_SCHED_LOG_H
#define SNAG_SCHED_LOG_H

#include "snag/run.h"

/* *all: every event; *sync: SYNC and ATOMIC events only, the same in every flavour; NULL: not
 * wanted. */
void snag__log_digest(const struct snag_event *events, uint32_t count, uint64_t *all,
                      uint64_t *sync);

#endif
