/* choose_repro.c: from a repro file to the executable to run. The rule: what the file expects
 * decides the flavour, unless --flavour does. */
#include "front/front.h"
#include "repro/repro.h"

#include <string.h>

/* Of the flavours in which it is expected to show something, the first that is built; NULL: the
 * file does not say. */
static const char *expected_flavour(const struct snag__repro *r, const struct snag__target *t) {
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
        for (int i = 0; i < SNAG__REPRO_FLAVOURS; i++) {
            if (t->executables[f] != NULL && r->expect[i].key[0] != '\0' &&
                strcmp(r->expect[i].flavour, snag__flavour_names[f]) == 0)
                return snag__flavour_names[f];
        }
    }
    return NULL;
}

/* The target, or the path of the program. Without a slash it was found by its shell in $PATH, or in
 * the working directory: only the latter is looked at. */
static const char *name_of(const struct snag__repro *r, const struct snag__options *o, char *path,
                           size_t room) {
    const char *program = o->program != NULL ? o->program : r->invocation.path;
    if (program[0] == '\0')
        return r->target;
    snprintf(path, room, "%s%s", strchr(program, '/') != NULL ? "" : "./", program);
    return path;
}

enum snag_err snag__choose_for_repro(const struct snag__options *o, const char *path,
                                     struct snag__chosen *out, struct snag_error *e) {
    static struct snag__repro r; /* large */
    struct snag__options with_flavour = *o;
    struct snag_error why = {0};
    char program[SNAG__INVOCATION_PATH_BYTES + 2];
    enum snag_err err = snag__repro_peek(path, &r, e);
    if (err != SNAG_ERR_OK)
        return err;
    const char *name = name_of(&r, o, program, sizeof program);
    err = snag__choose(&with_flavour, name, out, &why);
    if (err != SNAG_ERR_OK && name != r.target)
        return snag_fail(e, err,
                         "snag: %.120s: its program '%.160s' is not here, or was not built by "
                         "snag-cc; --program PATH says where it is",
                         path, name);
    if (err == SNAG_ERR_OK && o->flavour == NULL) {
        const struct snag__target *t = snag__chosen_target(out);
        with_flavour.flavour = t == NULL ? NULL : expected_flavour(&r, t);
        err = snag__choose(&with_flavour, name, out, &why);
    }
    if (err != SNAG_ERR_OK) { /* the name stands in a file that may not be the user's own */
        const char *line = strncmp(why.line, "snag: ", 6) == 0 ? why.line + 6 : why.line;
        return snag_fail(e, err, "snag: %.120s: %.380s", path, line);
    }
    return SNAG_ERR_OK;
}
