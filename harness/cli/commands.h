/* commands.h: the commands of a target executable, from commands.def.
 *
 * The rule: a command returns its exit status (enum snag__exit) and has said on standard error why
 * it is not 0 or 1.
 */
#ifndef SNAG_HARNESS_CLI_COMMANDS_H
#define SNAG_HARNESS_CLI_COMMANDS_H

#include "base/options.h"

/* `positional`: the arguments that are not options, argc of them. */
#define X(name, arguments_min, arguments_max, arguments, help)                                     \
    int snag__cmd_##name(const struct snag__options *o, int argc, char **positional);
#include "cli/commands.def"
#undef X

/* The command that argv asks for; its exit status. */
int snag__runner_main(int argc, char **argv);

/* The whole process as an ordinary libFuzzer binary; argv is its own. */
int snag__libfuzzer_main(int argc, char **argv);

/* Which executable this is; defined by what snag_add_target() generates, which lies between the
 * markers: nothing of it may change. */
extern const char snag__target_own_name[]; /* "kv/mutex" */
extern const char snag__target_flavour[];  /* "fast" */
extern const bool snag__is_test;           /* made by snag_add_test(): main is somebody else's */
extern const bool snag__is_program;        /* a user's program, whose main is the body */
/* Objects and archives in it that another compiler made, a line each. */
extern const char snag__not_instrumented[];
/* What is run in it: its own name, unless snag_check has given it another. */
extern const char *snag__target_name;

#endif
