/* explain.c: fixed words about kinds and rules, from explain.def and rules.def. */
#include "report/findings.h"

#include <string.h>

static const char *const texts[SNAG_FINDING_KINDS] = {
#define X(kind, text) [SNAG_##kind] = text,
#define BY_RULE(kind, rule, text)
#include "report/explain.def"
#undef X
#undef BY_RULE
};

static const struct {
    enum snag_finding_kind kind;
    const char *rule, *text;
} by_rule[] = {
#define X(kind, text)
#define BY_RULE(kind, rule, text) {SNAG_##kind, rule, text},
#include "report/explain.def"
#undef X
#undef BY_RULE
};

static const struct {
    const char *name, *text;
} rules[] = {
#define X(name, text) {name, text},
#include "finding/rules.def"
#undef X
};

const char *snag__explain(enum snag_finding_kind kind, const char *rule) {
    for (size_t i = 0; i < sizeof by_rule / sizeof by_rule[0]; i++)
        if (by_rule[i].kind == kind && strcmp(by_rule[i].rule, rule) == 0)
            return by_rule[i].text;
    return (unsigned)kind < SNAG_FINDING_KINDS && texts[kind] != NULL ? texts[kind] : "";
}

const char *snag__rule_text(const char *rule) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].name, rule) == 0)
            return rules[i].text;
    return "";
}
