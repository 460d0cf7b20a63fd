/* input_encode.c: a fuzz input as bytes. See wire.h for the layout.
 *
 * It checks nothing: the input is legal. The rule: what is written here is what input_decode.c
 * reads, field by field in the same order.
 */
#include <string.h>

#include "program/input.h"
#include "program/menu.h"
#include "program/wire.h"

void snag__wire_order(const struct snag__menu *m, uint8_t *by_name) {
    for (unsigned i = 0; i < m->ops; i++) {
        unsigned k = i; /* insertion: specs are small, and often sorted already */
        for (; k > 0 && strcmp(m->spec->ops[by_name[k - 1]].name, m->spec->ops[i].name) > 0; k--) {
            by_name[k] = by_name[k - 1];
        }
        by_name[k] = (uint8_t)i;
    }
}

static void put_value(struct snag__writer *w, const struct snag_arg_decl *d,
                      const struct snag_value *v) {
    switch (d->type) {
    case SNAG_INT:
    case SNAG_KEY:
        snag__put_varint(w, (uint64_t)v->i - (uint64_t)d->min);
        break;
    case SNAG_BYTES:
        snag__put_u8(w, (uint8_t)(v->bytes_count - d->min));
        for (unsigned i = 0; i < v->bytes_count; i++) {
            snag__put_u8(w, v->bytes[i]);
        }
        break;
    case SNAG_HANDLE:
        snag__put_u8(w, (uint8_t)v->i);
        break;
    case SNAG_PROGRAM:
    case SNAG_NONE:
        break;
    }
}

static void put_op(struct snag__writer *w, const struct snag__menu *m, const uint8_t *place,
                   const struct snag__op *op) {
    snag__put_u8(w, (uint8_t)(place[op->op] + 1));
    for (unsigned a = 0; a < m->args[op->op]; a++) {
        put_value(w, snag__menu_arg(m, op->op, a), &op->args[a]);
    }
    if (snag__menu_has(m->cancellable, op->op)) {
        snag__put_u8(w, op->abort);
    }
}

static void put_task(struct snag__writer *w, const struct snag__menu *m, const uint8_t *place,
                     const struct snag__op *op, const struct snag__op *end) {
    while (op < end) {
        const struct snag__op *outer = op++;
        put_op(w, m, place, outer);
        if (m->block[outer->op] >= 0) {
            for (unsigned i = 0; i < outer->nested; i++) {
                put_op(w, m, place, op++);
            }
            snag__put_u8(w, 0);
        }
    }
    snag__put_u8(w, 0);
}

static void put_program(struct snag__writer *w, const struct snag__menu *m,
                        const struct snag_program *p) {
    uint8_t by_name[SNAG_OPS_MAX], place[SNAG_OPS_MAX];
    snag__wire_order(m, by_name);
    for (unsigned i = 0; i < m->ops; i++) {
        place[by_name[i]] = (uint8_t)i;
    }
    snag__put_u8(w, (uint8_t)(p->tasks - 1));
    snag__put_u8(w, (uint8_t)p->workers);
    for (unsigned i = 0; i < m->config; i++) {
        snag__put_varint(w, (uint64_t)p->config.values[i] - (uint64_t)m->spec->config[i].min);
    }
    for (unsigned t = 0; t < p->tasks; t++) {
        put_task(w, m, place, &p->ops[p->first[t]], &p->ops[p->first[t + 1]]);
    }
}

static void put_actor(struct snag__writer *w, const struct snag_actor *a) {
    snag__put_u8(w, (uint8_t)(a->depth | (a->is_task ? 0x80 : 0)));
    for (unsigned i = 0; i < a->depth; i++) {
        snag__put_u8(w, a->path[i]);
    }
}

static void put_switch(struct snag__writer *w, const struct snag_switch *s) {
    snag__put_u8(w, (uint8_t)((s->kind + 1) | (s->preempts ? SNAG__WIRE_PREEMPTS : 0) |
                              (s->sub != 0 ? SNAG__WIRE_SUB : 0)));
    snag__put_varint(w, s->op);
    snag__put_varint(w, s->ordinal);
    if (s->sub != 0) {
        snag__put_varint(w, s->sub);
    }
    put_actor(w, &s->at);
    if (snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER) {
        snag__put_varint(w, s->number);
    } else {
        put_actor(w, &s->to);
    }
}

size_t snag__input_encode(const struct snag__input *in, const struct snag_impl *impl,
                          uint8_t *bytes, size_t room) {
    struct snag__writer w = {bytes, bytes + room, false};
    snag__put_u8(&w, SNAG__WIRE_MAGIC_0);
    snag__put_u8(&w, SNAG__WIRE_MAGIC_1);
    snag__put_u8(&w, SNAG__INPUT_VERSION);
    snag__put_u8(&w, 0);
    snag__put_u64(&w, impl == NULL ? 0 : snag__spec_hash(impl->spec));
    snag__put_u8(&w, in->strategy);
    snag__put_u64(&w, in->seed);
    snag__put_u8(&w, (uint8_t)(in->batch - 1));
    if (impl != NULL) {
        struct snag__menu menu;
        snag__menu_make(&menu, impl);
        put_program(&w, &menu, &in->program);
    }
    for (uint32_t i = 0; i < in->schedule.count; i++) {
        put_switch(&w, &in->schedule.list[i]);
    }
    return w.overflow ? 0 : (size_t)(w.at - bytes);
}
