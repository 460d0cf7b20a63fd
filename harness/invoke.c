/* invoke.c: see invoke.h. */
#define _GNU_SOURCE
#include "invoke.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "exec/shared.h"
#include "shim/streams.h"

enum { INPUT_BYTES_MAX = 64 << 20 };

/* The name by which all flavours are called: "./prog" for "./prog.tsan". */
static void own_path(char *path, size_t room) {
    char suffix[32];
    snprintf(path, room, "%s", program_invocation_name);
    size_t length = strlen(path);
    size_t tail = (size_t)snprintf(suffix, sizeof suffix, ".%s", snag__target_flavour);
    if (length > tail && strcmp(path + length - tail, suffix) == 0)
        path[length - tail] = '\0';
}

static int read_input(const char *path) {
    static char *text; /* for as long as it is the input */
    size_t bytes = 0;
    struct snag_error e;
    free(text);
    text = NULL;
    if (path[0] != '\0' &&
        snag__file_read(path, INPUT_BYTES_MAX, &text, &bytes, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: its standard input: %s\n", e.line);
        return SNAG__EXIT_TROUBLE;
    }
    snag__streams_input(text, bytes);
    return 0;
}

int snag__invoke_as(const struct snag__invocation *v) {
    struct snag__invocation *ours = &snag__recorder->invocation;
    if (!snag__is_program)
        return 0;
    memset(ours, 0, sizeof *ours);
    if (v != NULL && v->path[0] != '\0')
        *ours = *v;
    else
        own_path(ours->path, sizeof ours->path);
    return read_input(ours->input);
}

static int refuse(const char *what, const char *word) {
    fprintf(stderr, "snag: %s: '%.60s'\n", what, word);
    return SNAG__EXIT_USAGE;
}

/* "A=1,B=2": a comma ends a variable, unless a backslash stands before it. */
static int add_variables(struct snag__invocation *v, const char *list) {
    char word[SNAG__INVOCATION_BYTES];
    while (list != NULL && *list != '\0') {
        size_t length = 0;
        for (; *list != '\0' && *list != ',' && length < sizeof word - 1; list++) {
            list += list[0] == '\\' && (list[1] == ',' || list[1] == '\\');
            word[length++] = *list;
        }
        word[length] = '\0';
        if (!snag__invocation_variable(v, word))
            return refuse("--env wants NAME=VALUE, with commas between them, and not too long, not",
                          word);
        list += *list == ',';
    }
    return 0;
}

void snag__invoke_warn(void) {
    size_t count;
    const struct snag__shared *shared = snag__shared(&count);
    for (size_t i = 0; snag__is_program && i < count; i++)
        if (shared[i].escapes[0] != '\0')
            fprintf(stderr,
                    "snag: %s, which is shared, uses threads outside of snag's control: snag "
                    "doctor says which calls\n",
                    shared[i].name);
}

int snag__invoke(const struct snag__options *o, int count, char **arguments) {
    struct snag__invocation *v = &snag__recorder->invocation;
    if (!snag__is_program)
        return 0;
    (void)snag__invoke_as(NULL);
    for (int i = 0; i < count; i++)
        if (!snag__invocation_argument(v, arguments[i]))
            return refuse("the arguments are too long", arguments[i]);
    if (o->input != NULL && strlen(o->input) >= sizeof v->input)
        return refuse("the path is too long", o->input);
    snprintf(v->input, sizeof v->input, "%s", o->input != NULL ? o->input : "");
    v->judged = (snag__options_has(o->judge, "exit") ? SNAG__JUDGE_EXIT : 0U) |
                (snag__options_has(o->judge, "leaks") ? SNAG__JUDGE_LEAKS : 0U);
    int status = add_variables(v, o->env);
    return status != 0 ? status : read_input(v->input);
}
