/* program.h: is an executable a user's program that snag can run, and in which flavour?
 *
 * It does not run it to see. The rule: an executable that was not linked by snag is never started,
 * whatever it is called.
 */
#ifndef SNAG_FRONT_PROGRAM_H
#define SNAG_FRONT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* The flavour of the program at `path` ("fast"); false: it is none that snag can run. */
bool snag__program_look(const char *path, char *flavour, size_t room);

#endif
