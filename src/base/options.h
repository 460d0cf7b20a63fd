/* options.h: the command line: options.def as a struct with defaults, a parser and a help text.
 *
 * It does not know what the commands do. The rule: an option stands in options.def and nowhere
 * else, and whatever is wrong with a command line is said in one line, with exit status 2.
 */
#ifndef SNAG_BASE_OPTIONS_H
#define SNAG_BASE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "snag/error.h"
#include "snag/fault.h"

/* Exit status of every command. */
enum snag__exit {
    SNAG__EXIT_NOTHING = 0,
    SNAG__EXIT_FINDINGS = 1,
    SNAG__EXIT_USAGE = 2,
    SNAG__EXIT_TROUBLE = 3
};

enum snag__option_id {
#define X(field, ...) SNAG__OPTION_##field,
#include "base/options.def"
#undef X
    SNAG__OPTIONS
};

/* Values, defaults filled in. Texts are borrowed from argv. */
struct snag__options {
#define SNAG__FIELD_NUMBER uint64_t
#define SNAG__FIELD_FLAG bool
#define SNAG__FIELD_TEXT const char *
#define SNAG__FIELD_CHOICE const char *
#define SNAG__FIELD_SET const char *
#define X(field, name, short_name, type, ...) SNAG__FIELD_##type field;
#include "base/options.def"
#undef X
    uint64_t given; /* bit per enum snag__option_id: stood on the command line */
};

/* A command, as its own .def list describes it. */
struct snag__usage {
    const char *program;   /* "snag", "mutex.fast": how the user calls it */
    bool front;            /* the front command, not a target executable */
    const char *command;   /* "explore" */
    const char *arguments; /* "TARGET", "FILE [MORE…]"; "" if there are none */
    const char *help;      /* a line or two */
    int arguments_min, arguments_max;
};

enum snag__parsed { SNAG__PARSED, SNAG__PARSED_HELP, SNAG__PARSED_BAD };

void snag__options_defaults(struct snag__options *o);

/* Parses argv[1..]; argv is reordered: arguments that are not options end up last, from
 * argv[*first]. On SNAG__PARSED_BAD `e` holds the line to print. */
enum snag__parsed snag__options_parse(const struct snag__usage *u, int argc, char **argv,
                                      struct snag__options *o, int *first, struct snag_error *e);

/* `--help` of one command, at most 80 columns wide. */
void snag__options_help(FILE *out, const struct snag__usage *u);

/* The command line that gives `o` to a target executable's command: only options that were given
 * (or are in `more`, a set of bits) and that it knows; `--name=value`, malloc'ed strings. Returns
 * their number, at most SNAG__OPTIONS. */
int snag__options_unparse(const struct snag__options *o, const char *command, uint64_t more,
                          char **out);

/* Is `word` in `set`, a list with commas ("finding,known")? */
bool snag__options_has(const char *set, const char *word);

#endif
