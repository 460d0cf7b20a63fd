/* walk.h: the event log as rows of a sheet: what is shown, and where control changes hands. */
#ifndef SNAG_REPORT_WALK_H
#define SNAG_REPORT_WALK_H

#include "report/sheet.h"

/* Does this kind of finding mean that its parties still stood somewhere at the end? */
bool snag__is_stuck(enum snag_finding_kind kind);

/* Does an event of this kind say that somebody parks or awaits a descriptor, and which? */
bool snag__is_park_kind(uint8_t kind);

/* Walks through the log once. `s` has a lane for everybody in the first, measuring pass. */
void snag__walk(const struct snag__view *v, struct snag__sheet *s);

#endif
