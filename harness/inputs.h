/* inputs.h: the inputs that libFuzzer wrote, when the disk may have been too small for them.
 *
 * libFuzzer does not look whether a file could be written. The rule: what it left is a whole input
 * or no file, and where it could not write, that is said.
 */
#ifndef SNAG_HARNESS_INPUTS_H
#define SNAG_HARNESS_INPUTS_H

#include <stdbool.h>
#include <time.h>

#include "snag/spec.h"

/* Is there room in `folder`? If not, says so in one line, removes every input that was begun at or
 * after `since` and is not whole, and returns false. */
bool snag__inputs_check(const char *folder, const struct snag_impl *impl, time_t since);

#endif
