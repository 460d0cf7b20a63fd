/* spec_hash.c: the hash that binds inputs and repros to what their operations mean.
 *
 * It covers names, argument domains, handle types, result types and configuration; not weights,
 * flags, the model or any implementation, which change no program's meaning. The rule: operations
 * are combined by addition, so their order does not matter; the arguments of one and the
 * configuration values are chained, because inputs tell them by position.
 */
#include <string.h>

#include "base/hash.h"
#include "base/prng.h"
#include "program/program.h"

static uint64_t add_text(uint64_t h, const char *text) {
    return text == NULL ? snag__mix64(h + 1) : snag__hash(text, strlen(text), h);
}

static uint64_t add_number(uint64_t h, int64_t v) {
    return snag__mix64(snag__mix64(h) + (uint64_t)v);
}

static uint64_t op_hash(const struct snag_op_decl *d) {
    uint64_t h = add_text(0, d->name);
    for (unsigned a = 0; a < SNAG_ARGS_MAX && d->args[a].type != SNAG_NONE; a++) {
        const struct snag_arg_decl *arg = &d->args[a];
        h = add_text(add_number(h, arg->type), arg->name);
        if (arg->type == SNAG_HANDLE) {
            h = add_number(add_text(h, arg->tag), arg->takes);
        } else {
            h = add_number(add_number(h, arg->min), arg->max);
        }
    }
    h = add_number(h, d->result);
    return d->result == SNAG_RESULT_HANDLE ? add_text(h, d->returns) : h;
}

uint64_t snag__spec_hash(const struct snag_spec *spec) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < SNAG_OPS_MAX && spec->ops[i].name != NULL; i++) {
        sum += snag__mix64(op_hash(&spec->ops[i]));
    }
    uint64_t h = add_text(sum, spec->name);
    for (unsigned i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++) {
        const struct snag_config_decl *d = &spec->config[i];
        h = add_number(add_number(add_text(h, d->name), d->min), d->max);
    }
    return h;
}
