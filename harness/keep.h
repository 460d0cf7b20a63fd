/* keep.h: makes a repro of an execution and puts it where it belongs.
 *
 * The rule: when a path was returned, the file is on disk under that name, whole; when it could not
 * be written, its text is on standard error instead.
 */
#ifndef SNAG_HARNESS_KEEP_H
#define SNAG_HARNESS_KEEP_H

#include "repro/repro.h"
#include "session.h"
#include "shrink/shrink.h"

/* Fills *r from a case that was just replayed with verdict *v; finding number `i` of it. The
 * schedule is borrowed from *c, so *r must not be freed. */
void snag__keep_describe(struct snag__repro *r, struct snag__session *s,
                         const struct snag__shrink_case *c, const struct snag_verdict *v,
                         uint32_t i);
/* Writes it as OUT/TARGET/KIND-HASH.repro. False: it is on standard error. */
bool snag__keep_write(const struct snag__repro *r, struct snag__session *s, char *path,
                      size_t room);

#endif
