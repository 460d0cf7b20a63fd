/* choose.c: from a target's name to the executable to run. */
#include "front/front.h"

#include <string.h>

static struct snag__targets targets; /* scanned once; paths are lent to the rest of the process */

int snag__front_fail(const struct snag_error *e) {
    bool is_ours = strncmp(e->line, "snag", 4) == 0;
    fprintf(stderr, "%s%s\n", is_ours ? "" : "snag: ", e->line);
    return e->code == SNAG_ERR_USAGE ? SNAG__EXIT_USAGE : SNAG__EXIT_TROUBLE;
}

enum snag_err snag__choose(const struct snag__options *o, const char *name,
                           struct snag__chosen *out, struct snag_error *e) {
    if (targets.list == NULL) {
        enum snag_err err = snag__targets_scan(o->targets, &targets, e);
        if (err != SNAG_ERR_OK)
            return err;
    }
    out->flavour = o->flavour;
    const struct snag__target *t = snag__targets_find(&targets, name, &out->flavour, e);
    out->executable = t == NULL ? NULL : snag__target_executable(t, &out->flavour, e);
    if (out->executable == NULL)
        return e->code;
    out->target = t->name;
    out->program = t->program;
    return SNAG_ERR_OK;
}

const struct snag__target *snag__chosen_target(const struct snag__chosen *c) {
    struct snag_error e;
    const char *any = c->flavour;
    return snag__targets_find(&targets, c->target, &any, &e);
}

const char *snag__choose_other(const struct snag__chosen *c, const char *flavour) {
    struct snag_error e;
    const struct snag__target *t = snag__chosen_target(c);
    return t == NULL ? NULL : snag__target_executable(t, &flavour, &e);
}
