/* sequential.h: would one task alone have shown it? Tells a wrong model from a race.
 *
 * A result that the model rejects when several tasks run may be a bug of concurrency, or the model
 * may be wrong, or the implementation, whoever runs it. The rule: where the same operations, one
 * after another in one task, are rejected too, the finding is that (kind sequential).
 */
#ifndef SNAG_HARNESS_SEQUENTIAL_H
#define SNAG_HARNESS_SEQUENTIAL_H

#include "session.h"

/* `p` just ran (its history is exec's) and was not linearizable. True: a program of one task shows
 * it as sequential; it is in *alone, and the last that ran, under no schedule, with *v. */
bool snag__sequential(struct snag__session *s, const struct snag_program *p,
                      struct snag_program *alone, struct snag_verdict *v);

#endif
