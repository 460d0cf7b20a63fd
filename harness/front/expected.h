/* expected.h: what each shipped target is expected to show, from targets/expected.def. */
#ifndef SNAG_FRONT_EXPECTED_H
#define SNAG_FRONT_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>

/* The n-th finding kind ("leak") expected of a target in a flavour, in the order of the manifest;
 * NULL: no more. */
const char *snag__expected(const char *target, const char *flavour, size_t n);
/* Does the manifest say anything of it? Of a user's own target it does not. */
bool snag__expected_known(const char *target);

#endif
