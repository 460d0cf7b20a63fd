/* objects.h: what kind of code an object or an archive holds, and what a shared library needs.
 *
 * Read out of their ELF symbols; a file that is no such thing is not judged here but by the linker.
 */
#ifndef SNAG_HARNESS_CC_OBJECTS_H
#define SNAG_HARNESS_CC_OBJECTS_H

#include "cc/words.h"

/* What the objects of a file, or of an archive, hold: of both more than one may be true. */
struct snag__objects {
    bool tsan;                             /* for fast and tsan */
    bool asan;                             /* for asan */
    bool plain;                            /* compiled by another compiler: accesses are not seen */
    const char *asan_member, *tsan_member; /* the first of each; "" where it is no archive */
};

/* False: neither an object nor an archive. */
bool snag__objects_look(const char *path, struct snag__objects *out);

/* A shared library: its own name, and the names of those it needs. False: it is none. */
bool snag__shared_look(const char *path, const char **soname, struct snag__words *needed);

#endif
