/* summary_calls.c: what a summary says of calls that are not, or not quite, under control. See
 * summary_calls.h. */
#include "report/summary_calls.h"

#include "base/symbol.h"
#include "report/sheet.h"
#include "report/view.h"

int snag__call_words(const struct snag__unmodelled *u, char *text, size_t room) {
    const struct snag__symbol *at = snag__symbol_of_site(u->site);
    if (u->site == 0)
        return snprintf(text, room, "%s (by its address)", u->name);
    if (at->file[0] == '\0')
        return snprintf(text, room, "%s (%s)", u->name,
                        at->function[0] != '\0' ? at->function : "an archive");
    return snprintf(text, room, "%s (%s %s:%d)", u->name, at->function, at->file, at->line);
}

void snag__call_items(cJSON *to, const char *name, const struct snag__unmodelled *list,
                      size_t count) {
    cJSON *array = cJSON_AddArrayToObject(to, name);
    for (size_t i = 0; i < count; i++) {
        const struct snag__symbol *at = snag__symbol_of_site(list[i].site);
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "name", list[i].name);
        cJSON_AddNumberToObject(o, "places", list[i].calls);
        cJSON_AddStringToObject(o, "function", at->function);
        cJSON_AddStringToObject(o, "file", at->file);
        cJSON_AddNumberToObject(o, "line", at->line);
        if (list[i].input != NULL) {
            cJSON_AddStringToObject(o, "about", list[i].input);
            cJSON_AddBoolToObject(o, "fixed", list[i].fixed);
        }
        cJSON_AddItemToArray(array, o);
    }
}

enum { UNMODELLED_SHOWN = 8, LINE = 512 };

/* "not modelled: f (…), g (…) and 3 more", the first `count` of them. Returns how many characters.
 */
static int list_words(const char *head, const struct snag__unmodelled *list, size_t count,
                      char *text, size_t room) {
    int at = snprintf(text, room, "%s", head);
    size_t shown = count < UNMODELLED_SHOWN ? count : UNMODELLED_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        char words[SNAG__NAME];
        (void)snag__call_words(&list[i], words, sizeof words);
        at += snprintf(text + at, room - (size_t)at, "%s%s", i == 0 ? "" : ", ", words);
    }
    if (count > shown)
        at += snprintf(text + at, room - (size_t)at, " and %zu more (--json names them)",
                       count - shown);
    return at;
}

void snag__summary_unmodelled(FILE *out, const struct snag__summary *s, uint32_t columns) {
    char text[UNMODELLED_SHOWN * SNAG__NAME + LINE];
    if (s->unmodelled_count == 0)
        return;
    int at = list_words("not modelled: ", s->unmodelled, s->unmodelled_count, text, sizeof text);
    (void)snprintf(text + at, sizeof text - (size_t)at,
                   ": the code under test calls %s, and what then happens is not under control",
                   s->unmodelled_count == 1 ? "it" : "them");
    snag__wrap(out, text, 0, 11, columns);
}

/* Those that are the same in each execution need no word. */
void snag__summary_inputs(FILE *out, const struct snag__summary *s, uint32_t columns) {
    char text[UNMODELLED_SHOWN * SNAG__NAME + LINE];
    size_t open = 0;
    while (open < s->inputs_count && !s->inputs[open].fixed)
        open++;
    if (open == 0)
        return;
    int at = list_words("inputs:    ", s->inputs, open, text, sizeof text);
    (void)snprintf(text + at, sizeof text - (size_t)at,
                   ": the program learns there what lies outside of it; what it changes is not put "
                   "back");
    snag__wrap(out, text, 0, 11, columns);
}
