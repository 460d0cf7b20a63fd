/* rules.c: `snag rules`: the rules for shared state on one screen of 80 by 24.
 *
 * The rule's text stands here; which finding names which rule comes from finding.def, and what else
 * breaking it may show as (kinds whose mechanism implies no rule) is listed beside the text.
 */
#include "front/front.h"
#include "snag/finding.h"

#include <string.h>

enum { COLUMNS = 80, ALSO_MAX = 4 };

static const struct {
    const char *name, *text;
    enum snag_finding_kind also[ALSO_MAX]; /* ended by SNAG_NO_FINDING */
} rules[] = {
    {"R1", "Never suspend (await) while holding a blocking mutex.", {SNAG_NO_FINDING}},
    {"R2",
     "Blocking mutex for plain data; async mutex for what is held across a wait.",
     {SNAG_HANG, SNAG_BLOCKING_CALL, SNAG_NO_FINDING}},
    {"R3",
     "Shared state is one object, reference counted, its mutex inside.",
     {SNAG_RACE, SNAG_NON_LINEARIZABLE, SNAG_CRASH, SNAG_NO_FINDING}},
    {"R4",
     "Lock inside the type, in one place; never scatter lock calls.",
     {SNAG_HANG, SNAG_RACE, SNAG_MISUSE, SNAG_NO_FINDING}},
    {"R5",
     "Mutexes are not re-entrant: pass locked state on; no callbacks under a lock.",
     {SNAG_MISUSE, SNAG_NO_FINDING}},
    {"R6",
     "Prefer messages where ownership can move: channels, actors.",
     {SNAG_HANG, SNAG_NON_LINEARIZABLE, SNAG_LIVELOCK, SNAG_NO_FINDING}},
    {"R7",
     "A guard of a sharded map pins its shard: no wait, no re-entry under it.",
     {SNAG_SELF_DEADLOCK, SNAG_SUSPENDED_OWNER, SNAG_HANG, SNAG_NO_FINDING}},
    {"R8",
     "Hand over without a gap: the old one drains while the new one accepts.",
     {SNAG_INVARIANT, SNAG_NON_LINEARIZABLE, SNAG_NO_FINDING}},
};

/* Prints one more kind on the line; past 80 columns it would break the screen. */
static int print_kind(enum snag_finding_kind kind, int column, bool first) {
    const char *name = snag_finding_name(kind);
    int needed = (int)strlen(name) + (first ? 0 : 2);
    if (column + needed > COLUMNS)
        return column;
    printf("%s%s", first ? "" : ", ", name);
    return column + needed;
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
        for (size_t k = 0; k < ALSO_MAX && rules[r].also[k] != SNAG_NO_FINDING; k++) {
            column = print_kind(rules[r].also[k], column, first);
            first = false;
        }
        putchar('\n');
    }
    puts("snag list shows a target for each; snag explore TARGET finds it.");
    return fflush(stdout) == 0 ? SNAG__EXIT_NOTHING : SNAG__EXIT_TROUBLE;
}
