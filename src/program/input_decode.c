/* input_decode.c: a fuzz input from any bytes. See wire.h for the layout.
 *
 * It refuses nothing. The rule: every byte string gives a legal input, and the bytes of a legal
 * input give that input back. The builder sees to the program; the schedule may name actors that do
 * not exist, which an execution passes over.
 */
#include "base/hash.h"
#include "base/prng.h"
#include "program/build.h"
#include "program/input.h"
#include "program/wire.h"
#include "sched/schedule.h"

struct decoder {
    struct snag__reader r;
    struct snag__builder b;
    uint8_t by_name[SNAG_OPS_MAX];
};

/* Offsets that a value's domain does not hold are wrapped into it by the builder. */
static void get_values(struct decoder *d, struct snag__op *op) {
    const struct snag__menu *m = d->b.menu;
    for (unsigned a = 0; a < m->args[op->op]; a++) {
        const struct snag_arg_decl *decl = snag__menu_arg(m, op->op, a);
        struct snag_value *v = &op->args[a];
        switch (decl->type) {
        case SNAG_INT:
        case SNAG_KEY:
            v->i = (int64_t)((uint64_t)decl->min + snag__get_varint(&d->r));
            break;
        case SNAG_BYTES: {
            int64_t count = decl->min + snag__get_u8(&d->r);
            v->bytes_count = (uint8_t)snag__into_domain(count, decl->min, decl->max);
            for (unsigned i = 0; i < v->bytes_count && i < SNAG_BYTES_MAX; i++) {
                v->bytes[i] = snag__get_u8(&d->r);
            }
            break;
        }
        case SNAG_HANDLE:
            v->i = snag__get_u8(&d->r);
            break;
        case SNAG_PROGRAM:
        case SNAG_NONE:
            break;
        }
    }
}

/* One operation. False: the list ends here. *kind: which it was. */
static bool get_op(struct decoder *d, bool nested, unsigned *kind) {
    uint8_t token = snag__get_u8(&d->r);
    if (token == 0 || d->b.menu->ops == 0) {
        return false;
    }
    struct snag__op op; /* the builder reads only what get_values writes */
    op.op = d->by_name[(token - 1u) % d->b.menu->ops];
    op.depth = nested;
    get_values(d, &op);
    op.abort = snag__menu_has(d->b.menu->cancellable, op.op)
                   ? snag__get_u8(&d->r) % (SNAG__ABORT_MAX + 1)
                   : 0;
    snag__build_op(&d->b, &op); /* one that cannot stand here is passed over */
    *kind = op.op;
    return true;
}

static void get_task(struct decoder *d) {
    unsigned kind;
    while (get_op(d, false, &kind)) {
        /* If the outer one was passed over, so are the nested ones: nothing is open. */
        if (d->b.menu->block[kind] >= 0) {
            while (get_op(d, true, &kind)) {
            }
        }
    }
}

static void get_program(struct decoder *d, struct snag_program *p, const struct snag__menu *m) {
    snag__wire_order(m, d->by_name);
    unsigned tasks = 1u + snag__get_u8(&d->r) % SNAG__TASKS_MAX;
    unsigned workers = snag__get_u8(&d->r);
    struct snag_config config = {{0}};
    for (unsigned i = 0; i < m->config; i++) {
        config.values[i] = (int64_t)((uint64_t)m->spec->config[i].min + snag__get_varint(&d->r));
    }
    snag__build_begin(&d->b, m, p, &config);
    for (unsigned t = 0; t < tasks && snag__build_task(&d->b); t++) {
        get_task(d);
    }
    snag__build_end(&d->b, workers);
}

static void get_actor(struct snag__reader *r, struct snag_actor *a) {
    uint8_t head = snag__get_u8(r);
    *a = (struct snag_actor){0};
    a->depth = (head & 0x7f) % (SNAG_PATH_MAX + 1);
    a->is_task = head >> 7 && a->depth > 0;
    for (unsigned i = 0; i < a->depth; i++) {
        a->path[i] = snag__get_u8(r);
    }
}

static bool get_switch(struct snag__reader *r, struct snag_switch *s) {
    uint8_t head = snag__get_u8(r);
    unsigned kind = head & SNAG__WIRE_KIND;
    if (kind == 0) {
        return false;
    }
    *s = (struct snag_switch){.kind = (uint8_t)((kind - 1) % SNAG_CHOICE_KINDS)};
    s->preempts = (head & SNAG__WIRE_PREEMPTS) && s->kind == SNAG_CHOOSE_NEXT;
    s->op = (uint16_t)snag__get_varint(r);
    s->ordinal = (uint32_t)snag__get_varint(r);
    s->sub = (uint16_t)(head & SNAG__WIRE_SUB ? snag__get_varint(r) : 0);
    get_actor(r, &s->at);
    if (snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER) {
        s->number = (uint16_t)snag__get_varint(r);
    } else {
        get_actor(r, &s->to);
    }
    return true;
}

/* Bytes that are not an input: still a legal one, and always the same for the same bytes. */
static void make_up(struct snag__input *in, const struct snag_impl *impl, const uint8_t *bytes,
                    size_t count) {
    struct snag__prng rng;
    snag__prng_seed(&rng, snag__hash(bytes, count, SNAG__INPUT_VERSION));
    in->strategy = (uint8_t)snag__prng_next(&rng);
    in->seed = snag__prng_next(&rng);
    in->batch = SNAG__BATCH_DEFAULT;
    in->program.tasks = 0;
    if (impl != NULL) {
        snag__program_generate(&in->program, impl, snag__prng_next(&rng));
    }
}

static bool has_header(const uint8_t *bytes, size_t count, uint64_t hash) {
    struct snag__reader r = {bytes, bytes + count};
    return count >= SNAG__WIRE_HEADER && snag__get_u8(&r) == SNAG__WIRE_MAGIC_0 &&
           snag__get_u8(&r) == SNAG__WIRE_MAGIC_1 && snag__get_u8(&r) == SNAG__INPUT_VERSION &&
           snag__get_u8(&r) == 0 && snag__get_u64(&r) == hash;
}

void snag__input_decode(struct snag__input *in, const struct snag_impl *impl, const uint8_t *bytes,
                        size_t count) {
    snag__schedule_clear(&in->schedule);
    if (!has_header(bytes, count, impl == NULL ? 0 : snag__spec_hash(impl->spec))) {
        make_up(in, impl, bytes, count);
        return;
    }
    struct decoder d;
    d.r = (struct snag__reader){bytes + SNAG__WIRE_HEADER, bytes + count};
    in->strategy = snag__get_u8(&d.r);
    in->seed = snag__get_u64(&d.r);
    in->batch = (uint16_t)(1 + snag__get_u8(&d.r));
    in->program.tasks = 0;
    if (impl != NULL) {
        struct snag__menu menu;
        snag__menu_make(&menu, impl);
        get_program(&d, &in->program, &menu);
        if (in->program.first[in->program.tasks] == 0) {
            make_up(in, impl, bytes, count);
            return;
        }
    }
    struct snag_switch s;
    while (get_switch(&d.r, &s) && snag__schedule_push(&in->schedule, &s)) {
    }
}
