/* options_help.c: options.def as text: `--help`, and a command line for another process.
 *
 * The rule: 80 columns, and a default is said wherever there is one.
 */
#include "base/options.h"

#include "base/options_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 80, INDENT = 28 };

const char *snag__number_text(uint64_t n, char *text, size_t room) {
    int zeros = 0;
    uint64_t rest = n;
    while (rest >= 10 && rest % 10 == 0) {
        rest /= 10;
        zeros++;
    }
    if (n == UINT64_MAX)
        snprintf(text, room, "2^64-1");
    else if (rest == 1 && zeros >= 6)
        snprintf(text, room, "10^%d", zeros);
    else
        snprintf(text, room, "%" PRIu64, n);
    return text;
}

/* Columns of a UTF-8 text, as far as we use it: one per character. */
static int width(const char *text, size_t bytes) {
    int n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* Prints words from column `at`, folded with `indent`. */
static void fold(FILE *out, const char *text, int at, int indent) {
    bool first = true;
    while (*text != '\0') {
        size_t bytes = strcspn(text, " ");
        int columns = width(text, bytes);
        if (!first && at + 1 + columns > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fwrite(text, 1, bytes, out);
        at += columns;
        first = false;
        text += bytes;
        text += *text == ' ';
    }
    fputc('\n', out);
}

static void say_default(const struct snag__option *row, const struct snag__options *defaults,
                        char *text, size_t room) {
    const void *field = snag__option_field(defaults, row);
    char number[32];
    text[0] = '\0';
    if (row->type == SNAG__TYPE_NUMBER)
        snprintf(text, room, " (default %s)",
                 snag__number_text(*(const uint64_t *)field, number, sizeof number));
    else if (row->type != SNAG__TYPE_FLAG && *(const char *const *)field != NULL)
        snprintf(text, room, " (default %s)", *(const char *const *)field);
}

/* Prints "a|b|c" from column `at`, folded after a bar. Returns the column it ends at, the last one
 * if it was folded: the help then begins a line of its own. */
static int fold_takes(FILE *out, const char *takes, int at) {
    int indent = at;
    bool folded = false;
    while (*takes != '\0') {
        size_t bytes = strcspn(takes, "|");
        bytes += takes[bytes] == '|';
        int columns = width(takes, bytes);
        if (at > indent && at + columns > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
            folded = true;
        }
        fwrite(takes, 1, bytes, out);
        at += columns;
        takes += bytes;
    }
    return folded ? COLUMNS : at;
}

static void help_row(FILE *out, const struct snag__option *row,
                     const struct snag__options *defaults) {
    char left[64], right[512], tail[96], key[8] = "    ";
    if (row->short_name != 0)
        snprintf(key, sizeof key, "-%c, ", row->short_name);
    snprintf(left, sizeof left, "  %s--%s%s", key, row->name, row->takes[0] != '\0' ? " " : "");
    say_default(row, defaults, tail, sizeof tail);
    snprintf(right, sizeof right, "%s%s", row->help, tail);
    fputs(left, out);
    int at = fold_takes(out, row->takes, width(left, strlen(left)));
    if (at + 2 > INDENT)
        fprintf(out, "\n%*s", INDENT, "");
    else
        fprintf(out, "%*s", INDENT - at, "");
    fold(out, right, INDENT, INDENT);
}

void snag__options_help(FILE *out, const struct snag__usage *u) {
    struct snag__options defaults;
    snag__options_defaults(&defaults);
    fprintf(out, "usage: %s %s%s%s [options]\n\n  ", u->program, u->command,
            u->arguments[0] != '\0' ? " " : "", u->arguments);
    fold(out, u->help, 2, 2);
    fputs("\noptions:\n", out);
    for (size_t i = 0; i < SNAG__OPTIONS; i++)
        if (snag__option_known(&snag__option_table[i], u->command, u->front))
            help_row(out, &snag__option_table[i], &defaults);
    fputs("  -h, --help                this text\n"
          "\nexit status: 0 nothing found, 1 findings, 2 wrong usage, 3 harness trouble\n",
          out);
}

int snag__options_unparse(const struct snag__options *o, const char *command, uint64_t more,
                          char **out) {
    int count = 0;
    for (size_t i = 0; i < SNAG__OPTIONS; i++) {
        const struct snag__option *row = &snag__option_table[i];
        const void *field = snag__option_field(o, row);
        char text[64];
        const char *value = text;
        if (((o->given | more) >> i & 1) == 0 || !snag__option_known(row, command, false))
            continue;
        if (row->type == SNAG__TYPE_NUMBER)
            snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)field);
        else if (row->type != SNAG__TYPE_FLAG)
            value = *(const char *const *)field;
        else if (!*(const bool *)field)
            continue;
        if (value == NULL)
            continue;
        size_t room = strlen(row->name) + strlen(value) + 4;
        char *line = malloc(room);
        if (line == NULL)
            break;
        if (row->type == SNAG__TYPE_FLAG)
            snprintf(line, room, "--%s", row->name);
        else
            snprintf(line, room, "--%s=%s", row->name, value);
        out[count++] = line;
    }
    return count;
}
