/* load.c: reads a repro for this executable. See load.h. */
#include "load.h"

#include <string.h>

#include "cli/commands.h"
#include "invoke.h"

int snag__load(const char *path, struct snag__session *s, struct snag__repro *r, char *line,
               size_t room, bool *stale) {
    struct snag_error e = {0};
    enum snag_err err = snag__repro_read(path, s->impl, snag__target_name, r, &e);
    if (err == SNAG_ERR_OK)
        return snag__invoke_as(&r->invocation);
    if (stale != NULL)
        *stale = err == SNAG_ERR_STALE;
    if (line != NULL)
        snprintf(line, room, "%s", e.line);
    else
        fprintf(stderr, "snag: %s\n", e.line);
    /* A file of another target or time is the wrong one to give; one that cannot be read is
     * trouble. */
    return err == SNAG_ERR_STALE || err == SNAG_ERR_TARGET ? SNAG__EXIT_USAGE : SNAG__EXIT_TROUBLE;
}

const struct snag_program *snag__load_program(const struct snag__repro *r) {
    return r->has_program ? &r->program : NULL;
}

const struct snag__expect *snag__load_expect(const struct snag__repro *r) {
    for (uint32_t i = 0; i < SNAG__REPRO_FLAVOURS; i++)
        if (strcmp(r->expect[i].flavour, snag__target_flavour) == 0)
            return &r->expect[i];
    return NULL;
}
