/* menu.c: see menu.h. It reads the spec and judges nothing (that is spec_check.c). */
#include "program/menu.h"

#include <string.h>

/* Numbers tags by the first operation that returns them, from 1. */
static uint8_t tag_number(const struct snag_spec *spec, const char *tag, unsigned ops) {
    for (unsigned i = 0; tag != NULL && i < ops; i++) {
        const struct snag_op_decl *d = &spec->ops[i];
        if (d->result == SNAG_RESULT_HANDLE && d->returns != NULL && strcmp(d->returns, tag) == 0) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

static void read_op(struct snag__menu *m, unsigned op) {
    const struct snag_op_decl *d = &m->spec->ops[op];
    m->returns[op] = 0;
    if (d->result == SNAG_RESULT_HANDLE) {
        m->returns[op] = tag_number(m->spec, d->returns, m->ops);
    }
    m->block[op] = -1;
    m->closer[op] = -1;
    unsigned a = 0;
    for (; a < SNAG_ARGS_MAX && d->args[a].type != SNAG_NONE; a++) {
        m->tags[op][a] = 0;
        if (d->args[a].type == SNAG_HANDLE) {
            m->tags[op][a] = tag_number(m->spec, d->args[a].tag, m->ops);
        } else if (d->args[a].type == SNAG_PROGRAM && m->block[op] < 0) {
            m->block[op] = (int8_t)a;
        }
    }
    m->args[op] = (uint8_t)a;
}

/* The tag that `op` gives back if that is all it needs; 0: it is no closer. One that returns a
 * handle is none: closing would not end. */
static uint8_t closes(const struct snag__menu *m, unsigned op) {
    if (m->returns[op] != 0 || (m->block[op] >= 0 && snag__menu_block_min(m, op) > 0)) {
        return 0;
    }
    uint8_t tag = 0;
    for (unsigned a = 0; a < m->args[op]; a++) {
        const struct snag_arg_decl *arg = snag__menu_arg(m, op, a);
        if (arg->type == SNAG_HANDLE) {
            if (tag != 0 || !arg->takes) {
                return 0;
            }
            tag = m->tags[op][a];
        }
    }
    return tag;
}

static void find_closers(struct snag__menu *m) {
    for (unsigned c = 0; c < m->ops; c++) {
        uint8_t tag = snag__menu_has(m->usable, c) ? closes(m, c) : 0;
        for (unsigned a = 0; tag == 0 && a < m->args[c]; a++) {
            m->uses |= (uint32_t)(snag__menu_arg(m, c, a)->type == SNAG_HANDLE) << c;
        }
        for (unsigned op = 0; tag != 0 && op < m->ops; op++) {
            if (m->returns[op] == tag && m->closer[op] < 0) {
                m->closer[op] = (int8_t)c;
            }
        }
    }
}

static bool asks_for_nothing(const struct snag__menu *m, unsigned op) {
    for (unsigned a = 0; a < m->args[op]; a++) {
        if (snag__menu_arg(m, op, a)->type == SNAG_HANDLE) {
            return false;
        }
    }
    return !snag__menu_owes(m, op);
}

/* Nothing that others depend on comes of it, and it is whole in itself. */
static bool may_be_cancelled(const struct snag__menu *m, unsigned op) {
    const struct snag_op_decl *d = &m->spec->ops[op];
    bool alone =
        d->result != SNAG_RESULT_HANDLE && m->block[op] < 0 && (d->flags & SNAG_OP_HOLDS) == 0;
    for (unsigned a = 0; a < m->args[op]; a++) {
        alone &= snag__menu_arg(m, op, a)->type != SNAG_HANDLE;
    }
    return alone;
}

void snag__menu_make(struct snag__menu *m, const struct snag_impl *impl) {
    const struct snag_spec *spec = impl->spec;
    m->spec = spec;
    m->async = impl->mode == SNAG_TASKS;
    for (m->ops = 0; m->ops < SNAG_OPS_MAX && spec->ops[m->ops].name != NULL; m->ops++) {
    }
    for (m->config = 0; m->config < SNAG_CONFIG_MAX && spec->config[m->config].name != NULL;
         m->config++) {
    }
    m->usable = 0;
    m->nestable = 0;
    for (unsigned op = 0; op < m->ops; op++) {
        unsigned flags = spec->ops[op].flags;
        read_op(m, op);
        if (!snag__menu_has(impl->without, op) && (m->async || !(flags & SNAG_OP_ASYNC_ONLY))) {
            m->usable |= UINT32_C(1) << op;
            bool shallow = m->block[op] < 0 || snag__menu_block_min(m, op) == 0;
            if ((flags & SNAG_OP_NESTS) && shallow) {
                m->nestable |= UINT32_C(1) << op;
            }
        }
    }
    m->cancellable = 0;
    for (unsigned op = 0; impl->cancel && m->async && op < m->ops; op++) {
        m->cancellable |= (uint32_t)may_be_cancelled(m, op) << op;
    }
    m->uses = 0;
    find_closers(m);
    m->plain = 0;
    for (unsigned op = 0; op < m->ops; op++) {
        m->plain |= (uint32_t)(m->block[op] < 0 && asks_for_nothing(m, op)) << op;
    }
    m->filler = -1;
    for (unsigned op = m->ops; op-- > 0;) {
        if (snag__menu_has(m->nestable, op) && asks_for_nothing(m, op)) {
            m->filler = (int8_t)op;
        }
    }
    for (unsigned op = 0; op < m->ops; op++) {
        if (m->block[op] >= 0 && snag__menu_block_min(m, op) > 0 && m->filler < 0) {
            m->usable &= ~(UINT32_C(1) << op);
        }
    }
}
