/* build.h: the command lines by which a file is compiled and a program is linked. */
#ifndef SNAG_HARNESS_CC_BUILD_H
#define SNAG_HARNESS_CC_BUILD_H

#include "cc/command.h"
#include "cc/libraries.h"

/* The whole command line once more, as it is. */
void snag__build_plain_line(const struct snag__command *c, struct snag__words *out);
/* The whole command line once more, compiled as code under test; nothing is linked. */
void snag__build_compile_line(const struct snag__command *c, struct snag__words *out);
/* One source of it, into `object`. */
void snag__build_source_line(const struct snag__command *c, const struct snag__part *source,
                             const char *instrumentation, const char *object,
                             struct snag__words *out);
/* `objects`: of the sources, in their order. `info`: says what the executable is. */
void snag__build_link_line(const struct snag__command *c, const struct snag__libraries *l,
                           const char *flavour, const struct snag__words *objects, const char *info,
                           const char *output, struct snag__words *out);
/* Compiles what says that the executable is this program in this flavour, `plain` in it being made
 * by another compiler; the object's path. */
const char *snag__build_info(const char *program, const char *flavour,
                             const struct snag__words *plain);

#endif
