/* libraries.h: what each -lNAME of a command line is linked as.
 *
 * An archive where there is one, so that its calls are seen and its globals are put back. Not where
 * a shared library of the same command line needs the shared one: there would be two of it. The
 * rule: what an archive in turn needs is known from its shared twin, and is linked as well.
 */
#ifndef SNAG_HARNESS_CC_LIBRARIES_H
#define SNAG_HARNESS_CC_LIBRARIES_H

#include "cc/command.h"

struct snag__library {
    const struct snag__part *part; /* the -lNAME, or the shared library's own path */
    const char *archive;           /* NULL: there is none that may be used */
    const char *shared;        /* NULL: there is none; the linker says so, if it cannot either */
    const char *soname;        /* of the shared one */
    struct snag__words needed; /* by the shared one */
    const char *stays_shared;  /* why, where there is an archive */
};

struct snag__libraries {
    struct snag__library *list;
    size_t count;
    struct snag__words also; /* paths of shared libraries that archives among them need */
    bool cxx;                /* one of these is the C++ library */
};

void snag__libraries_find(struct snag__libraries *l, const struct snag__command *c);
/* The word to be linked for the part: "-lNAME", or the archive's path. */
const char *snag__libraries_word(const struct snag__libraries *l, const struct snag__part *p);

#endif
