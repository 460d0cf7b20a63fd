/* spec_check.c: is a spec, with one implementation of it, fit to make programs from?
 *
 * It judges declarations, not the model or the code. The rule: whatever it accepts, generator and
 * decoder can handle; so a mistake in a spec is one clear line at start-up and never an odd program
 * later.
 */
#include <string.h>

#include "program/menu.h"

/* Names are written to repros: a letter, then letters, digits, _ or -. */
static bool is_name(const char *text) {
    if (text == NULL) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        bool later = (*c >= '0' && *c <= '9') || *c == '-';
        if (!letter && !(later && c > text)) {
            return false;
        }
    }
    return *text != '\0';
}

static enum snag_err check_arg(const struct snag_spec *spec, const struct snag_op_decl *op,
                               unsigned a, struct snag_error *e) {
    const struct snag_arg_decl *d = &op->args[a];
    if (!is_name(d->name)) {
        return snag_fail(e, SNAG_ERR_USAGE,
                         "spec %s, %s: argument %u needs a name of letters, digits, _ and -",
                         spec->name, op->name, a + 1);
    }
    unsigned programs = d->type == SNAG_PROGRAM;
    for (unsigned b = 0; b < a; b++) {
        programs += op->args[b].type == SNAG_PROGRAM;
        if (strcmp(op->args[b].name, d->name) == 0) {
            return snag_fail(e, SNAG_ERR_USAGE, "spec %s, %s: two arguments are named %s",
                             spec->name, op->name, d->name);
        }
    }
    if (programs > 1) {
        return snag_fail(e, SNAG_ERR_USAGE, "spec %s, %s: more than one nested program", spec->name,
                         op->name);
    }
    if (d->type == SNAG_HANDLE) {
        return d->tag != NULL ? SNAG_ERR_OK
                              : snag_fail(e, SNAG_ERR_USAGE, "spec %s, %s: handle %s needs a tag",
                                          spec->name, op->name, d->name);
    }
    int64_t least = d->type == SNAG_BYTES || d->type == SNAG_PROGRAM ? 0 : INT64_MIN;
    int64_t most = d->type == SNAG_BYTES     ? SNAG_BYTES_MAX
                   : d->type == SNAG_PROGRAM ? SNAG__TASK_OPS_MAX - 1
                                             : INT64_MAX;
    if (d->min > d->max || d->min < least || d->max > most) {
        return snag_fail(e, SNAG_ERR_USAGE, "spec %s, %s: the domain [%lld, %lld] of %s is not one",
                         spec->name, op->name, (long long)d->min, (long long)d->max, d->name);
    }
    return SNAG_ERR_OK;
}

static enum snag_err check_op(const struct snag_spec *spec, unsigned i, struct snag_error *e) {
    const struct snag_op_decl *op = &spec->ops[i];
    if (!is_name(op->name)) {
        return snag_fail(e, SNAG_ERR_USAGE,
                         "spec %s: operation %u needs a name of letters, digits, _ and -",
                         spec->name, i + 1);
    }
    for (unsigned k = 0; k < i; k++) {
        if (strcmp(spec->ops[k].name, op->name) == 0) {
            return snag_fail(e, SNAG_ERR_USAGE, "spec %s: two operations are named %s", spec->name,
                             op->name);
        }
    }
    if (op->result == SNAG_RESULT_HANDLE && op->returns == NULL) {
        return snag_fail(e, SNAG_ERR_USAGE, "spec %s, %s: `returns` must name the handle's tag",
                         spec->name, op->name);
    }
    unsigned a = 0;
    for (; a < SNAG_ARGS_MAX && op->args[a].type != SNAG_NONE; a++) {
        enum snag_err err = check_arg(spec, op, a, e);
        if (err != SNAG_ERR_OK) {
            return err;
        }
    }
    if (a < SNAG_ARGS_MAX && op->args[a].name != NULL) {
        return snag_fail(e, SNAG_ERR_USAGE, "spec %s, %s: argument %s has no type: give it one",
                         spec->name, op->name, op->args[a].name);
    }
    return SNAG_ERR_OK;
}

