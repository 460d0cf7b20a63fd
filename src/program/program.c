/* program.c: is a program legal, and what is its hash?
 *
 * It makes and repairs nothing (build.c). The rule: it looks at a program from scratch and trusts
 * no other file, so that it can judge what they made.
 */
#include "program/program.h"

#include <string.h>

#include "base/hash.h"
#include "base/prng.h"
#include "program/menu.h"

struct check {
    const struct snag__menu *menu;
    const struct snag_program *p;
    struct snag_error *e;
    unsigned task, number; /* where we are: both from 1 */
    unsigned block;        /* number of the operation whose nested program we are in; 0: none */
    unsigned block_end;    /* number of the last operation of that program */
    uint8_t live[SNAG__TASK_OPS_MAX + 1]; /* by producer number: tag; 0: none */
};

static const char *op_name(const struct check *c, const struct snag__op *op) {
    return c->menu->spec->ops[op->op].name;
}

#define REFUSE(c, op, text, ...)                                                                   \
    snag_fail((c)->e, SNAG_ERR_STALE, "task %u, operation %u, %s: " text, (c)->task, (c)->number,  \
              op_name(c, op), ##__VA_ARGS__)

static enum snag_err check_handle(struct check *c, const struct snag__op *op, unsigned a) {
    const struct snag_arg_decl *d = snag__menu_arg(c->menu, op->op, a);
    int64_t i = op->args[a].i;
    if (i < 1 || i >= (int64_t)c->number || c->menu->tags[op->op][a] == 0 ||
        c->live[i] != c->menu->tags[op->op][a]) {
        return REFUSE(c, op, "argument %s=#%lld names no live handle of type %s", d->name,
                      (long long)i, d->tag == NULL ? "(none)" : d->tag);
    }
    if (d->takes && op->depth != 0 && i <= (int64_t)c->block) {
        return REFUSE(c, op, "argument %s takes a handle made outside its nested program", d->name);
    }
    for (unsigned b = 0; b < a; b++) {
        const struct snag_arg_decl *other = snag__menu_arg(c->menu, op->op, b);
        if (other->type == SNAG_HANDLE && op->args[b].i == i && (d->takes || other->takes)) {
            return REFUSE(c, op, "arguments %s and %s are the same handle, and one takes it",
                          other->name, d->name);
        }
    }
    return SNAG_ERR_OK;
}

static enum snag_err check_arg(struct check *c, const struct snag__op *op, unsigned a) {
    const struct snag_arg_decl *d = snag__menu_arg(c->menu, op->op, a);
    const struct snag_value *v = &op->args[a];
    int64_t measure = v->i;
    switch (d->type) {
    case SNAG_HANDLE:
        return check_handle(c, op, a);
    case SNAG_BYTES:
        if (v->i != 0 || v->bytes_count > SNAG_BYTES_MAX) {
            return REFUSE(c, op, "argument %s is not a value of bytes", d->name);
        }
        measure = v->bytes_count;
        break;
    case SNAG_PROGRAM:
        if (v->i != op->nested) {
            return REFUSE(c, op, "argument %s does not match its nested program", d->name);
        }
        break;
    case SNAG_NONE:
    case SNAG_INT:
    case SNAG_KEY:
        break;
    }
    if (measure < d->min || measure > d->max) {
        return REFUSE(c, op, "argument %s=%lld is not in [%lld, %lld]", d->name, (long long)measure,
                      (long long)d->min, (long long)d->max);
    }
    if (d->type != SNAG_BYTES && v->bytes_count != 0) {
        return REFUSE(c, op, "argument %s is a number and has bytes", d->name);
    }
    return SNAG_ERR_OK;
}

static enum snag_err check_args(struct check *c, const struct snag__op *op) {
    for (unsigned a = 0; a < SNAG_ARGS_MAX; a++) {
        enum snag_err err = SNAG_ERR_OK;
        if (a < c->menu->args[op->op]) {
            err = check_arg(c, op, a);
        } else if (op->args[a].i != 0 || op->args[a].bytes_count != 0) {
            err = REFUSE(c, op, "argument number %u is not one of its own", a + 1);
        }
        if (err != SNAG_ERR_OK) {
            return err;
        }
    }
    return SNAG_ERR_OK;
}

/* Does its place suit it? `left` operations of the task follow it. */
static enum snag_err check_place(struct check *c, const struct snag__op *op, unsigned left) {
    const struct snag__menu *m = c->menu;
    if (op->op >= m->ops) {
        return snag_fail(c->e, SNAG_ERR_STALE, "task %u, operation %u: the spec has no number %u",
                         c->task, c->number, op->op);
    }
    if (!snag__menu_has(m->usable, op->op)) {
        return REFUSE(c, op, "not offered by this implementation");
    }
    bool inside = c->number <= c->block_end;
    if (op->depth != inside) {
        return REFUSE(c, op, "has depth %u where %d is right", op->depth, inside);
    }
    if (inside && !snag__menu_has(m->nestable, op->op)) {
        return REFUSE(c, op, "may not stand in a nested program");
    }
    if (op->nested > 0 && (inside || m->block[op->op] < 0)) {
        return REFUSE(c, op, "may not have a nested program here");
    }
    if (op->abort > SNAG__ABORT_MAX ||
        (op->abort > 0 && (inside || !snag__menu_has(m->cancellable, op->op)))) {
        return REFUSE(c, op, "may not be aborted, or not after %u turns", op->abort);
    }
    if (op->nested > left) {
        return REFUSE(c, op, "its nested program is longer than the task");
    }
    return SNAG_ERR_OK;
}

/* After operation `op` has returned, its handle exists. */
static void returned(struct check *c, const struct snag__op *op, unsigned number) {
    c->live[number] = c->menu->returns[op->op];
}

static enum snag_err check_task(struct check *c) {
    const struct snag_program *p = c->p;
    const struct snag__op *ops = &p->ops[p->first[c->task - 1]];
    unsigned count = (unsigned)(p->first[c->task] - p->first[c->task - 1]);
    if (count > SNAG__TASK_OPS_MAX) {
        return snag_fail(c->e, SNAG_ERR_STALE, "task %u has %u operations, at most %d fit", c->task,
                         count, SNAG__TASK_OPS_MAX);
    }
    memset(c->live, 0, sizeof c->live);
    c->block = c->block_end = 0;
    for (c->number = 1; c->number <= count; c->number++) {
        const struct snag__op *op = &ops[c->number - 1];
        enum snag_err err = check_place(c, op, count - c->number);
        if (err == SNAG_ERR_OK) {
            err = check_args(c, op);
        }
        if (err != SNAG_ERR_OK) {
            return err;
        }
        for (unsigned a = 0; a < c->menu->args[op->op]; a++) {
            const struct snag_arg_decl *d = snag__menu_arg(c->menu, op->op, a);
            if (d->type == SNAG_HANDLE && d->takes) {
                c->live[op->args[a].i] = 0;
            }
        }
        if (op->nested > 0) {
            c->block = c->number;
            c->block_end = c->number + op->nested;
            continue;
        }
        returned(c, op, c->number);
        if (c->block != 0 && c->number == c->block_end) {
            returned(c, &ops[c->block - 1], c->block);
            c->block = c->block_end = 0;
        }
    }
    for (c->number = 1; c->number <= count; c->number++) {
        const struct snag__op *op = &ops[c->number - 1];
        if (c->live[c->number] != 0 && snag__menu_owes(c->menu, op->op)) {
            return REFUSE(c, op, "its handle is never given back (by %s)",
                          c->menu->spec->ops[c->menu->closer[op->op]].name);
        }
    }
    return SNAG_ERR_OK;
}

static enum snag_err check_config(const struct check *c) {
    for (unsigned i = 0; i < SNAG_CONFIG_MAX; i++) {
        int64_t v = c->p->config.values[i];
        const struct snag_config_decl *d = &c->menu->spec->config[i];
        if (i >= c->menu->config && v != 0) {
            return snag_fail(c->e, SNAG_ERR_STALE, "configuration value %u does not exist", i + 1);
        }
        if (i < c->menu->config && (v < d->min || v > d->max)) {
            return snag_fail(c->e, SNAG_ERR_STALE, "configuration %s=%lld is not in [%lld, %lld]",
                             d->name, (long long)v, (long long)d->min, (long long)d->max);
        }
    }
    return SNAG_ERR_OK;
}

static enum snag_err check_shape(const struct check *c) {
    const struct snag_program *p = c->p;
    if (p->tasks < 1 || p->tasks > SNAG__TASKS_MAX) {
        return snag_fail(c->e, SNAG_ERR_STALE, "%u tasks, 1 to %d are possible", p->tasks,
                         SNAG__TASKS_MAX);
    }
    unsigned least = c->menu->async ? 1 : 0, most = c->menu->async ? SNAG__WORKERS_MAX : 0;
    if (p->workers < least || p->workers > most) {
        return snag_fail(c->e, SNAG_ERR_STALE, "%u workers, %u to %u are possible", p->workers,
                         least, most);
    }
    bool ascending = p->first[0] == 0;
    for (unsigned t = 0; t < p->tasks; t++) {
        ascending = ascending && p->first[t] <= p->first[t + 1];
    }
    if (!ascending || p->first[p->tasks] > SNAG__PROGRAM_OPS_MAX || p->first[p->tasks] == 0) {
        return snag_fail(c->e, SNAG_ERR_STALE, "not 1 to %d operations, task after task",
                         SNAG__PROGRAM_OPS_MAX);
    }
    return check_config(c);
}

enum snag_err snag__program_check(const struct snag_program *p, const struct snag_impl *impl,
                                  struct snag_error *e) {
    struct snag__menu menu;
    snag__menu_make(&menu, impl);
    struct check c = {.menu = &menu, .p = p, .e = e};
    enum snag_err err = check_shape(&c);
    for (c.task = 1; err == SNAG_ERR_OK && c.task <= p->tasks; c.task++) {
        err = check_task(&c);
    }
    return err;
}

/* Bytes beyond bytes_count, and operations beyond the last task, mean nothing and are left out. */
uint64_t snag__program_hash(const struct snag_program *p) {
    uint64_t h = snag__mix64(p->tasks | (uint64_t)p->workers << 16 | UINT64_C(1) << 32);
    for (unsigned i = 0; i < SNAG_CONFIG_MAX; i++) {
        h = snag__mix64(h ^ (uint64_t)p->config.values[i]);
    }
    for (unsigned t = 0; t < p->tasks; t++) {
        h = snag__mix64(h + p->first[t + 1]);
        for (unsigned k = p->first[t]; k < p->first[t + 1]; k++) {
            const struct snag__op *op = &p->ops[k];
            h = snag__mix64(h ^ (op->op | (uint64_t)op->nested << 16 | (uint64_t)op->depth << 24 |
                                 (uint64_t)op->abort << 32));
            for (unsigned a = 0; a < SNAG_ARGS_MAX; a++) {
                const struct snag_value *v = &op->args[a];
                h = snag__mix64(h ^ (uint64_t)v->i);
                if (v->bytes_count != 0) {
                    h = snag__hash(v->bytes, v->bytes_count, h);
                }
            }
        }
    }
    return h;
}
