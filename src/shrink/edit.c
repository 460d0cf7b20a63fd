/* edit.c: structural edits of a case.
 *
 * Every edit is a map from old tasks, operations and workers to new ones, applied first to the
 * program, then to the schedule. The rule: who is who follows the harness: client task i (from 0)
 * is vthread "0.(i+1)" in thread mode, task "t(i+1)" in task mode, where vthread "0.w" is worker w;
 * what they spawned has their path as a prefix.
 */
#include "shrink/edit.h"

#include "sched/schedule.h"

#include <string.h>

enum { GONE = -1 };

struct map {
    const struct snag_impl *impl;
    uint16_t tasks_before, tasks_after, workers_before;
    int task[SNAG__TASKS_MAX];                                 /* new index, or GONE */
    uint16_t op[SNAG__TASKS_MAX][SNAG__TASK_OPS_MAX + 1];      /* new number; 0: dropped */
    uint16_t next_op[SNAG__TASKS_MAX][SNAG__TASK_OPS_MAX + 1]; /* of the next one left; 0: none */
    int worker[SNAG__WORKERS_MAX + 1];                         /* by number, from 1; or GONE */
};

static void map_identity(struct map *m, const struct snag_program *p,
                         const struct snag_impl *impl) {
    memset(m, 0, sizeof *m);
    m->impl = impl;
    m->tasks_before = m->tasks_after = p->tasks;
    m->workers_before = p->workers;
    for (int t = 0; t < p->tasks; t++) {
        m->task[t] = t;
        for (int n = 0; n <= SNAG__TASK_OPS_MAX; n++)
            m->op[t][n] = m->next_op[t][n] = (uint16_t)n;
    }
    for (int w = 0; w <= SNAG__WORKERS_MAX; w++)
        m->worker[w] = w;
}

/* Where in an actor's path the number of a child of the root stands, from whom it descends: threads
 * begin with "0", and so do the tasks that one of them declares. */
static unsigned number_at(const struct snag_actor *a) {
    return a->depth > 0 && a->path[0] == 0 ? 1 : 0;
}

/* Is it such a child, or descends from one? The root itself declares tasks, too. */
static bool is_below_root(const struct snag_actor *a) {
    unsigned at = number_at(a);
    return a->depth > at + (at == 1 && a->is_task);
}

/* The client task that an actor is, or descends from; GONE: none of them. *itself: it is. */
static int client_of(const struct map *m, const struct snag_actor *a, bool *itself) {
    bool tasks = m->impl->mode == SNAG_TASKS;
    unsigned at = number_at(a);
    *itself = a->depth == at + 1 && a->is_task == tasks;
    if ((at == 0) != tasks || !is_below_root(a))
        return GONE;
    int number = a->path[at];
    return number >= 1 && number <= m->tasks_before ? number - 1 : GONE;
}

static bool map_actor(const struct map *m, struct snag_actor *a) {
    bool itself;
    int client = client_of(m, a, &itself);
    unsigned at = number_at(a);
    if (client != GONE) {
        if (m->task[client] == GONE)
            return false;
        a->path[at] = (uint8_t)(m->task[client] + 1);
    } else if (m->impl->mode == SNAG_TASKS && !a->is_task && a->depth == 2 &&
               a->path[1] <= m->workers_before) {
        if (m->worker[a->path[1]] == GONE)
            return false;
        a->path[1] = (uint8_t)m->worker[a->path[1]];
    } else if ((at == 0) == (m->impl->mode == SNAG_TASKS) && is_below_root(a)) {
        /* Spawned by the root after the clients, or by such a one: it moves up with them. */
        a->path[at] = (uint8_t)(a->path[at] - (m->tasks_before - m->tasks_after));
    }
    return true;
}

/* False: the entry is to go. */
static bool map_switch(const struct map *m, struct snag_switch *s, unsigned flags) {
    bool itself;
    int client = client_of(m, &s->at, &itself);
    if (client != GONE && itself && s->op != 0 && s->op <= SNAG__TASK_OPS_MAX) {
        uint16_t op = m->op[client][s->op];
        if (op == 0) {
            op = m->next_op[client][s->op];
            if (!(flags & SNAG__EDIT_REANCHOR) || op == 0 || m->task[client] == GONE)
                return false;
            s->ordinal = 1;
            s->sub = 0;
        }
        s->op = op;
    }
    /* "Go on" where the default would switch is a choice; being merged with the target is none. */
    bool stayed = snag__actor_equal(&s->at, &s->to);
    if (!map_actor(m, &s->at))
        return false;
    if (snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER)
        return true;
    return map_actor(m, &s->to) &&
           (s->kind != SNAG_CHOOSE_NEXT || stayed || !snag__actor_equal(&s->at, &s->to));
}

