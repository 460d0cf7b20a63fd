/* wreck.h: a process got stuck or died of the code under test: a repro out of its flight recorder.
 *
 * For `recover` and for checks in unit tests; what happened to the process, they say. The rule: the
 * recorder is read before anything else is run, for the runs that follow write into it.
 */
#ifndef SNAG_HARNESS_WRECK_H
#define SNAG_HARNESS_WRECK_H

#include <time.h>

#include "exec/recorder.h"
#include "finding/ledger.h"
#include "isolate.h"
#include "repro/repro.h"
#include "session.h"
#include "shrink/shrink.h"

struct snag__wreck {
    struct snag__session *session;
    struct snag__shrink_case c; /* what was run; owned */
    struct snag_finding finding;
    uint16_t spec_op;      /* of the operation it was in; SNAG_OPS_MAX: none */
    char note[512];        /* for the repro, as in there */
    struct timespec until; /* when shrinking is to end */
};

/* What `r` holds. False, after a line on standard error: it is damaged. */
bool snag__wreck_read(struct snag__wreck *x, struct snag__session *s,
                      const struct snag__recorder *r);
void snag__wreck_free(struct snag__wreck *x);

/* The finding: `kind` is INFINITE_LOOP, BLOCKING_CALL or CHILD_DIED; `function` of the code under
 * test, in which it was stuck; NULL: unknown. */
void snag__wreck_name(struct snag__wreck *x, enum snag_finding_kind kind, const char *function);

/* Once more, in a child that is ended after a silence of `quiet_ms`: does it end as `finding.kind`
 * says? */
bool snag__wreck_shows(struct snag__wreck *x, uint32_t quiet_ms);
/* Makes it smaller, a child per candidate, for --shrink-seconds at most. */
void snag__wreck_shrink(struct snag__wreck *x);
/* Writes it below --out; *entry is what a ledger says of it, its path included. */
bool snag__wreck_keep(struct snag__wreck *x, bool unreproduced, struct snag__ledger_entry *entry);

#endif
