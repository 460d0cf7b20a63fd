/* front.h: the commands of `snag`, from commands.def, and what several of them need.
 *
 * The rule: a command returns its exit status (enum snag__exit) and has said on standard error why
 * it is 2 or 3.
 */
#ifndef SNAG_FRONT_FRONT_H
#define SNAG_FRONT_FRONT_H

#include "base/options.h"
#include "front/targets.h"

#define X(name, arguments_min, arguments_max, arguments, line, help)                               \
    int snag__front_##name(const struct snag__options *o, int argc, char **positional);
#include "front/commands.def"
#undef X

/* Prints the line of an error and returns the exit status it makes. */
int snag__front_fail(const struct snag_error *e);

/* What is to be run. Strings live as long as the process. */
struct snag__chosen {
    const char *target, *flavour, *executable;
    bool program; /* a user's, with a main of its own */
};

/* By name or path. */
enum snag_err snag__choose(const struct snag__options *o, const char *name,
                           struct snag__chosen *out, struct snag_error *e);
/* All its flavours. NULL: gone. */
const struct snag__target *snag__chosen_target(const struct snag__chosen *c);
/* Another flavour of a target by name; NULL: not built. */
const char *snag__choose_other(const struct snag__chosen *c, const char *flavour);
/* The target and flavour that a repro is for. */
enum snag_err snag__choose_for_repro(const struct snag__options *o, const char *path,
                                     struct snag__chosen *out, struct snag_error *e);

#endif
