/* counted.h: which shares of the coverage were counted in, by flavour, and how many executions were
 * begun.
 *
 * The front reads it while others count; what executions covered is in coverage.c. The rule: a
 * share that nobody counted in is not looked at, for that would take memory.
 */
#ifndef SNAG_HARNESS_COUNTED_H
#define SNAG_HARNESS_COUNTED_H

#include "coverage.h"

/* Was anything begun in share number `i`, of `flavour` (NULL: of any)? */
bool snag__counted_in(const struct snag__coverage *c, size_t i, const char *flavour);
/* Executions of that flavour (NULL: of all) that were begun. */
uint64_t snag__counted_begun(const struct snag__coverage *c, const char *flavour);
/* The flavours of them, in the order of their turns. Returns how many. */
size_t snag__counted_flavours(const struct snag__coverage *c, const char *names[SNAG__TURNS_MAX]);

#endif
