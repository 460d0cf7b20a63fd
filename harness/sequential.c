/* sequential.c: the operations of a program, one after another in one task. See sequential.h. */
#include "sequential.h"

#include <stdlib.h>
#include <string.h>

#include "program/build.h"

/* The operations of depth 0 that began, in the order in which they did, or in which they ended. */
struct sequence {
    uint16_t client[SNAG__PROGRAM_OPS_MAX], number[SNAG__PROGRAM_OPS_MAX];
    uint32_t when[SNAG__PROGRAM_OPS_MAX];
    uint32_t count;
};

static void add_sorted(struct sequence *q, const struct snag_history_op *h, uint32_t when) {
    uint32_t i = q->count++;
    for (; i > 0 && q->when[i - 1] > when; i--) {
        q->when[i] = q->when[i - 1];
        q->client[i] = q->client[i - 1];
        q->number[i] = q->number[i - 1];
    }
    q->when[i] = when;
    q->client[i] = h->client;
    q->number[i] = h->number;
}

static void order(struct sequence *q, const struct snag_program *p, const struct snag_history *h,
                  bool by_return) {
    q->count = 0;
    for (uint32_t i = 0; i < h->count; i++) {
        const struct snag_history_op *o = &h->ops[i];
        if (p->ops[p->first[o->client] + o->number - 1].depth == 0)
            add_sorted(q, o, !by_return ? o->invoked : o->returned != 0 ? o->returned : UINT32_MAX);
    }
}

/* One operation as it is called in the task of all. `numbers`: where the operations of its own task
 * stand there. */
static struct snag__op moved(const struct snag_impl *impl, const struct snag__op *op,
                             const uint16_t *numbers) {
    struct snag__op copy = *op;
    copy.abort = 0; /* one that is cancelled is a task of its own */
    const struct snag_op_decl *d = &impl->spec->ops[op->op];
    for (unsigned a = 0; a < SNAG_ARGS_MAX && d->args[a].type != SNAG_NONE; a++)
        if (d->args[a].type == SNAG_HANDLE)
            copy.args[a].i = numbers[op->args[a].i];
    return copy;
}

static bool build(struct snag_program *out, const struct snag_impl *impl,
                  const struct snag_program *p, const struct sequence *q) {
    static uint16_t numbers[SNAG__TASKS_MAX][SNAG__TASK_OPS_MAX + 1];
    struct snag__menu menu;
    struct snag__builder b;
    struct snag_error e;
    memset(numbers, 0, sizeof numbers);
    snag__menu_make(&menu, impl);
    snag__build_begin(&b, &menu, out, &p->config);
    (void)snag__build_task(&b);
    for (uint32_t i = 0; i < q->count; i++) {
        uint16_t client = q->client[i], number = q->number[i];
        const struct snag__op *op = &p->ops[p->first[client] + number - 1];
        for (uint32_t k = 0; k <= op->nested; k++) {
            struct snag__op m = moved(impl, &op[k], numbers[client]);
            if (snag__build_op(&b, &m))
                numbers[client][number + k] = (uint16_t)snag__build_number(&b);
        }
    }
    snag__build_end(&b, 1);
    return snag__program_check(out, impl, &e) == SNAG_ERR_OK;
}

bool snag__sequential(struct snag__session *s, const struct snag_program *p,
                      struct snag_program *alone, struct snag_verdict *v) {
    static struct sequence by_begin, by_end;
    const struct sequence *orders[] = {&by_begin, &by_end};
    order(&by_begin, p, snag__exec_history(), false);
    order(&by_end, p, snag__exec_history(), true);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (!build(alone, s->impl, p, orders[i]))
            continue;
        snag__session_replay(s, alone, 0, NULL, v);
        for (uint32_t f = 0; f < v->findings_count; f++)
            if (v->findings[f].kind == SNAG_SEQUENTIAL)
                return true;
    }
    return false;
}
