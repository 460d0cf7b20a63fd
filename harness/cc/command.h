/* command.h: what a command line asks snag-cc for.
 *
 * It reads words and looks at no file. The rule: an option that nobody here knows is the
 * compiler's, so that a new one needs no line here; what cannot be is refused before anything runs.
 */
#ifndef SNAG_HARNESS_CC_COMMAND_H
#define SNAG_HARNESS_CC_COMMAND_H

#include "cc/words.h"

#define SNAG_CC_ROLES(X)                                                                           \
    X(OPTION)                                                                                      \
    X(LANGUAGE)                                                                                    \
    X(OUTPUT)                                                                                      \
    X(LINKER)                                                                                      \
    X(LIBRARY)                                                                                     \
    X(FOLDER)                                                                                      \
    X(ONLY)                                                                                        \
    X(PARTIAL)                                                                                     \
    X(ASK)                                                                                         \
    X(VERBOSE)                                                                                     \
    X(DROP)                                                                                        \
    X(SANITIZE)                                                                                    \
    X(REFUSE)                                                                                      \
    X(REFUSE_LINK)                                                                                 \
    X(SOURCE) /* a file to be compiled */                                                          \
    X(FILE)   /* one to be linked: an object, an archive, a shared library */

enum snag__role {
#define SNAG_CC_ROLE_ENUM(name) SNAG__ROLE_##name,
    SNAG_CC_ROLES(SNAG_CC_ROLE_ENUM)
#undef SNAG_CC_ROLE_ENUM
};

/* One word, and the next where that is its argument. */
struct snag__part {
    enum snag__role role;
    const char *word, *next;
    const char *value;    /* the argument, wherever it stands; of a file the file */
    const char *language; /* of a SOURCE: by -x; NULL: by its name */
    const char *why;
};

enum { SNAG__CC_FLAVOURS_MAX = 8 };

struct snag__command {
    struct snag__part *parts;
    size_t count;
    const char *flavours[SNAG__CC_FLAVOURS_MAX];
    size_t flavours_count;
    const char *output; /* NULL: none was named */
    bool only, partial, ask, verbose;
    bool cxx; /* links the C++ library */
    size_t sources, files;
};

/* `cxx`: called as a C++ compiler. Ends the process after a line where something is refused. */
void snag__command_read(struct snag__command *c, const struct snag__words *words, bool cxx);

/* "tsan" or "asan": how the flavour's objects are instrumented. */
const char *snag__instrumentation(const char *flavour);

#endif
