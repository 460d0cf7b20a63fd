/* options.c: options.def as a table, and the parser that goes by it.
 *
 * The texts are in options_help.c. The rule: nothing is guessed: no abbreviated names, no trailing
 * characters, no number out of range.
 */
#include "base/options.h"

#include "base/options_table.h"
#include "base/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(SNAG__OPTIONS <= 64, "struct snag__options.given is 64 bits");

const struct snag__option snag__option_table[SNAG__OPTIONS] = {
#define X(field, name, short_name, type, default_value, min, max, takes, commands, help)           \
    {name,                                                                                         \
     short_name,                                                                                   \
     SNAG__TYPE_##type,                                                                            \
     offsetof(struct snag__options, field),                                                        \
     min,                                                                                          \
     max,                                                                                          \
     takes,                                                                                        \
     commands,                                                                                     \
     help},
#include "base/options.def"
#undef X
};

enum { HELP = 1000, FIRST_LONG = 2000 }; /* what getopt_long returns; above any character */

void snag__options_defaults(struct snag__options *o) {
    *o = (struct snag__options){
#define X(field, name, short_name, type, default_value, ...) .field = default_value,
#include "base/options.def"
#undef X
    };
}

bool snag__options_has(const char *set, const char *word) {
    size_t length = strlen(word);
    while (set != NULL) {
        if (strncmp(set, word, length) == 0 && (set[length] == ',' || set[length] == '\0'))
            return true;
        set = strchr(set, ',');
        set = set == NULL ? NULL : set + 1;
    }
    return false;
}

bool snag__option_known(const struct snag__option *row, const char *command, bool front) {
    const char *place = front ? "snag:" : "target:";
    size_t length = strlen(command);
    for (const char *word = row->commands; *word != '\0';) {
        size_t word_length = strcspn(word, " ");
        const char *name = strncmp(word, place, strlen(place)) == 0 ? word + strlen(place) : word;
        if (word_length - (size_t)(name - word) == length && strncmp(name, command, length) == 0)
            return true;
        word += word_length;
        word += *word == ' ';
    }
    return false;
}

const void *snag__option_field(const struct snag__options *o, const struct snag__option *row) {
    return (const char *)o + row->offset;
}

/* Is word[0..length) one of "a|b|c"? */
static bool is_choice(const char *choices, const char *word, size_t length) {
    for (const char *c = choices;; c++) {
        size_t n = strcspn(c, "|");
        if (n == length && strncmp(c, word, n) == 0)
            return true;
        c += n;
        if (*c == '\0')
            return false;
    }
}

static bool set_is_legal(const char *choices, const char *value) {
    for (;; value++) {
        size_t n = strcspn(value, ",");
        if (!is_choice(choices, value, n))
            return false;
        value += n;
        if (*value == '\0')
            return true;
    }
}

static bool parse_number(const char *value, uint64_t min, uint64_t max, uint64_t *out) {
    char *end;
    errno = 0;
    if (!isdigit((unsigned char)value[0]))
        return false;
    unsigned long long n = strtoull(value, &end, 10);
    if (errno != 0 || *end != '\0' || n < min || n > max)
        return false;
    *out = n;
    return true;
}

/* "a whole number from 1 to 10^12": what this option wants. */
static void say_wanted(const struct snag__option *row, char *text, size_t room) {
    char min[32], max[32];
    switch (row->type) {
    case SNAG__TYPE_NUMBER:
        snprintf(text, room, "a whole number from %s to %s",
                 snag__number_text(row->min, min, sizeof min),
                 snag__number_text(row->max, max, sizeof max));
        break;
    case SNAG__TYPE_CHOICE:
        snprintf(text, room, "one of %s", row->takes);
        break;
    case SNAG__TYPE_SET:
        snprintf(text, room, "some of %s, with commas between them", row->takes);
        break;
    case SNAG__TYPE_TEXT:
    case SNAG__TYPE_FLAG:
        snprintf(text, room, "a %s", row->takes);
        break;
    }
}

static void say_wrong_value(const struct snag__usage *u, const struct snag__option *row,
                            const char *value, struct snag_error *e) {
    char wanted[160];
    say_wanted(row, wanted, sizeof wanted);
    if (value == NULL)
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "%s %s: --%s wants %s, and nothing follows it; see %s "
                        "%s --help",
                        u->program, u->command, row->name, wanted, u->program, u->command);
    else
        (void)snag_fail(e, SNAG_ERR_USAGE, "%s %s: --%s wants %s, not '%s'; see %s %s --help",
                        u->program, u->command, row->name, wanted, value, u->program, u->command);
}

static bool store(struct snag__options *o, size_t id, const char *value) {
    const struct snag__option *row = &snag__option_table[id];
    char *field = (char *)o + row->offset;
    switch (row->type) {
    case SNAG__TYPE_FLAG:
        *(bool *)field = true;
        break;
    case SNAG__TYPE_NUMBER:
        if (!parse_number(value, row->min, row->max, (uint64_t *)(void *)field))
            return false;
        break;
    case SNAG__TYPE_TEXT:
        /* A text that looks like an option is far more often a forgotten value. */
        if (value[0] == '\0' || strncmp(value, "--", 2) == 0)
            return false;
        *(const char **)(void *)field = value;
        break;
    case SNAG__TYPE_CHOICE:
        if (!is_choice(row->takes, value, strlen(value)))
            return false;
        *(const char **)(void *)field = value;
        break;
    case SNAG__TYPE_SET:
        if (!set_is_legal(row->takes, value))
            return false;
        *(const char **)(void *)field = value;
        break;
    }
    o->given |= UINT64_C(1) << id;
    return true;
}

