/* reach.h: which blocks of the heap a program can still reach when it ends: those are no leaks.
 *
 * Found conservatively, as leak checkers do: a word that points into a live block, in a global, a
 * thread-local, a value of a key, the stack of a thread that has not ended, or a block that is
 * reached. The rule: it only reads.
 */
#ifndef SNAG_ORACLE_REACH_H
#define SNAG_ORACLE_REACH_H

#include <stdbool.h>

#include "shim/heap.h"

/* After the end of an execution. False: no memory, nothing is known. */
bool snag__reach_begin(void);
bool snag__reaches(const struct snag__block *b);
void snag__reach_end(void);

#endif
