/* kinds.c: the static data of finding kinds and grades, from finding.def.
 *
 * It raises no findings and makes no keys. The rule: nothing is written here that finding.def does
 * not say; a number that is no kind answers like SNAG_NO_FINDING, so every function is total.
 */
#include "snag/finding.h"

#include <string.h>

struct kind {
    const char *name, *help, *rule;
    enum snag_grade grade;
};

static const struct kind kinds[SNAG_FINDING_KINDS] = {
    [SNAG_NO_FINDING] = {"none", "nothing was found", "", SNAG_GRADE_FINDING},
#define X(id, name, grade, rule, help) [SNAG_##id] = {name, help, rule, SNAG_GRADE_##grade},
#include "snag/finding.def"
#undef X
};

static const struct kind *kind_of(enum snag_finding_kind kind) {
    unsigned i = (unsigned)kind;
    return &kinds[i < SNAG_FINDING_KINDS ? i : SNAG_NO_FINDING];
}

const char *snag_finding_name(enum snag_finding_kind kind) {
    return kind_of(kind)->name;
}

const char *snag_finding_help(enum snag_finding_kind kind) {
    return kind_of(kind)->help;
}

const char *snag_finding_rule(enum snag_finding_kind kind) {
    return kind_of(kind)->rule;
}

enum snag_grade snag_finding_grade(enum snag_finding_kind kind) {
    return kind_of(kind)->grade;
}

enum snag_finding_kind snag_finding_parse(const char *name) {
    for (unsigned i = 1; i < SNAG_FINDING_KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return (enum snag_finding_kind)i;
    }
    return SNAG_NO_FINDING;
}

const char *snag_grade_name(enum snag_grade grade) {
    switch (grade) {
    case SNAG_GRADE_FINDING:
        return "finding";
    case SNAG_GRADE_HAZARD:
        return "hazard";
    case SNAG_GRADE_HINT:
        return "hint";
    }
    return "finding";
}