static void say_unknown(const struct snag__usage *u, const char *word, struct snag_error *e) {
    const char *names[SNAG__OPTIONS];
    size_t count = 0, length = strcspn(word, "=");
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    for (size_t i = 0; i < SNAG__OPTIONS; i++)
        if (snag__option_known(&snag__option_table[i], u->command, u->front))
            names[count++] = snag__option_table[i].name;
    const char *near = NULL;
    if (strncmp(name, "--", 2) == 0)
        near = snag__suggest(name + 2, names, count);
    if (near != NULL)
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "%s %s: no option '%s'; did you mean '--%s'? see %s %s --help", u->program,
                        u->command, name, near, u->program, u->command);
    else
        (void)snag_fail(e, SNAG_ERR_USAGE, "%s %s: no option '%s'; see %s %s --help", u->program,
                        u->command, name, u->program, u->command);
}

/* The tables getopt_long wants, for one command. */
struct getopt_tables {
    struct option longs[SNAG__OPTIONS + 2];
    char shorts[3 * SNAG__OPTIONS + 8];
};

static void fill_tables(struct getopt_tables *t, const struct snag__usage *u) {
    size_t n = 0, s = 0;
    memset(t, 0, sizeof *t);
    t->shorts[s++] = ':'; /* tell a missing value from an unknown option */
    t->shorts[s++] = 'h';
    t->longs[n++] = (struct option){"help", no_argument, NULL, HELP};
    for (int i = 0; i < SNAG__OPTIONS; i++) {
        const struct snag__option *row = &snag__option_table[i];
        if (!snag__option_known(row, u->command, u->front))
            continue;
        bool takes = row->type != SNAG__TYPE_FLAG;
        t->longs[n++] = (struct option){row->name, takes ? required_argument : no_argument, NULL,
                                        FIRST_LONG + i};
        if (row->short_name != 0) {
            t->shorts[s++] = (char)row->short_name;
            if (takes)
                t->shorts[s++] = ':';
        }
    }
}

static size_t id_of(int found) {
    if (found >= FIRST_LONG)
        return (size_t)(found - FIRST_LONG);
    for (size_t i = 0; i < SNAG__OPTIONS; i++)
        if (snag__option_table[i].short_name == found)
            return i;
    return SNAG__OPTIONS;
}

/* getopt_long takes any unambiguous beginning of a name, which would break scripts as soon as an
 * option is added. */
static bool is_abbreviated(const char *word, size_t id) {
    const char *name = id < SNAG__OPTIONS ? snag__option_table[id].name : "help";
    return strcspn(word, "=") != strlen(name) + 2;
}

/* Handles one answer of getopt_long; `word` is the argument it stood in. */
static enum snag__parsed take(const struct snag__usage *u, int found, const char *word,
                              struct snag__options *o, struct snag_error *e) {
    if (found == '?' || found == ':') {
        size_t id = id_of(optopt);
        if (found == ':' && id < SNAG__OPTIONS) {
            say_wrong_value(u, &snag__option_table[id], NULL, e);
        } else if (strncmp(word, "--", 2) == 0 && optopt >= HELP) {
            (void)snag_fail(e, SNAG_ERR_USAGE,
                            "%s %s: '%s': that option takes no value; see %s %s "
                            "--help",
                            u->program, u->command, word, u->program, u->command);
        } else if (strncmp(word, "--", 2) == 0) {
            say_unknown(u, word, e);
        } else {
            char text[3] = {'-', (char)optopt, '\0'};
            say_unknown(u, text, e);
        }
        return SNAG__PARSED_BAD;
    }
    size_t id = found == HELP ? SNAG__OPTIONS : id_of(found);
    if (found >= HELP && is_abbreviated(word, id)) {
        say_unknown(u, word, e);
        return SNAG__PARSED_BAD;
    }
    if (found == HELP || found == 'h')
        return SNAG__PARSED_HELP;
    if (!store(o, id, optarg)) {
        say_wrong_value(u, &snag__option_table[id], optarg, e);
        return SNAG__PARSED_BAD;
    }
    return SNAG__PARSED;
}

enum snag__parsed snag__options_parse(const struct snag__usage *u, int argc, char **argv,
                                      struct snag__options *o, int *first, struct snag_error *e) {
    struct getopt_tables t;
    fill_tables(&t, u);
    snag__options_defaults(o);
    optind = 0; /* glibc: start afresh */
    opterr = 0;
    for (;;) {
        int index = -1;
        int found = getopt_long(argc, argv, t.shorts, t.longs, &index);
        if (found == -1)
            break;
        /* `--name value` leaves optind behind the value, `--name=value` behind itself. */
        const char *word = argv[optind - 1];
        if (found >= FIRST_LONG && optarg == word && optind >= 2)
            word = argv[optind - 2];
        enum snag__parsed parsed = take(u, found, word, o, e);
        if (parsed != SNAG__PARSED)
            return parsed;
    }
    *first = optind;
    int count = argc - optind;
    if (count < u->arguments_min) {
        (void)snag_fail(e, SNAG_ERR_USAGE, "%s %s: wants %s; see %s %s --help", u->program,
                        u->command, u->arguments, u->program, u->command);
        return SNAG__PARSED_BAD;
    }
    if (count > u->arguments_max) {
        (void)snag_fail(e, SNAG_ERR_USAGE, "%s %s: '%s' is one argument too many; see %s %s --help",
                        u->program, u->command, argv[optind + u->arguments_max], u->program,
                        u->command);
        return SNAG__PARSED_BAD;
    }
    return SNAG__PARSED;
}
