/* main.c: what every target executable begins with: one of snag's commands, or libFuzzer's own.
 *
 * It parses and dispatches and knows nothing of executions. The rule: a first argument that is not
 * a command belongs to libFuzzer, so that any engine's driver can run the executable as its own.
 */
#include "cli/commands.h"
#include "exec/aslr.h"

#include <string.h>

#include "base/output.h"
#include "base/text.h"

struct command {
    struct snag__usage usage;
    int (*run)(const struct snag__options *o, int argc, char **positional);
};

static struct command commands[] = {
#define X(name, arguments_min, arguments_max, arguments, help)                                     \
    {{NULL, false, #name, arguments, help, arguments_min, arguments_max}, snag__cmd_##name},
#include "cli/commands.def"
#undef X
};

static int help(const char *program) {
    printf("usage: %s COMMAND [options]\n\n"
           "  %s in flavour %s. Commands:\n\n",
           program, snag__target_name, snag__target_flavour);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        printf("  %-10s %s\n", commands[i].usage.command, commands[i].usage.help);
    puts("\n  COMMAND --help says more. With no command it is a libFuzzer binary (-help=1).");
    return SNAG__EXIT_NOTHING;
}

static int run(const struct command *command, const char *program, int argc, char **argv) {
    struct snag__usage usage = command->usage;
    static struct snag__options options; /* a campaign reads them as late as at exit */
    struct snag_error e;
    int first = 0;
    usage.program = program;
    switch (snag__options_parse(&usage, argc, argv, &options, &first, &e)) {
    case SNAG__PARSED:
        return snag__output_end(command->run(&options, argc - first, argv + first));
    case SNAG__PARSED_HELP:
        snag__options_help(stdout, &usage);
        return snag__output_end(SNAG__EXIT_NOTHING);
    case SNAG__PARSED_BAD:
        break;
    }
    fprintf(stderr, "%s\n", e.line);
    return SNAG__EXIT_USAGE;
}

static void name_commands(void) {
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        commands[i].usage.command = snag__dashed(commands[i].usage.command);
}

int snag__runner_main(int argc, char **argv) {
    name_commands();
    snag__aslr_off(argv);
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const char *program = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "snag-target";
    if (argc > 1) {
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
            if (strcmp(argv[1], commands[i].usage.command) == 0)
                return run(&commands[i], program, argc - 1, argv + 1);
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
            return help(program);
    }
    return snag__libfuzzer_main(argc, argv);
}
