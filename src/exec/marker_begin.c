/*
 * marker_begin: the opening end of the code under test's global data.
 *
 * Linked directly before the objects of the code under test; marker_end.c directly after them. What
 * lies between snag__data_begin and snag__data_end, and between snag__bss_begin and snag__bss_end,
 * is saved once and restored between executions. Not part of any library that the harness links for
 * itself. The rule that keeps it right: one initialised and one zero object and nothing else, so
 * that the linker's order of files is the order in memory.
 */
#include "exec/marker.h"

char snag__data_begin[SNAG__MARKER_BYTES] __attribute__((aligned(SNAG__MARKER_BYTES))) = {1};
char snag__bss_begin[SNAG__MARKER_BYTES] __attribute__((aligned(SNAG__MARKER_BYTES)));

void snag__text_begin(void) {}
SNAG__STARTUP void snag__startup_begin(void) {}
