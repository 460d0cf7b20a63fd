/*
 * marker_library: where the code under test ends and the C++ library begins, between the markers.
 *
 * Linked in C++ programs only, directly before libstdc++.a: the globals of that are restored with
 * those of the code under test (std::cout and its flags, locales), but nothing that it does is
 * named by its own functions. Holds no data. The rule is marker_begin.c's.
 */
#include "exec/marker.h"

void snag__text_library(void) {}
SNAG__STARTUP void snag__startup_library(void) {}
