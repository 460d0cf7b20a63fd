/*
 * marker_spec: the end of the spec's own global data.
 *
 * Linked directly after the sources of SPEC (snag_add_target()), which follow marker_end.c: what
 * lies between that marker and this one is what a model could remember between two calls, and
 * should not (src/oracle/model_probe.c). Nothing restores it. The rule is marker_begin.c's.
 */
#include "exec/marker.h"

char snag__spec_data_end[SNAG__MARKER_BYTES] __attribute__((aligned(SNAG__MARKER_BYTES))) = {1};
char snag__spec_bss_end[SNAG__MARKER_BYTES] __attribute__((aligned(SNAG__MARKER_BYTES)));
