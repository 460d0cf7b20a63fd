/* feedback.h: which interleavings an execution showed, as coverage for the fuzzing engine.
 *
 * Code coverage does not see schedules. So every ordered pair "an event changed an object, then an
 * event of another actor met what it left" counts as covered: reads-from pairs of atomics, lock
 * hand-overs, signals and who they woke (after Wolff, Shi, Duck, Mathur, Roychoudhury: Greybox
 * Fuzzing for Concurrency Testing, ASPLOS 2024, whose feedback is reads-from pairs; we have other
 * objects than memory too, and no per-pair frequencies). An event stands for its kind, its call
 * site and the kind of operation it is in, for a locked helper has one call site whoever calls it.
 *
 * It decides nothing. The rule: it is read from a finished log, so that executions cost nothing
 * more when nobody fuzzes; numbers in it differ between builds and are kept nowhere.
 */
#ifndef SNAG_EXEC_FEEDBACK_H
#define SNAG_EXEC_FEEDBACK_H

#include "snag/run.h"

enum { SNAG__FEEDBACK_BYTES = 4096 };

/* Sets counters[pair] to 1 for each pair of the log; SNAG__FEEDBACK_BYTES of them. Returns how many
 * were 0 before. Not thread-safe. */
uint32_t snag__feedback_read(const struct snag_event *events, uint32_t count, uint8_t *counters);
/* Hands each pair of the log, as often as it occurs, to visit(to, hash of 32 bits). */
void snag__feedback_visit(const struct snag_event *events, uint32_t count,
                          void (*visit)(void *to, uint64_t pair), void *to);

#endif
