/* options_table.h: options.def as rows, for the parser and the help text; private to those two. */
#ifndef SNAG_BASE_OPTIONS_TABLE_H
#define SNAG_BASE_OPTIONS_TABLE_H

#include <stddef.h>

#include "base/options.h"

enum snag__option_type {
    SNAG__TYPE_NUMBER,
    SNAG__TYPE_FLAG,
    SNAG__TYPE_TEXT,
    SNAG__TYPE_CHOICE,
    SNAG__TYPE_SET
};

struct snag__option {
    const char *name;
    int short_name; /* 0: none */
    enum snag__option_type type;
    size_t offset; /* of its field in struct snag__options */
    uint64_t min, max;
    const char *takes, *commands, *help;
};

extern const struct snag__option snag__option_table[SNAG__OPTIONS];

bool snag__option_known(const struct snag__option *row, const char *command, bool front);
const void *snag__option_field(const struct snag__options *o, const struct snag__option *row);

/* "from 1 to 10^12" needs numbers that a person can read. */
const char *snag__number_text(uint64_t n, char *text, size_t room);

#endif
