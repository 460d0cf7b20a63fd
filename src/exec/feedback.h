/* feedback.h: which interleavings an execution showed, as coverage for the fuzzing engine.
 *
 * Code coverage does not see schedules. So these ordered pairs of events of two actors count as
 * covered, if they are about the same object or memory, and nobody changed it between them:
 *   - a change, and an event that met what it left: reads-from pairs, lock hand-overs, signals and
 *     whom they woke (after Wolff, Shi, Duck, Mathur, Roychoudhury: Greybox Fuzzing for Concurrency
 *     Testing, ASPLOS 2024, whose feedback is reads-from pairs of memory; ours are of all that can
 *     be waited for, too, and have no frequencies);
 *   - a read, and the change that came after it: which of two racing accesses came first.
 * And where the operations of others stood when one ended: its kind, which of the two had begun
 * first, and the last event of the other.
 * An event stands for its kind, its call site and the kind of operation it is in, for a locked
 * helper has one call site whoever calls it.
 *
 * It decides nothing. The rule: it is read from a finished log, so that executions cost nothing
 * more when nobody fuzzes; numbers in it differ between builds and are kept nowhere.
 */
#ifndef SNAG_EXEC_FEEDBACK_H
#define SNAG_EXEC_FEEDBACK_H

#include "exec/trace.h"

enum { SNAG__FEEDBACK_BYTES = 8192 };

/* Sets counters[pair] to 1 for each pair of the trace; SNAG__FEEDBACK_BYTES of them. Returns how
 * many were 0 before. `name`: that no other trace in this process has (program and digest), so that
 * the same one need not be read again; 0: none. Not thread-safe. */
uint32_t snag__feedback_read(const struct snag__trace *trace, uint64_t name, uint8_t *counters);
/* It will be asked for `name` soon: waiting for memory then would cost a twentieth of a short
 * execution. */
void snag__feedback_expect(uint64_t name);
/* Hands each pair of the trace, as often as it occurs, to visit(to, hash of 32 bits). */
void snag__feedback_visit(const struct snag__trace *trace, void (*visit)(void *to, uint64_t pair),
                          void *to);

#endif
