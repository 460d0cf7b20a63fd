/* constructors.h: what the code under test does before main: static constructors, under control.
 *
 * Of C++ objects with static storage, and functions with the constructor attribute. Run by the C
 * library when the process starts, they would allocate what the executions then change and free,
 * and nobody could put that back. So they are taken off its list before it comes to them, and each
 * execution begins with them. The rule: those of sanitizers, of libraries of the language and of
 * snag itself stay where they are, and so do all where the program is to be as it is.
 */
#ifndef SNAG_EXEC_CONSTRUCTORS_H
#define SNAG_EXEC_CONSTRUCTORS_H

#include <stdbool.h>
#include <stdint.h>

/* As the code of the running vthread. */
void snag__constructors_run(void);
/* Event `event` of this execution was theirs: what they allocate is there to stay. */
bool snag__constructors_did(uint32_t event);

#endif
