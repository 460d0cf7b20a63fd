/* invocation.c: see invocation.h. */
#include "base/invocation.h"

#include <stddef.h>
#include <string.h>

static bool add(struct snag__invocation *v, const char *word) {
    size_t bytes = strlen(word) + 1;
    if (bytes > sizeof v->text - v->used)
        return false;
    memcpy(v->text + v->used, word, bytes);
    v->used += (uint32_t)bytes;
    return true;
}

bool snag__invocation_argument(struct snag__invocation *v, const char *word) {
    bool added = v->variables == 0 && add(v, word);
    v->arguments += added;
    return added;
}

bool snag__invocation_variable(struct snag__invocation *v, const char *word) {
    const char *equals = strchr(word, '=');
    bool added = equals != NULL && equals != word && add(v, word);
    v->variables += added;
    return added;
}

/* A word that begins at `at` and ends within the text. */
static const char *word_at(const struct snag__invocation *v, size_t at) {
    size_t used = v->used < sizeof v->text ? v->used : sizeof v->text;
    return at < used && memchr(v->text + at, '\0', used - at) != NULL ? v->text + at : NULL;
}

const char *snag__invocation_first(const struct snag__invocation *v) {
    return word_at(v, 0);
}

const char *snag__invocation_next(const struct snag__invocation *v, const char *word) {
    return word_at(v, (size_t)(word - v->text) + strlen(word) + 1);
}
