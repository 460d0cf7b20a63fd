/* mutate_program.c: one random edit of a program's structure.
 *
 * It does not care for legality (snag__edit_build does). The rule: a pure function of the list and
 * of d's random numbers; the list is never left empty.
 */
#include <string.h>

#include "program/edit.h"

/* Sizes beyond which edits remove as often as they do anything else: without a bound programs would
 * grow for ever, and a long program costs more executions than it shows. */
enum { OPS_SOFT_MAX = 24, TASKS_SOFT_MAX = 6 };

static unsigned below(struct snag__draw *d, unsigned n) {
    return snag__prng_below(&d->rng, n);
}

/* A place to insert at, and the task it belongs to: before an operation, or at the end of one's
 * task. */
static unsigned pick_place(const struct snag__edit *e, struct snag__draw *d, unsigned *task) {
    unsigned i = below(d, e->count);
    *task = e->ops[i].task;
    if (below(d, 4) == 0) {
        while (i < e->count && e->ops[i].task == *task) {
            i++;
        }
    }
    return i;
}

static bool inside_block(const struct snag__edit *e, unsigned i, unsigned task) {
    return i < e->count && e->ops[i].task == task && e->ops[i].op.depth != 0;
}

static void insert_fresh(struct snag__edit *e, struct snag__draw *d) {
    unsigned task, i = pick_place(e, d, &task);
    struct snag__edit_op fresh = {.fresh = true, .op.depth = inside_block(e, i, task)};
    /* Right behind an operation that can run others: now and then into it. */
    if (i > 0 && e->ops[i - 1].task == task && !e->ops[i - 1].fresh &&
        e->menu->block[e->ops[i - 1].op.op] >= 0 && below(d, 2) == 0) {
        fresh.op.depth = 1;
    }
    snag__edit_insert(e, i, &fresh, 1, task);
}

static void remove_unit(struct snag__edit *e, struct snag__draw *d) {
    unsigned i = below(d, e->count), n = snag__edit_unit(e, i);
    if (n < e->count) {
        snag__edit_remove(e, i, n);
    }
}

/* Copies operation i with its nested ones to another place, where it may or may not be nested. */
static void copy_unit(struct snag__edit *e, struct snag__draw *d, unsigned i, bool move) {
    struct snag__edit_op unit[SNAG__TASK_OPS_MAX];
    unsigned n = snag__edit_unit(e, i), task;
    if (n > SNAG__TASK_OPS_MAX || (move && n == e->count)) {
        return;
    }
    memcpy(unit, &e->ops[i], n * sizeof unit[0]);
    if (move) {
        snag__edit_remove(e, i, n);
    }
    unsigned to = pick_place(e, d, &task);
    if (n == 1) {
        unit[0].op.depth = inside_block(e, to, task);
    }
    snag__edit_insert(e, to, unit, n, task);
}

static void duplicate_in_place(struct snag__edit *e, struct snag__draw *d) {
    struct snag__edit_op unit[SNAG__TASK_OPS_MAX];
    unsigned i = below(d, e->count), n = snag__edit_unit(e, i);
    if (n <= SNAG__TASK_OPS_MAX) {
        memcpy(unit, &e->ops[i], n * sizeof unit[0]);
        snag__edit_insert(e, i + n, unit, n, unit[0].task);
    }
}

/* An operation changes places with the next of its task and depth. */
static void swap_with_next(struct snag__edit *e, struct snag__draw *d) {
    struct snag__edit_op unit[SNAG__TASK_OPS_MAX];
    unsigned i = below(d, e->count), n = snag__edit_unit(e, i), next = i + n;
    if (n > SNAG__TASK_OPS_MAX || next >= e->count || e->ops[next].task != e->ops[i].task ||
        e->ops[next].op.depth != e->ops[i].op.depth) {
        return;
    }
    memcpy(unit, &e->ops[i], n * sizeof unit[0]);
    unsigned gap = snag__edit_unit(e, next);
    snag__edit_remove(e, i, n);
    snag__edit_insert(e, i + gap, unit, n, unit[0].task);
}

/* Another kind, keeping the arguments that have the same type in the same place. */
static void change_kind(struct snag__edit *e, struct snag__draw *d) {
    struct snag__edit_op *op = &e->ops[below(d, e->count)];
    unsigned kind = below(d, e->menu->ops);
    if (op->fresh || !snag__menu_has(e->menu->usable, kind)) {
        return;
    }
    for (unsigned a = 0; a < e->menu->args[kind]; a++) {
        const struct snag_arg_decl *now = snag__menu_arg(e->menu, kind, a);
        bool same = a < e->menu->args[op->op.op] &&
                    snag__menu_arg(e->menu, op->op.op, a)->type == now->type;
        if (!same && now->type != SNAG_HANDLE && now->type != SNAG_PROGRAM) {
            snag__draw_value(d, now, &op->op.args[a]);
        } else if (!same) {
            op->op.args[a].i = 0;
        }
    }
    op->op.op = (uint16_t)kind;
}

