/*
 * marker_end: the closing end of the code under test's global data; see marker_begin.c.
 *
 * Not linked anywhere but directly after the code under test. The rule is marker_begin.c's.
 */
#include "exec/marker.h"

char snag__data_end[SNAG__MARKER_BYTES] __attribute__((aligned(SNAG__MARKER_BYTES))) = {1};
char snag__bss_end[SNAG__MARKER_BYTES] __attribute__((aligned(SNAG__MARKER_BYTES)));

void snag__text_end(void) {}
SNAG__STARTUP void snag__startup_end(void) {}