/* The list ends at the first NULL name: what stands beyond would be left out. */
static enum snag_err check_gap(const struct snag_spec *spec, unsigned ops, struct snag_error *e) {
    for (unsigned i = ops; i < SNAG_OPS_MAX; i++) {
        if (spec->ops[i].name != NULL) {
            return snag_fail(e, SNAG_ERR_USAGE,
                             "spec %s: operation %u has no name, but %s after it has: leave no gap",
                             spec->name, ops + 1, spec->ops[i].name);
        }
    }
    return SNAG_ERR_OK;
}

static enum snag_err check_config(const struct snag_spec *spec, unsigned count,
                                  struct snag_error *e) {
    for (unsigned i = 0; i < count; i++) {
        const struct snag_config_decl *d = &spec->config[i];
        if (!is_name(d->name) || d->min > d->max) {
            return snag_fail(e, SNAG_ERR_USAGE,
                             "spec %s: configuration value %u needs a name and a domain",
                             spec->name, i + 1);
        }
        for (unsigned k = 0; k < i; k++) {
            if (strcmp(spec->config[k].name, d->name) == 0) {
                return snag_fail(e, SNAG_ERR_USAGE, "spec %s: two configuration values named %s",
                                 spec->name, d->name);
            }
        }
    }
    return SNAG_ERR_OK;
}

/* Can any operation be the first of a task? */
static bool can_start(const struct snag__menu *m) {
    for (unsigned op = 0; op < m->ops; op++) {
        bool alone = snag__menu_has(m->usable, op);
        for (unsigned a = 0; a < m->args[op]; a++) {
            alone = alone && snag__menu_arg(m, op, a)->type != SNAG_HANDLE;
        }
        if (alone) {
            return true;
        }
    }
    return false;
}

/* "kv/mutex": a word of repro files and a path below corpus/. */
static bool is_target_name(const char *text) {
    size_t n = 0;
    for (const char *c = text; c != NULL && *c != '\0'; c++, n++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        bool digit = *c >= '0' && *c <= '9';
        bool later = c > text && (*c == '-' || *c == '_' || *c == '/') && c[-1] != '/';
        if (!letter && !digit && !later) {
            return false;
        }
    }
    return n > 0 && n < 64 && text[n - 1] != '/';
}

enum snag_err snag__spec_check(const struct snag_impl *impl, struct snag_error *e) {
    const struct snag_spec *spec = impl->spec;
    if (!is_target_name(impl->name)) {
        return snag_fail(e, SNAG_ERR_USAGE,
                         "an implementation's name is like kv/mutex: words of letters, digits, - "
                         "and _, at most 63 characters; not \"%.80s\"",
                         impl->name == NULL ? "" : impl->name);
    }
    if (impl->run == NULL) {
        return snag_fail(e, SNAG_ERR_USAGE, "%s: has no `run`: who performs its operations?",
                         impl->name);
    }
    if (impl->cancel && impl->mode == SNAG_THREADS) {
        return snag_fail(e, SNAG_ERR_USAGE,
                         "%s: `cancel` aborts tasks, and there are none: its mode is SNAG_THREADS",
                         impl->name);
    }
    if (!is_name(spec->name)) {
        return snag_fail(e, SNAG_ERR_USAGE, "%s: its spec needs a name of letters, digits, _ and -",
                         impl->name);
    }
    if (spec->state_bytes > SNAG_MODEL_BYTES_MAX || (spec->state_bytes > 0 && spec->step == NULL)) {
        return snag_fail(e, SNAG_ERR_USAGE,
                         "spec %s: a model needs a `step` and at most %d bytes of state",
                         spec->name, SNAG_MODEL_BYTES_MAX);
    }
    struct snag__menu menu;
    snag__menu_make(&menu, impl);
    enum snag_err err = check_gap(spec, menu.ops, e);
    for (unsigned i = 0; i < menu.ops && err == SNAG_ERR_OK; i++) {
        err = check_op(spec, i, e);
    }
    if (err != SNAG_ERR_OK) {
        return err;
    }
    if (!can_start(&menu)) {
        return snag_fail(e, SNAG_ERR_USAGE,
                         "%s: offers no operation that could be the first of a task", impl->name);
    }
    return check_config(spec, menu.config, e);
}