static void map_schedule(struct snag_schedule *schedule, const struct map *m, unsigned flags) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        struct snag_switch entry = schedule->list[i];
        if (map_switch(m, &entry, flags))
            schedule->list[kept++] = entry;
    }
    schedule->count = kept;
}

/* ---- who is who ------------------------------------------------------------------------------ */

struct snag_actor snag__edit_runs(uint16_t number) {
    return (struct snag_actor){.depth = 2, .path = {0, (uint8_t)(number + 1)}};
}

struct snag_actor snag__edit_client(const struct snag_impl *impl, uint16_t task) {
    if (impl->mode != SNAG_TASKS)
        return snag__edit_runs(task);
    return (struct snag_actor){.depth = 1, .is_task = 1, .path = {(uint8_t)(task + 1)}};
}

/* ---- dropping -------------------------------------------------------------------------------- */

/* Takes out what cannot stand without the rest. `depth` gets the new nesting of those that stay. */
static void close_over(const struct snag_program *p, const struct snag_spec *spec, bool *keep,
                       uint8_t *depth, unsigned flags) {
    for (uint16_t t = 0; t < p->tasks; t++) {
        uint16_t first = p->first[t], outer = first, outer_ends = first;
        for (uint16_t i = first; i < p->first[t + 1]; i++) {
            const struct snag__op *op = &p->ops[i];
            depth[i] = op->depth;
            if (i < outer_ends && !keep[outer]) {
                keep[i] = keep[i] && (flags & SNAG__EDIT_HOIST);
                depth[i] = 0;
            }
            if (op->depth == 0) {
                outer = i;
                outer_ends = (uint16_t)(i + 1 + op->nested);
            }
            const struct snag_arg_decl *args = spec->ops[op->op].args;
            for (int a = 0; a < SNAG_ARGS_MAX && args[a].type != SNAG_NONE; a++) {
                int64_t number = op->args[a].i;
                if (args[a].type == SNAG_HANDLE && number >= 1 && number <= i - first)
                    keep[i] = keep[i] && keep[first + number - 1];
            }
        }
    }
}

/* Renumbers handles of a task's operation and recounts its nested ones, `after` being theirs. */
static void refer_anew(struct snag__op *op, const struct snag_spec *spec, const uint16_t *numbers,
                       uint8_t nested) {
    const struct snag_arg_decl *args = spec->ops[op->op].args;
    op->nested = nested;
    for (int a = 0; a < SNAG_ARGS_MAX && args[a].type != SNAG_NONE; a++) {
        if (args[a].type == SNAG_HANDLE && op->args[a].i >= 1 &&
            op->args[a].i <= SNAG__TASK_OPS_MAX)
            op->args[a].i = numbers[op->args[a].i];
        else if (args[a].type == SNAG_PROGRAM)
            op->args[a].i = nested;
    }
}

static uint8_t count_nested(const struct snag__op *op, const bool *keep) {
    uint8_t n = 0;
    for (uint8_t k = 1; k <= op->nested; k++)
        n += keep[k];
    return n;
}

/* Numbers of what a task keeps, into the map. Returns how many those are. */
static uint16_t number_kept(struct map *m, const struct snag_program *p, uint16_t t,
                            const bool *keep) {
    uint16_t first = p->first[t], count = (uint16_t)(p->first[t + 1] - first), kept = 0;
    for (uint16_t i = 0; i < count; i++)
        m->op[t][i + 1] = keep[first + i] ? ++kept : 0;
    uint16_t next = 0;
    for (uint16_t i = count; i-- > 0;) {
        if (keep[first + i])
            next = m->op[t][i + 1];
        m->next_op[t][i + 1] = next;
    }
    return kept;
}

