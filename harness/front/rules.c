/* rules.c: `snag rules`: the rules for shared state on one screen of 80 by 24.
 *
 * Not the rules' text: that is finding/rules.def. Which kind of finding names which rule comes from
 * finding.def; the list here says what else breaking a rule may show as (kinds whose mechanism
 * implies no rule).
 */
#include "front/front.h"
#include "snag/finding.h"

#include <string.h>

enum { COLUMNS = 80, INDENT = 7 };

static const struct {
    const char *name, *text;
} rules[] = {
#define X(name, text) {name, text},
#include "finding/rules.def"
#undef X
};

static const struct {
    const char *rule;
    enum snag_finding_kind kind;
} also[] = {
    {"R2", SNAG_HANG},
    {"R2", SNAG_SUSPENDED_OWNER},
    {"R2", SNAG_STARVATION},
    {"R2", SNAG_BLOCKING_CALL},
    {"R3", SNAG_RACE},
    {"R3", SNAG_NON_LINEARIZABLE},
    {"R3", SNAG_CRASH},
    {"R3", SNAG_MEMORY},
    {"R4", SNAG_HANG},
    {"R4", SNAG_RACE},
    {"R4", SNAG_MISUSE},
    {"R5", SNAG_MISUSE},
    {"R6", SNAG_LOST_WAKEUP},
    {"R6", SNAG_HANG},
    {"R6", SNAG_NON_LINEARIZABLE},
    {"R6", SNAG_LIVELOCK},
    {"R7", SNAG_SELF_DEADLOCK},
    {"R7", SNAG_SUSPENDED_OWNER},
    {"R7", SNAG_HANG},
    {"R8", SNAG_INVARIANT},
    {"R8", SNAG_NON_LINEARIZABLE},
};

/* Prints one more kind on the line, or on the next one where it has no room; returns the column. */
static int print_kind(enum snag_finding_kind kind, int column, bool first) {
    const char *name = snag_finding_name(kind);
    int needed = (int)strlen(name) + (first ? 0 : 2);
    if (column + needed >= COLUMNS) { /* one is for a comma */
        printf(",\n%*s", INDENT, "");
        column = INDENT;
        first = true;
    }
    return column + printf("%s%s", first ? "" : ", ", name);
}

int snag__front_rules(const struct snag__options *o, int argc, char **positional) {
    (void)o, (void)argc, (void)positional;
    puts("Rules for shared state in concurrent C, and what breaking each shows as");
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        printf("%s  %s\n", rules[r].name, rules[r].text);
        int column = printf("    -> ");
        bool first = true;
        for (int k = 1; k < SNAG_FINDING_KINDS; k++) {
            if (strcmp(snag_finding_rule((enum snag_finding_kind)k), rules[r].name) == 0) {
                column = print_kind((enum snag_finding_kind)k, column, first);
                first = false;
            }
        }
        for (size_t k = 0; k < sizeof also / sizeof also[0]; k++) {
            if (strcmp(also[k].rule, rules[r].name) == 0) {
                column = print_kind(also[k].kind, column, first);
                first = false;
            }
        }
        putchar('\n');
    }
    puts("'snag list' shows targets that break some of them; 'snag explore' finds how.");
    return SNAG__EXIT_NOTHING;
}