/* Takes over a value of the same type from any other operation, so that they meet. */
static void copy_value(struct snag__edit *e, struct snag__draw *d, struct snag__op *op,
                       unsigned a) {
    const struct snag__edit_op *from = &e->ops[below(d, e->count)];
    enum snag_arg_type type = snag__menu_arg(e->menu, op->op, a)->type;
    for (unsigned b = 0; !from->fresh && b < e->menu->args[from->op.op]; b++) {
        if (snag__menu_arg(e->menu, from->op.op, b)->type == type) {
            op->args[a] = from->op.args[b];
            return;
        }
    }
}

static void change_argument(struct snag__edit *e, struct snag__draw *d) {
    struct snag__edit_op *at = &e->ops[below(d, e->count)];
    unsigned count = at->fresh ? 0 : e->menu->args[at->op.op];
    if (!at->fresh && snag__menu_has(e->menu->cancellable, at->op.op) && below(d, 4) == 0) {
        at->op.abort = (uint8_t)below(d, SNAG__ABORT_MAX + 1);
        return;
    }
    if (count == 0) {
        return;
    }
    unsigned a = below(d, count);
    const struct snag_arg_decl *decl = snag__menu_arg(e->menu, at->op.op, a);
    struct snag_value *v = &at->op.args[a];
    if (decl->type == SNAG_PROGRAM) {
        return;
    }
    if (decl->type == SNAG_HANDLE) {
        v->i = e->ops[below(d, e->count)].id;
        return;
    }
    switch (below(d, 4)) {
    case 0:
        copy_value(e, d, &at->op, a);
        break;
    case 1:
        if (decl->type == SNAG_BYTES) {
            v->bytes_count = (uint8_t)(v->bytes_count + 1 - below(d, 3));
            if (v->bytes_count > SNAG_BYTES_MAX) {
                v->bytes_count = 0;
            } else if (v->bytes_count > 0) {
                v->bytes[v->bytes_count - 1] = (uint8_t)below(d, 256);
            }
        } else {
            v->i = (int64_t)((uint64_t)v->i + 1 - UINT64_C(2) * below(d, 2));
        }
        break;
    default:
        snag__draw_value(d, decl, v);
    }
}

static void add_task(struct snag__edit *e, struct snag__draw *d) {
    if (e->tasks == SNAG__TASKS_MAX) {
        return;
    }
    unsigned from = e->ops[below(d, e->count)].task;
    unsigned n = e->count, kept = 0;
    bool copy = below(d, 2) == 0;
    for (unsigned i = 0; copy && i < n; i++) {
        if (e->ops[i].task == from) {
            struct snag__edit_op op = e->ops[i];
            snag__edit_insert(e, e->count, &op, 1, e->tasks);
            kept++;
        }
    }
    for (unsigned left = kept > 0 ? 0 : snag__draw_length(d); left > 0; left--) {
        struct snag__edit_op fresh = {.fresh = true};
        snag__edit_insert(e, e->count, &fresh, 1, e->tasks);
    }
    e->tasks++;
}

static void remove_task(struct snag__edit *e, struct snag__draw *d) {
    unsigned i = below(d, e->count), task = e->ops[i].task, n = 0;
    while (i > 0 && e->ops[i - 1].task == task) {
        i--;
    }
    while (i + n < e->count && e->ops[i + n].task == task) {
        n++;
    }
    if (n < e->count) {
        snag__edit_remove(e, i, n);
        e->tasks--;
        for (; i < e->count; i++) {
            e->ops[i].task--;
        }
    }
}

static void change_setting(struct snag__edit *e, struct snag__draw *d) {
    unsigned i = below(d, e->menu->config + 1u);
    if (i == e->menu->config) {
        e->workers = snag__draw_workers(d, e->tasks);
        return;
    }
    struct snag_config drawn;
    snag__draw_config(d, e->menu, &drawn);
    e->config.values[i] = drawn.values[i];
}

void snag__mutate_program(struct snag__edit *e, struct snag__draw *d) {
    if (e->count == 0) {
        struct snag__edit_op fresh = {.fresh = true};
        snag__edit_insert(e, 0, &fresh, 1, 0);
        e->tasks = 1;
        return;
    }
    unsigned i = below(d, e->count), what = below(d, 16);
    bool much = e->count > OPS_SOFT_MAX || e->tasks > TASKS_SOFT_MAX;
    if (much && below(d, 2) == 0) {
        what = e->tasks > TASKS_SOFT_MAX ? 14 : 3;
    }
    switch (what) {
    case 0:
    case 1:
    case 2:
        insert_fresh(e, d);
        break;
    case 3:
    case 4:
        remove_unit(e, d);
        break;
    case 5:
        duplicate_in_place(e, d);
        break;
    case 6:
        copy_unit(e, d, i, false);
        break;
    case 7:
        copy_unit(e, d, i, true);
        break;
    case 8:
        swap_with_next(e, d);
        break;
    case 9:
        change_kind(e, d);
        break;
    case 10:
    case 11:
    case 12:
        change_argument(e, d);
        break;
    case 13:
        add_task(e, d);
        break;
    case 14:
        remove_task(e, d);
        break;
    default:
        change_setting(e, d);
    }
}
