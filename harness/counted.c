/* counted.c: see counted.h. */
#include "counted.h"

#include <string.h>

bool snag__counted_in(const struct snag__coverage *c, size_t i, const char *flavour) {
    return c->used[i] && c->shares[i].begun > 0 &&
           (flavour == NULL || strcmp(c->shares[i].flavour, flavour) == 0);
}

uint64_t snag__counted_begun(const struct snag__coverage *c, const char *flavour) {
    uint64_t n = 0;
    for (size_t i = 0; i < SNAG__SHARES_MAX; i++)
        n += snag__counted_in(c, i, flavour) ? c->shares[i].begun : 0;
    return n;
}

static bool has(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

size_t snag__counted_flavours(const struct snag__coverage *c, const char *names[SNAG__TURNS_MAX]) {
    size_t count = 0;
    for (size_t turn = 0; turn < SNAG__TURNS_MAX; turn++) {
        for (size_t i = turn; i < SNAG__SHARES_MAX && count < SNAG__TURNS_MAX;
             i += SNAG__TURNS_MAX) {
            const char *flavour = c->shares[i].flavour;
            if (snag__counted_in(c, i, NULL) && !has(names, count, flavour))
                names[count++] = flavour;
        }
    }
    return count;
}
