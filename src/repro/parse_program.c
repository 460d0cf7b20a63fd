/* parse_program.c: the program of a repro, by names. See FORMAT.md.
 *
 * It leaves it to snag__program_check whether handles and nesting are right. The rule: a name or a
 * value that the spec does not know is stale; a line that the grammar does not know is an error of
 * the format; nothing is guessed.
 */
#include <inttypes.h>
#include <string.h>

#include "repro/parse.h"

enum { NAME_BYTES = 64 };

struct parser {
    struct snag__lexer *x;
    const struct snag_spec *spec;
    struct snag_program *p;
    unsigned end; /* operations so far */
};

static bool stale_name(struct parser *z, const char *start, const char *what, const char *name) {
    z->x->at = start;
    return snag__lex_fail(z->x, SNAG_ERR_STALE,
                          "spec %s has no %s `%s` (any more): record it again or remove the file",
                          z->spec->name, what, name);
}

static bool in_domain(struct parser *z, const char *start, const char *name, int64_t v, int64_t min,
                      int64_t max) {
    if (v >= min && v <= max) {
        return true;
    }
    z->x->at = start;
    return snag__lex_fail(z->x, SNAG_ERR_STALE,
                          "%s must be from %" PRId64 " to %" PRId64
                          " (by now): record it again or remove the file",
                          name, min, max);
}

static bool parse_value(struct parser *z, const struct snag_arg_decl *d, struct snag_value *v) {
    const char *start = snag__lex_here(z->x);
    switch (d->type) {
    case SNAG_HANDLE:
        return snag__lex_expect(z->x, "#") && snag__lex_number(z->x, d->name, &v->i);
    case SNAG_BYTES:
        return snag__lex_bytes(z->x, d->name, v->bytes, sizeof v->bytes, &v->bytes_count) &&
               in_domain(z, start, d->name, v->bytes_count, d->min, d->max);
    case SNAG_INT:
    case SNAG_KEY:
        return snag__lex_number(z->x, d->name, &v->i) &&
               in_domain(z, start, d->name, v->i, d->min, d->max);
    case SNAG_PROGRAM:
    case SNAG_NONE:
        break;
    }
    z->x->at = start;
    return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "%s is a nested program: write it as a block",
                          d->name);
}

static int find_arg(const struct snag_op_decl *d, const char *name) {
    for (int a = 0; a < SNAG_ARGS_MAX && d->args[a].type != SNAG_NONE; a++) {
        if (strcmp(d->args[a].name, name) == 0) {
            return a;
        }
    }
    return -1;
}

static bool parse_args(struct parser *z, const struct snag_op_decl *d, struct snag__op *op) {
    unsigned seen = 0;
    while (!snag__lex_accept(z->x, ")")) {
        char name[NAME_BYTES];
        if (seen != 0 && !snag__lex_expect(z->x, ",")) {
            return false;
        }
        const char *start = snag__lex_here(z->x);
        if (!snag__lex_word(z->x, "an argument's name or `)`", name, sizeof name)) {
            return false;
        }
        int a = find_arg(d, name);
        if (a < 0) {
            return stale_name(z, start, "argument", name);
        }
        if (seen >> a & 1) {
            return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "%s is given twice", name);
        }
        seen |= 1u << a;
        if (!snag__lex_expect(z->x, "=") || !parse_value(z, &d->args[a], &op->args[a])) {
            return false;
        }
    }
    for (unsigned a = 0; a < SNAG_ARGS_MAX && d->args[a].type != SNAG_NONE; a++) {
        if (!(seen >> a & 1) && d->args[a].type != SNAG_PROGRAM) {
            return snag__lex_fail(z->x, SNAG_ERR_STALE,
                                  "%s needs an argument `%s`: add it or record it again", d->name,
                                  d->args[a].name);
        }
    }
    return true;
}

/* The line of one operation, up to its opening brace: *opens. */
static bool parse_op(struct parser *z, bool nested, bool *opens) {
    const char *start = snag__lex_here(z->x);
    char name[NAME_BYTES];
    if (!snag__lex_word(z->x, "an operation or `}`", name, sizeof name)) {
        return false;
    }
    unsigned kind = 0;
    while (kind < SNAG_OPS_MAX && z->spec->ops[kind].name != NULL &&
           strcmp(z->spec->ops[kind].name, name) != 0) {
        kind++;
    }
    if (kind == SNAG_OPS_MAX || z->spec->ops[kind].name == NULL) {
        return stale_name(z, start, "operation", name);
    }
    if (z->end == SNAG__PROGRAM_OPS_MAX) {
        z->x->at = start;
        return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "more than %d operations",
                              SNAG__PROGRAM_OPS_MAX);
    }
    struct snag__op *op = &z->p->ops[z->end++];
    *op = (struct snag__op){.op = (uint16_t)kind, .depth = nested};
    const struct snag_op_decl *d = &z->spec->ops[kind];
    if (!snag__lex_expect(z->x, "(") || !parse_args(z, d, op)) {
        return false;
    }
    if (snag__lex_accept(z->x, "aborted")) {
        uint32_t turns;
        if (!snag__lex_count(z->x, "turns", 1, SNAG__ABORT_MAX, &turns)) {
            return false;
        }
        op->abort = (uint8_t)turns;
    }
    *opens = snag__lex_accept(z->x, "{");
    return snag__lex_end(z->x);
}

