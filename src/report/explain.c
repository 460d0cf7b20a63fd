/* explain.c: fixed words about kinds and rules, from explain.def and rules.def. */
#include "report/findings.h"

#include <string.h>

static const char *const texts[SNAG_FINDING_KINDS] = {
#define X(kind, text) [SNAG_##kind] = text,
#include "report/explain.def"
#undef X
};

static const struct {
    const char *name, *text;
} rules[] = {
#define X(name, text) {name, text},
#include "finding/rules.def"
#undef X
};

const char *snag__explain(enum snag_finding_kind kind) {
    return (unsigned)kind < SNAG_FINDING_KINDS && texts[kind] != NULL ? texts[kind] : "";
}

const char *snag__rule_text(const char *rule) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].name, rule) == 0)
            return rules[i].text;
    return "";
}
