/* main.c: the entry of `snag`: finds the command, parses its options, runs it.
 *
 * No code under test is ever linked in here. The rule: the front can be trusted to live, whatever
 * a target executable does.
 */
#include "base/output.h"
#include "base/suggest.h"
#include "base/text.h"
#include "front/front.h"
#include "front/supervisor.h"
#include "program/runner.h"
#include "recover.h"

#include <stdlib.h>
#include <string.h>

struct command {
    struct snag__usage usage;
    const char *line;
    int (*run)(const struct snag__options *o, int argc, char **positional);
};

static struct command commands[] = {
#define X(name, arguments_min, arguments_max, arguments, line, help)                               \
    {{"snag", true, #name, arguments, help, arguments_min, arguments_max},                         \
     line,                                                                                         \
     snag__front_##name},
#include "front/commands.def"
#undef X
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int help(FILE *out, int status) {
    fputs("usage: snag COMMAND [options]\n\n"
          "  Finds the schedules that break concurrent C code, and shrinks them.\n\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++) {
        const struct snag__usage *u = &commands[i].usage;
        int first_word = (int)strcspn(u->arguments, " ");
        fprintf(out, "  %-10s %-6.*s %s\n", u->command, first_word, u->arguments, commands[i].line);
    }
    fputs("\nfirst steps:\n"
          "  snag list                      shows the targets, say kv/scattered-locks\n"
          "  snag explore TARGET            finds its deadlock, and shrinks it into a file\n"
          "  snag replay FILE               shows step by step how it comes about\n"
          "  snag regress DIR               replays all such files again: for your CI\n\n"
          "'snag COMMAND --help' says more. With code of your own, begin\n"
          "with 'snag new NAME'.\n",
          out);
    return status;
}

static int unknown(const char *word) {
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].usage.command;
    const char *near = snag__suggest(word, names, COMMANDS);
    if (near != NULL)
        fprintf(stderr, "snag: no command '%s'; did you mean '%s'? snag --help shows all\n", word,
                near);
    else
        fprintf(stderr, "snag: no command '%s'; snag --help shows all\n", word);
    return SNAG__EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv) {
    struct snag__options options;
    struct snag_error e;
    int first = 0;
    switch (snag__options_parse(&command->usage, argc, argv, &options, &first, &e)) {
    case SNAG__PARSED:
        (void)setenv(SNAG__ENV_RUNNER, "1", 1);
        snag__supervisor_begin();
        return command->run(&options, argc - first, argv + first);
    case SNAG__PARSED_HELP:
        snag__options_help(stdout, &command->usage);
        return SNAG__EXIT_NOTHING;
    case SNAG__PARSED_BAD:
        break;
    }
    fprintf(stderr, "%s\n", e.line);
    return SNAG__EXIT_USAGE;
}

static int dispatch(int argc, char **argv) {
    static char long_help[] = "--help";
    if (argc < 2)
        return help(stderr, SNAG__EXIT_USAGE);
    if (strcmp(argv[1], "--version") == 0) {
        puts("snag " SNAG__VERSION);
        return SNAG__EXIT_NOTHING;
    }
    if (argc == 3 && strcmp(argv[1], "help") == 0 && argv[2][0] != '-')
        return dispatch(3, (char *[4]){argv[0], argv[2], long_help});
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return help(stdout, SNAG__EXIT_NOTHING);
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].usage.command) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    return unknown(argv[1]);
}

int main(int argc, char **argv) {
    for (size_t i = 0; i < COMMANDS; i++)
        commands[i].usage.command = snag__dashed(commands[i].usage.command);
    if (argc > 0)
        (void)setenv(SNAG__ENV_COMMAND, argv[0], 1);
    return snag__output_end(dispatch(argc, argv));
}
