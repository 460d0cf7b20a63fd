/* spec_apart.c: the spec with a global in it, as a SPEC of its own: not between the markers. */
#define SPEC_WRONG GLOBALS
#include "spec.c"
