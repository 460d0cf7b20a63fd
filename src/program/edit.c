/* edit.c: see edit.h. No randomness but for fresh operations. */
#include "program/edit.h"

#include <string.h>

void snag__edit_append(struct snag__edit *e, const struct snag_program *p, uint32_t which,
                       unsigned ids_from) {
    for (unsigned t = 0; t < p->tasks; t++) {
        unsigned count = (unsigned)(p->first[t + 1] - p->first[t]);
        if (!(which >> t & 1) || e->tasks == SNAG__TASKS_MAX ||
            e->count + count > SNAG__PROGRAM_OPS_MAX) {
            continue;
        }
        for (unsigned i = p->first[t]; i < p->first[t + 1]; i++) {
            struct snag__edit_op *to = &e->ops[e->count++];
            to->op = p->ops[i];
            to->id = (uint16_t)(ids_from + i + 1);
            to->task = (uint8_t)e->tasks;
            to->fresh = false;
            for (unsigned a = 0; a < e->menu->args[to->op.op]; a++) {
                if (snag__menu_arg(e->menu, to->op.op, a)->type == SNAG_HANDLE) {
                    to->op.args[a].i += ids_from + p->first[t];
                }
            }
        }
        e->tasks++;
    }
}

void snag__edit_load(struct snag__edit *e, const struct snag__menu *menu,
                     const struct snag_program *p) {
    e->menu = menu;
    e->tasks = 0;
    e->workers = p->workers;
    e->count = 0;
    e->config = p->config;
    snag__edit_append(e, p, UINT32_MAX, 0);
}

/* Producers by identity, in the task being built: their numbers; 0: not there. */
struct names {
    uint8_t number[2 * SNAG__PROGRAM_OPS_MAX + 1];
};

static void build_one(struct snag__builder *b, struct snag__draw *d,
                      const struct snag__edit_op *from, struct names *names) {
    bool nested = from->op.depth != 0 && b->block != 0;
    if (from->fresh) {
        snag__draw_op(d, b, nested, 3);
        return;
    }
    struct snag__op op = from->op;
    op.depth = nested;
    for (unsigned a = 0; a < b->menu->args[op.op]; a++) {
        if (snag__menu_arg(b->menu, op.op, a)->type == SNAG_HANDLE) {
            int64_t id = op.args[a].i;
            bool known = id >= 0 && id < (int64_t)sizeof names->number;
            op.args[a].i = known ? names->number[id] : 0;
        }
    }
    if (snag__build_op(b, &op) && from->id != 0) {
        names->number[from->id] = (uint8_t)snag__build_number(b);
    }
}

bool snag__edit_build(const struct snag__edit *e, struct snag__draw *d, struct snag_program *p) {
    struct snag__builder b;
    struct names names;
    struct snag_program made;
    snag__build_begin(&b, e->menu, &made, &e->config);
    for (unsigned i = 0; i < e->count; i++) {
        if (i == 0 || e->ops[i].task != e->ops[i - 1].task) {
            if (!snag__build_task(&b)) {
                break;
            }
            memset(&names, 0, sizeof names);
        }
        build_one(&b, d, &e->ops[i], &names);
    }
    /* More workers than tasks would only idle. */
    snag__build_end(&b, e->workers < made.tasks ? e->workers : made.tasks);
    unsigned count = made.tasks == 0 ? 0 : made.first[made.tasks];
    if (count == 0) {
        return false;
    }
    p->tasks = made.tasks;
    p->workers = made.workers;
    p->config = made.config;
    memcpy(p->first, made.first, (made.tasks + 1u) * sizeof made.first[0]);
    memcpy(p->ops, made.ops, count * sizeof made.ops[0]);
    return true;
}

unsigned snag__edit_unit(const struct snag__edit *e, unsigned i) {
    unsigned n = 1;
    if (e->ops[i].op.depth == 0) {
        while (i + n < e->count && e->ops[i + n].op.depth != 0 &&
               e->ops[i + n].task == e->ops[i].task) {
            n++;
        }
    }
    return n;
}

void snag__edit_remove(struct snag__edit *e, unsigned i, unsigned n) {
    memmove(&e->ops[i], &e->ops[i + n], (e->count - i - n) * sizeof e->ops[0]);
    e->count -= n;
}

void snag__edit_insert(struct snag__edit *e, unsigned i, const struct snag__edit_op *from,
                       unsigned n, unsigned task) {
    if (e->count + n > SNAG__EDIT_OPS_MAX) {
        return;
    }
    memmove(&e->ops[i + n], &e->ops[i], (e->count - i) * sizeof e->ops[0]);
    for (unsigned k = 0; k < n; k++) {
        e->ops[i + k] = from[k];
        e->ops[i + k].task = (uint8_t)task;
    }
    e->count += n;
}