bool snag__edit_keep(struct snag__shrink_case *c, const struct snag_impl *impl, const bool *keep,
                     unsigned flags) {
    struct snag_program *p = &c->program;
    bool stays[SNAG__PROGRAM_OPS_MAX];
    uint8_t depth[SNAG__PROGRAM_OPS_MAX];
    struct map m;
    map_identity(&m, p, impl);
    memcpy(stays, keep, p->first[p->tasks] * sizeof *keep);
    close_over(p, impl->spec, stays, depth, flags);
    uint16_t tasks = 0, ops = 0, before = p->first[p->tasks];
    for (uint16_t t = 0; t < p->tasks; t++) {
        uint16_t begin = p->first[t], end = p->first[t + 1];
        if (number_kept(&m, p, t, stays) == 0) {
            m.task[t] = GONE;
            continue;
        }
        uint16_t first = ops;
        for (uint16_t i = begin; i < end; i++) {
            if (!stays[i])
                continue;
            struct snag__op op = p->ops[i]; /* never behind where it goes: moved in place */
            refer_anew(&op, impl->spec, m.op[t], count_nested(&p->ops[i], &stays[i]));
            op.depth = depth[i];
            p->ops[ops++] = op;
        }
        m.task[t] = tasks;
        p->first[tasks++] = first;
    }
    if (tasks == 0 || (ops == before && tasks == p->tasks))
        return false;
    p->tasks = m.tasks_after = tasks;
    p->first[tasks] = ops;
    map_schedule(&c->schedule, &m, flags);
    return true;
}

/* ---- rearranging ----------------------------------------------------------------------------- */

/* Appends task `t` of `from` to what `p` holds so far, its numbers shifted by `shift`. */
static void append_task(struct snag_program *p, uint16_t *ops, const struct snag_program *from,
                        uint16_t t, const struct snag_spec *spec, uint16_t shift) {
    uint16_t numbers[SNAG__TASK_OPS_MAX + 1];
    for (int n = 0; n <= SNAG__TASK_OPS_MAX; n++)
        numbers[n] = (uint16_t)(n + shift);
    for (uint16_t i = from->first[t]; i < from->first[t + 1]; i++) {
        struct snag__op *op = &p->ops[(*ops)++];
        *op = from->ops[i];
        refer_anew(op, spec, numbers, op->nested);
    }
}

bool snag__edit_merge(struct snag__shrink_case *c, const struct snag_impl *impl, uint16_t into,
                      uint16_t from) {
    struct snag_program *p = &c->program, old = *p;
    uint16_t shift = (uint16_t)(old.first[into + 1] - old.first[into]);
    uint16_t extra = (uint16_t)(old.first[from + 1] - old.first[from]);
    if (into == from || shift + extra > SNAG__TASK_OPS_MAX)
        return false;
    struct map m;
    map_identity(&m, &old, impl);
    uint16_t ops = 0, tasks = 0;
    for (uint16_t t = 0; t < old.tasks; t++) {
        if (t == from)
            continue;
        m.task[t] = tasks;
        p->first[tasks++] = ops;
        append_task(p, &ops, &old, t, impl->spec, 0);
        if (t == into)
            append_task(p, &ops, &old, from, impl->spec, shift);
    }
    p->first[tasks] = ops;
    p->tasks = m.tasks_after = tasks;
    m.task[from] = m.task[into];
    for (uint16_t n = 1; n <= extra; n++)
        m.op[from][n] = m.next_op[from][n] = (uint16_t)(n + shift);
    map_schedule(&c->schedule, &m, 0);
    return true;
}

void snag__edit_swap(struct snag__shrink_case *c, const struct snag_impl *impl, uint16_t a,
                     uint16_t b) {
    struct snag_program *p = &c->program, old = *p;
    struct map m;
    map_identity(&m, &old, impl);
    m.task[a] = b;
    m.task[b] = a;
    uint16_t ops = 0;
    for (uint16_t t = 0; t < old.tasks; t++) {
        p->first[t] = ops;
        append_task(p, &ops, &old, t == a ? b : t == b ? a : t, impl->spec, 0);
    }
    map_schedule(&c->schedule, &m, 0);
}

void snag__edit_workers(struct snag__shrink_case *c, uint16_t workers, unsigned flags) {
    struct map m;
    /* Only a program of tasks has workers; the implementation is not otherwise looked at. */
    static const struct snag_impl any_tasks = {.mode = SNAG_TASKS};
    map_identity(&m, &c->program, &any_tasks);
    for (int w = workers + 1; w <= SNAG__WORKERS_MAX; w++)
        m.worker[w] = flags & SNAG__EDIT_REANCHOR ? (w - 1) % workers + 1 : GONE;
    c->program.workers = workers;
    map_schedule(&c->schedule, &m, flags);
}
