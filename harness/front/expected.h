/* expected.h: what each shipped target is expected to show, from targets/expected.def. */
#ifndef SNAG_FRONT_EXPECTED_H
#define SNAG_FRONT_EXPECTED_H

#include <stddef.h>

/* The n-th finding kind ("leak") expected of a target in a flavour, in the order of the manifest;
 * NULL: no more. A target of which the manifest says nothing is expected to be silent. */
const char *snag__expected(const char *target, const char *flavour, size_t n);

#endif
