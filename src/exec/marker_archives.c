/*
 * marker_archives: where code that snag compiled ends and archives begin, between the markers.
 *
 * Linked directly before the archives that a target names as its LIBS, which nobody instrumented:
 * what they do to memory is not seen, nor the atomics that order it. Holds no data. The rule is
 * marker_begin.c's.
 */
#include "exec/marker.h"

void snag__text_archives(void) {}