/* The block of the operation just read, to its closing brace. */
static bool parse_block(struct parser *z) {
    struct snag__op *outer = &z->p->ops[z->end - 1];
    unsigned before = z->end;
    int program = -1;
    for (int a = 0; a < SNAG_ARGS_MAX; a++) {
        program = z->spec->ops[outer->op].args[a].type == SNAG_PROGRAM ? a : program;
    }
    if (program < 0) {
        return snag__lex_fail(z->x, SNAG_ERR_STALE, "%s runs no nested program: remove the block",
                              z->spec->ops[outer->op].name);
    }
    for (;;) {
        bool opens;
        if (!snag__lex_line(z->x)) {
            return false;
        }
        if (snag__lex_accept(z->x, "}")) {
            break;
        }
        if (z->end - before == SNAG__TASK_OPS_MAX) {
            return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "more than %d operations in a block",
                                  SNAG__TASK_OPS_MAX);
        }
        if (!parse_op(z, true, &opens)) {
            return false;
        }
        if (opens) {
            return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "a nested program cannot nest further");
        }
    }
    outer->nested = (uint8_t)(z->end - before);
    outer->args[program].i = outer->nested;
    return snag__lex_end(z->x);
}

static bool parse_task(struct parser *z) {
    uint32_t number;
    struct snag_program *p = z->p;
    if (p->tasks == SNAG__TASKS_MAX) {
        return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "more than %d tasks", SNAG__TASKS_MAX);
    }
    uint32_t due = p->tasks + 1u;
    if (!snag__lex_count(z->x, "the number of the task, in order,", due, due, &number) ||
        !snag__lex_expect(z->x, "{") || !snag__lex_end(z->x)) {
        return false;
    }
    while (snag__lex_line(z->x)) {
        bool opens;
        if (snag__lex_accept(z->x, "}")) {
            p->first[++p->tasks] = (uint16_t)z->end;
            return snag__lex_end(z->x);
        }
        if (!parse_op(z, false, &opens) || (opens && !parse_block(z))) {
            return false;
        }
    }
    return false;
}

static bool parse_config(struct parser *z) {
    unsigned seen = 0, count = 0;
    while (z->x->at < z->x->line_end) {
        char name[NAME_BYTES];
        const char *start = snag__lex_here(z->x);
        if (!snag__lex_word(z->x, "a configuration value's name", name, sizeof name)) {
            return false;
        }
        unsigned i = 0;
        while (i < SNAG_CONFIG_MAX && z->spec->config[i].name != NULL &&
               strcmp(z->spec->config[i].name, name) != 0) {
            i++;
        }
        if (i == SNAG_CONFIG_MAX || z->spec->config[i].name == NULL) {
            return stale_name(z, start, "configuration value", name);
        }
        if (seen >> i & 1) {
            return snag__lex_fail(z->x, SNAG_ERR_FORMAT, "%s is given twice", name);
        }
        seen |= 1u << i;
        if (!snag__lex_expect(z->x, "=")) {
            return false;
        }
        start = snag__lex_here(z->x);
        int64_t *v = &z->p->config.values[i];
        if (!snag__lex_number(z->x, name, v) ||
            !in_domain(z, start, name, *v, z->spec->config[i].min, z->spec->config[i].max)) {
            return false;
        }
        count++;
    }
    if (count < SNAG_CONFIG_MAX && z->spec->config[count].name != NULL) {
        return snag__lex_fail(z->x, SNAG_ERR_STALE,
                              "not every configuration value of spec %s is given: add the missing "
                              "ones or record it again",
                              z->spec->name);
    }
    return true;
}

bool snag__repro_parse_program(struct snag__lexer *x, const struct snag_impl *impl,
                               struct snag__repro *r) {
    if (impl == NULL) {
        return true; /* a scenario: the schedule must follow, and the caller insists on it */
    }
    struct parser z = {.x = x, .spec = impl->spec, .p = &r->program};
    uint32_t workers = 0;
    if (snag__lex_accept(x, "workers")) {
        if (!snag__lex_count(x, "workers", 1, SNAG__WORKERS_MAX, &workers) || !snag__lex_end(x) ||
            !snag__lex_line(x)) {
            return false;
        }
        r->has_program = true;
    }
    r->program.workers = (uint16_t)workers;
    bool config = snag__lex_accept(x, "config");
    if (config && (!parse_config(&z) || !snag__lex_line(x))) {
        return false;
    }
    while (snag__lex_accept(x, "task")) {
        if (!config && impl->spec->config[0].name != NULL) {
            return snag__lex_fail(x, SNAG_ERR_STALE,
                                  "spec %s has configuration values and none is given: add a "
                                  "`config` line or record it again",
                                  impl->spec->name);
        }
        r->has_program = true;
        if (!parse_task(&z) || !snag__lex_line(x)) {
            return false;
        }
    }
    r->has_program = r->has_program || config;
    return x->err == SNAG_ERR_OK;
}
