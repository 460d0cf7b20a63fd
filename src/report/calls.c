/* calls.c: see calls.h. */
#include "report/calls.h"

#include <stdio.h>
#include <string.h>

#include "base/symbol.h"
#include "report/sheet.h"

enum { INDENT = 4, DEEPER = 8, LINE = 2 * SNAG__WORDS };

/* Is it the implementation's `run`, which operations begin in? */
static bool is_entry(const struct snag__view *v, uint32_t site) {
    if (v->in->impl == NULL || v->in->impl->run == NULL)
        return false;
    const struct snag__symbol *run = snag__symbol_of_pc((uintptr_t)v->in->impl->run);
    const struct snag__symbol *here = snag__symbol_of_site(site);
    return run->function[0] != '\0' && strcmp(run->function, here->function) == 0;
}

void snag__calls_words(const struct snag__view *v, uint32_t site,
                       const uint32_t callers[SNAG_CALLERS_MAX], char *text, size_t room) {
    char words[SNAG__WORDS];
    const char *between = ", called";
    size_t used = (size_t)snprintf(text, room, "%s", snag__phrase_in(site, words));
    for (uint32_t i = 0; i < SNAG_CALLERS_MAX && callers[i] != 0 && used < room; i++) {
        if (is_entry(v, callers[i]) || snag__symbol_of_site(callers[i])->library)
            continue;
        used += (size_t)snprintf(text + used, room - used, "%s %s", between,
                                 snag__phrase_in(callers[i], words));
        between = ",";
    }
}

static void print_stack(FILE *out, const char *what, uint32_t site,
                        const uint32_t callers[SNAG_CALLERS_MAX], uint32_t columns) {
    char words[SNAG__WORDS], line[LINE];
    (void)snprintf(line, sizeof line, "%s %s", what, snag__phrase_in(site, words));
    snag__wrap(out, line, INDENT, DEEPER, columns);
    for (uint32_t i = 0; i < SNAG_CALLERS_MAX && callers[i] != 0; i++) {
        (void)snprintf(line, sizeof line, "called %s", snag__phrase_in(callers[i], words));
        snag__wrap(out, line, DEEPER, 2 * DEEPER, columns);
    }
}

void snag__calls_print(FILE *out, const struct snag__view *v, const struct snag_party *p,
                       uint32_t columns) {
    char object[SNAG__NAME], what[SNAG__NAME + 16];
    if (p->callers[0] == 0 && p->taken_callers[0] == 0)
        return;
    (void)snprintf(what, sizeof what, "%s was taken", snag__view_object(v, p->holds, object));
    print_stack(out, what, p->holds_site, p->taken_callers, columns);
    print_stack(out, "and asked for again", p->at_site, p->callers, columns);
    (void)fprintf(out, "\n");
}
