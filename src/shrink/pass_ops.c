/* pass_ops.c: drops operations, in chunks, then singly: a producer of handles with its consumers,
 * an outer operation with its nested ones or, failing that, without them.
 *
 * Of some, only the wait matters: while the task waits for a lock there, say, others run. A single
 * one may therefore also go for a switch before what follows it. Tried only when few tasks are
 * left. */
#include "shrink/edit.h"
#include "shrink/pass.h"

#include "sched/schedule.h"

enum { TASKS_FEW = 5 };

static uint32_t count(const struct snag__shrink_case *c) {
    return c->has_program ? c->program.first[c->program.tasks] : 0;
}

static bool drop_as(struct snag__shrinker *s, uint32_t first, uint32_t n, unsigned flags) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    for (uint32_t i = 0; i < count(c); i++)
        keep[i] = i < first || i >= first + n;
    return snag__edit_keep(c, snag__shrink_impl(s), keep, flags) && snag__shrink_offer(s);
}

/* Without operation `op` of task `task`; before the next one of that task, number `to` of those
 * that may run there is switched to. */
static bool switch_for(struct snag__shrinker *s, uint32_t op, uint16_t task, uint16_t to) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    const struct snag_impl *impl = snag__shrink_impl(s);
    struct snag_program *p = &c->program;
    bool keep[SNAG__PROGRAM_OPS_MAX];
    for (uint32_t i = 0; i < count(c); i++)
        keep[i] = i != op;
    /* What is dropped with it stands behind it: the next one gets its number. */
    struct snag_switch entry = {.kind = SNAG_CHOOSE_NEXT,
                                .preempts = 1,
                                .op = (uint16_t)(op - p->first[task] + 1),
                                .ordinal = 1,
                                .at = snag__edit_client(impl, task),
                                .to = snag__edit_runs(to)};
    uint16_t tasks = p->tasks;
    return snag__edit_keep(c, impl, keep, 0) && p->tasks == tasks &&
           p->first[task + 1] - p->first[task] >= entry.op &&
           snag__schedule_push(&c->schedule, &entry) && snag__shrink_offer(s);
}

static bool drop_for_switch(struct snag__shrinker *s, uint32_t op) {
    const struct snag_program *p = &snag__shrink_best(s)->program;
    if (p->tasks > TASKS_FEW)
        return false;
    bool workers = snag__shrink_impl(s)->mode == SNAG_TASKS;
    uint16_t task = 0, runs = workers ? p->workers : p->tasks;
    while (op >= p->first[task + 1])
        task++;
    for (uint16_t to = 0; to < runs; to++)
        if ((workers || to != task) && switch_for(s, op, task, to))
            return true;
    return false;
}

static bool drop(struct snag__shrinker *s, uint32_t first, uint32_t n) {
    /* Where the schedule has nothing there, the second candidate equals the first and costs no
     * try. */
    if (drop_as(s, first, n, 0) || drop_as(s, first, n, SNAG__EDIT_REANCHOR))
        return true;
    if (n == 1 && snag__shrink_best(s)->program.ops[first].nested > 0 &&
        drop_as(s, first, n, SNAG__EDIT_REANCHOR | SNAG__EDIT_HOIST))
        return true;
    return n == 1 && drop_for_switch(s, first);
}

bool snag__shrink_ops(struct snag__shrinker *s) {
    return snag__shrink_chop(s, count(snag__shrink_best(s)) / 2, count, drop);
}
