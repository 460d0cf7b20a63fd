/* load.h: a repro file as a case of this executable's target, for replay, shrink and show. */
#ifndef SNAG_HARNESS_LOAD_H
#define SNAG_HARNESS_LOAD_H

#include "repro/repro.h"
#include "session.h"

/* Reads `path` and checks that it is for this target. Returns 0, or an exit status after saying why
 * on standard error (in `line`, if that is not NULL, instead; *stale says whether that is the
 * reason). */
int snag__load(const char *path, struct snag__session *s, struct snag__repro *r, char *line,
               size_t room, bool *stale);
/* The program of *r, or NULL. */
const struct snag_program *snag__load_program(const struct snag__repro *r);
/* What this executable's flavour is expected to show: a key, "" for silence; NULL: not stated. */
const struct snag__expect *snag__load_expect(const struct snag__repro *r);

#endif
