/* cost.c: how much a case asks of its reader.
 *
 * It does not know whether a case shows anything. The rule: the words are compared in the order of
 * enum snag__cost_word, so whatever lowers an earlier one may raise the later ones.
 */
#include "shrink/pass.h"

#include "snag/fault.h"

#include <string.h>

int64_t snag__shrink_target(int64_t min, int64_t max) {
    return min > 0 ? min : max < 0 ? max : 0;
}

static uint64_t distance(int64_t a, int64_t b) {
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static void add(uint64_t *sum, uint64_t n) {
    *sum = *sum + n < *sum ? UINT64_MAX : *sum + n;
}

static void add_path(uint64_t *sum, const struct snag_actor *a, uint64_t weight) {
    for (int d = 0; d < a->depth && d < SNAG_PATH_MAX; d++)
        add(sum, weight * a->path[d]);
}

static void cost_of_op(struct snag__cost *cost, const struct snag__op *op,
                       const struct snag_op_decl *decl) {
    cost->words[SNAG__COST_KINDS] += op->op;
    cost->words[SNAG__COST_ABORTS] += op->abort != 0;
    uint64_t *sum = &cost->words[SNAG__COST_ARGS];
    add(sum, op->abort);
    for (int a = 0; a < SNAG_ARGS_MAX && decl->args[a].type != SNAG_NONE; a++) {
        const struct snag_arg_decl *arg = &decl->args[a];
        const struct snag_value *v = &op->args[a];
        if (arg->type == SNAG_INT)
            add(sum, distance(v->i, snag__shrink_target(arg->min, arg->max)));
        else if (arg->type == SNAG_KEY)
            add(sum, distance(v->i, arg->min));
        else if (arg->type == SNAG_BYTES)
            for (uint8_t i = 0; i < v->bytes_count && i < SNAG_BYTES_MAX; i++)
                add(sum, 2u + (v->bytes[i] != 'a'));
    }
}

/* Canonical: the task that does less first, then the one whose operations are declared earlier. */
static bool in_order(const struct snag_program *p, uint16_t a, uint16_t b) {
    uint16_t na = (uint16_t)(p->first[a + 1] - p->first[a]);
    uint16_t nb = (uint16_t)(p->first[b + 1] - p->first[b]);
    if (na != nb)
        return na < nb;
    for (uint16_t i = 0; i < na; i++) {
        const struct snag__op *x = &p->ops[p->first[a] + i], *y = &p->ops[p->first[b] + i];
        if (x->op != y->op)
            return x->op < y->op;
        for (int k = 0; k < SNAG_ARGS_MAX; k++)
            if (x->args[k].i != y->args[k].i)
                return x->args[k].i < y->args[k].i;
    }
    return true;
}

static void cost_of_program(struct snag__cost *cost, const struct snag_program *p,
                            const struct snag_spec *spec) {
    cost->words[SNAG__COST_TASKS] = p->tasks;
    cost->words[SNAG__COST_OPS] = p->first[p->tasks];
    cost->words[SNAG__COST_WORKERS] = p->workers;
    for (int i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++)
        add(&cost->words[SNAG__COST_CONFIG],
            distance(p->config.values[i],
                     snag__shrink_target(spec->config[i].min, spec->config[i].max)));
    for (uint16_t i = 0; i < p->first[p->tasks]; i++)
        cost_of_op(cost, &p->ops[i], &spec->ops[p->ops[i].op]);
    for (uint16_t a = 0; a < p->tasks; a++)
        for (uint16_t b = (uint16_t)(a + 1); b < p->tasks; b++)
            cost->words[SNAG__COST_ORDER] += !in_order(p, a, b);
}

void snag__cost_of(struct snag__cost *out, const struct snag__shrink_case *c,
                   const struct snag_impl *impl) {
    memset(out, 0, sizeof *out);
    if (c->has_program)
        cost_of_program(out, &c->program, impl->spec);
    out->words[SNAG__COST_CHOICES] = c->schedule.count;
    for (uint32_t i = 0; i < c->schedule.count; i++) {
        const struct snag_switch *s = &c->schedule.list[i];
        out->words[SNAG__COST_FAULTS] += snag_fault_of(s->kind) != SNAG_FAULT_KINDS;
        out->words[SNAG__COST_PREEMPTIONS] += s->preempts != 0;
        add(&out->words[SNAG__COST_POSITIONS],
            ((uint64_t)s->op << 48) + ((uint64_t)s->ordinal << 16) + s->sub);
        /* Doubled: of two tasks, it reads best when the first is the one that is interrupted. */
        add_path(&out->words[SNAG__COST_TARGETS], &s->at, 2);
        if (snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER)
            add(&out->words[SNAG__COST_TARGETS], s->number);
        else
            add_path(&out->words[SNAG__COST_TARGETS], &s->to, 1);
    }
}

int snag__cost_compare(const struct snag__cost *a, const struct snag__cost *b) {
    for (int i = 0; i < SNAG__COST_WORDS; i++)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

bool snag__shrink_is_smaller(const struct snag__shrink_case *a, const struct snag__shrink_case *b,
                             const struct snag_impl *impl) {
    struct snag__cost of_a, of_b;
    snag__cost_of(&of_a, a, impl);
    snag__cost_of(&of_b, b, impl);
    return snag__cost_compare(&of_a, &of_b) < 0;
}
