/* model.c: the spec check's report, its walk through histories, and what never happened. See
 * model.h.
 *
 * How a model is called is in model_probe.c, what must hold in each state in model_walk.c.
 */
#include "oracle/model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/model_parts.h"
#include "repro/repro.h"

enum { LINEAR_BUDGET_STEPS = 200000, STATE_BYTES_SHOWN = 48 };

static const struct {
    const char *name;
    bool grave;
    const char *help;
} kinds[] = {
#define PROBLEM true
#define NOTE false
#define X(id, name, grade, help) {name, grade, help},
#include "oracle/model_problems.def"
#undef X
#undef PROBLEM
#undef NOTE
};

const char *snag__model_problem_name(enum snag__model_problem_kind kind) {
    return kinds[kind].name;
}

const char *snag__model_problem_help(enum snag__model_problem_kind kind) {
    return kinds[kind].help;
}

bool snag__model_problem_is_grave(enum snag__model_problem_kind kind) {
    return kinds[kind].grave;
}

struct snag__model *snag__model_new(const struct snag_impl *impl) {
    struct snag__model *m = calloc(1, sizeof *m);
    if (m == NULL)
        return NULL;
    m->impl = impl;
    m->spec = impl->spec;
    snag__menu_make(&m->menu, impl);
    m->figures.ops_usable = (uint32_t)__builtin_popcount(m->menu.usable);
    m->linear = snag__linear_new(m->spec, LINEAR_BUDGET_STEPS);
    if (m->linear == NULL) {
        free(m);
        return NULL;
    }
    return m;
}

void snag__model_free(struct snag__model *m) {
    if (m != NULL)
        snag__linear_free(m->linear);
    free(m);
}

const struct snag__model_problem *snag__model_problems(const struct snag__model *m,
                                                       uint32_t *count) {
    *count = m->problems_count;
    return m->problems;
}

struct snag__model_figures snag__model_figures(const struct snag__model *m) {
    struct snag__model_figures f = m->figures;
    for (uint32_t op = 0; op < m->menu.ops; op++)
        f.ops += m->accepted[op] > 0;
    return f;
}

/* ---- the report ---- */

bool snag__model_told(const struct snag__model *m, enum snag__model_problem_kind kind, int op,
                      int arg) {
    for (uint32_t i = 0; i < m->problems_count; i++)
        if (m->problems[i].kind == kind && m->problems[i].op == op && m->problems[i].arg == arg)
            return true;
    return false;
}

void snag__model_tell(struct snag__model *m, enum snag__model_problem_kind kind, int op, int arg,
                      const char *format, ...) {
    if (m->problems_count == SNAG__MODEL_PROBLEMS_MAX || snag__model_told(m, kind, op, arg))
        return;
    struct snag__model_problem *p = &m->problems[m->problems_count++];
    p->kind = kind;
    p->op = (int16_t)op;
    p->arg = (int16_t)arg;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(p->text, sizeof p->text, format, args);
    va_end(args);
}

static void add(char text[SNAG__MODEL_TEXT], size_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add(char text[SNAG__MODEL_TEXT], size_t *at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n =
        *at < SNAG__MODEL_TEXT ? vsnprintf(text + *at, SNAG__MODEL_TEXT - *at, format, args) : 0;
    va_end(args);
    *at += n > 0 ? (size_t)n : 0;
}

const char *snag__model_call_text(const struct snag__model *m, const struct snag_call *call,
                                  char text[SNAG__MODEL_TEXT]) {
    struct snag__op op = {.op = call->op};
    memcpy(op.args, call->args, sizeof op.args);
    size_t at = (size_t)snag__op_print(m->spec, &op, text, SNAG__MODEL_TEXT);
    enum snag_result_type type = m->spec->ops[call->op].result;
    if (call->pending)
        add(text, &at, ", pending");
    else if (type != SNAG_RESULT_NONE)
        add(text, &at, " = %" PRId64, call->result.i);
    if (!call->pending && type == SNAG_RESULT_BYTES)
        for (unsigned i = 0; i < call->result.bytes_count && i < SNAG_BYTES_MAX; i++)
            add(text, &at, "%s%02x", i == 0 ? " x" : "", call->result.bytes[i]);
    return text;
}

const char *snag__model_state_text(const struct snag__model *m, const struct snag__model_state *s,
                                   char text[SNAG__MODEL_TEXT]) {
    size_t at = 0, bytes = m->spec->state_bytes;
    for (size_t i = 0; i < bytes && i < STATE_BYTES_SHOWN; i++)
        add(text, &at, "%s%02x", i > 0 && i % 4 == 0 ? " " : "", s->bytes[i]);
    if (bytes > STATE_BYTES_SHOWN)
        add(text, &at, " ...");
    return text;
}

const char *snag__model_config_text(const struct snag__model *m, char text[SNAG__MODEL_TEXT]) {
    size_t at = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < m->menu.config; i++)
        add(text, &at, "%s%s=%" PRId64, i == 0 ? ", with " : ", ", m->spec->config[i].name,
            m->config->values[i]);
    return text;
}

/* ---- declarations ---- */

static void declared_handles(struct snag__model *m, unsigned op) {
    const struct snag_op_decl *d = &m->spec->ops[op];
    for (unsigned a = 0; a < m->menu.args[op]; a++)
        if (d->args[a].type == SNAG_HANDLE && m->menu.tags[op][a] == 0)
            snag__model_tell(m, SNAG__MODEL_NO_PRODUCER, (int)op, (int)a,
                             "%s needs a handle \"%s\", and no operation returns one", d->name,
                             d->args[a].tag);
    if (m->menu.returns[op] == 0)
        return;
    bool used = false, taken = false;
    for (unsigned other = 0; other < m->menu.ops; other++) {
        for (unsigned a = 0; a < m->menu.args[other]; a++) {
            bool same = m->menu.tags[other][a] == m->menu.returns[op];
            used |= same;
            taken |= same && snag__menu_arg(&m->menu, other, a)->takes;
        }
    }
    if (!used)
        snag__model_tell(m, SNAG__MODEL_UNUSED_HANDLE, (int)op, -1,
                         "%s returns a handle \"%s\", and no operation has an argument of that "
                         "type",
                         d->name, d->returns);
    else if (!taken)
        snag__model_tell(m, SNAG__MODEL_NEVER_TAKEN, (int)op, -1,
                         "%s returns a handle \"%s\", and no operation takes it back", d->name,
                         d->returns);
}

void snag__model_declared(struct snag__model *m) {
    for (unsigned op = 0; op < m->menu.ops; op++) {
        declared_handles(m, op);
        if (m->menu.block[op] >= 0 && m->menu.nestable == 0)
            snag__model_tell(m, SNAG__MODEL_NOTHING_NESTS, (int)op, -1,
                             "%s runs a nested program, and no operation has SNAG_OP_NESTS",
                             m->spec->ops[op].name);
    }
}

/* ---- histories ---- */

static bool has_nested(const struct snag_history *h) {
    for (uint32_t i = 1; i < h->count; i++)
        if (h->ops[i - 1].returned == 0 || h->ops[i - 1].returned > h->ops[i].invoked)
            return true;
    return false;
}

/* The calls that returned, in the order in which they did: the order of a task alone, but for calls
 * that ran others inside them. */
static void order_calls(struct snag__model *m, const struct snag_history *h) {
    uint32_t last = 0;
    m->calls_count = 0;
    for (;;) {
        const struct snag_history_op *next = NULL;
        for (uint32_t i = 0; i < h->count; i++) {
            const struct snag_history_op *o = &h->ops[i];
            if (o->returned > last && (next == NULL || o->returned < next->returned))
                next = o;
        }
        if (next == NULL || m->calls_count == SNAG__MODEL_CALLS_MAX)
            return;
        last = next->returned;
        m->calls[m->calls_count++] = &next->call;
    }
}

/* Fills in the states; cuts the calls where one is not accepted, which is returned. */
static const struct snag_call *walk(struct snag__model *m) {
    snag__model_init(m, &m->states[0]);
    for (uint32_t i = 0; i < m->calls_count; i++) {
        if (snag__model_step(m, &m->states[i], m->calls[i], &m->states[i + 1]) == SNAG_ACCEPT) {
            m->accepted[m->calls[i]->op]++;
            continue;
        }
        const struct snag_call *rejected = m->calls[i];
        m->calls_count = i;
        return rejected;
    }
    return NULL;
}

static void tell_wrong(struct snag__model *m, const struct snag_call *call) {
    char text[SNAG__MODEL_TEXT], hex[SNAG__MODEL_TEXT], config[SNAG__MODEL_TEXT];
    snag__model_tell(m, SNAG__MODEL_WRONG_RESULT, call->op, -1,
                     "a task alone called %s, and step does not accept it in state %s%s",
                     snag__model_call_text(m, call, text),
                     snag__model_state_text(m, &m->states[m->calls_count], hex),
                     snag__model_config_text(m, config));
}

/* It ended in a wait: is that said to be right? */
static void check_wait(struct snag__model *m, const struct snag_history *h) {
    char text[SNAG__MODEL_TEXT], hex[SNAG__MODEL_TEXT], config[SNAG__MODEL_TEXT];
    const struct snag_history_op *waits = NULL;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->ops[i].returned == 0)
            waits = &h->ops[i];
    if (waits == NULL || snag__linear_may_wait(m->linear, m->config, h) != SNAG__LINEAR_NO)
        return;
    bool may = (m->spec->ops[waits->call.op].flags & SNAG_OP_MAY_WAIT) != 0;
    snag__model_tell(m, SNAG__MODEL_WAITS, waits->call.op, -1,
                     "a task alone waits for ever in %s, %s state %s%s",
                     snag__model_call_text(m, &waits->call, text),
                     may ? "for which step does not answer SNAG_BLOCKED in"
                         : "which has no SNAG_OP_MAY_WAIT, in",
                     snag__model_state_text(m, &m->states[m->calls_count], hex),
                     snag__model_config_text(m, config));
}

/* A call that waits is a call in a state, too. */
static void look_at_pending(struct snag__model *m, const struct snag_history *h) {
    const struct snag_history_op *last = h->count > 0 ? &h->ops[h->count - 1] : NULL;
    struct snag__model_state out;
    if (last != NULL && last->returned == 0 &&
        snag__model_step(m, &m->states[m->calls_count], &last->call, &out) == SNAG_BLOCKED)
        m->may_block |= UINT32_C(1) << last->call.op;
}

/* It does not even do the same thing twice: what else goes wrong may all come of that. */
static bool is_unsound(const struct snag__model *m) {
    for (uint32_t i = 0; i < m->problems_count; i++) {
        enum snag__model_problem_kind kind = m->problems[i].kind;
        if (kind == SNAG__MODEL_IMPURE || kind == SNAG__MODEL_UNEQUAL_STATES ||
            kind == SNAG__MODEL_WRITES_OUTSIDE || kind == SNAG__MODEL_WRITES_ARGUMENTS)
            return true;
    }
    return false;
}

void snag__model_saw(struct snag__model *m, const struct snag_config *config,
                     const struct snag_history *h, bool waits) {
    for (uint32_t i = 0; i < h->count; i++) {
        m->seen[h->ops[i].call.op]++;
        m->returned[h->ops[i].call.op] += h->ops[i].returned != 0;
    }
    m->figures.histories++;
    m->figures.calls += h->count;
    if (m->spec->state_bytes == 0)
        return;
    uint32_t culprit = 0;
    m->config = config;
    order_calls(m, h);
    const struct snag_call *rejected = walk(m);
    bool explained = snag__linear_check(m->linear, config, h, &culprit) != SNAG__LINEAR_NO;
    if (!explained)
        tell_wrong(m, rejected != NULL && !has_nested(h) ? rejected : &h->ops[culprit].call);
    m->figures.states += m->calls_count + 1;
    if (explained && waits)
        check_wait(m, h);
    if (explained && rejected == NULL)
        look_at_pending(m, h);
    if (is_unsound(m))
        return;
    snag__model_check_pending(m);
    snag__model_check_uses(m);
    snag__model_check_partition(m);
}

void snag__model_note_finding(struct snag__model *m, const char *key) {
    uint32_t before = m->problems_count;
    for (uint32_t i = 0; i < before; i++)
        if (m->problems[i].kind == SNAG__MODEL_IMPLEMENTATION &&
            strstr(m->problems[i].text, key) != NULL)
            return;
    snag__model_tell(m, SNAG__MODEL_IMPLEMENTATION, -1, (int)before,
                     "the implementation, with one task alone, shows: %s", key);
}

/* ---- what never happened ---- */

static void end_op(struct snag__model *m, unsigned op) {
    const struct snag_op_decl *d = &m->spec->ops[op];
    bool needs_nothing = !snag__model_told(m, SNAG__MODEL_NO_PRODUCER, (int)op, -1);
    for (int a = 0; a < SNAG_ARGS_MAX; a++)
        needs_nothing &= !snag__model_told(m, SNAG__MODEL_NO_PRODUCER, (int)op, a);
    if (m->seen[op] == 0) {
        if (needs_nothing)
            snag__model_tell(m, SNAG__MODEL_NEVER_RUN, (int)op, -1,
                             "%s was never run, in %" PRIu64 " programs", d->name,
                             m->figures.histories);
        return;
    }
    if (m->spec->state_bytes == 0 || is_unsound(m))
        return;
    /* One that always waits when a task is alone may well be right. */
    if (m->accepted[op] == 0 && m->returned[op] > 0)
        snag__model_tell(m, SNAG__MODEL_NEVER_ACCEPTED, (int)op, -1,
                         "%s returned %" PRIu64 " times, and step never accepted it", d->name,
                         m->returned[op]);
    if ((d->flags & SNAG_OP_MAY_WAIT) != 0 && (m->may_block >> op & 1) == 0 &&
        !snag__model_told(m, SNAG__MODEL_WAITS, (int)op, -1))
        snag__model_tell(m, SNAG__MODEL_NEVER_BLOCKED, (int)op, -1,
                         "%s has SNAG_OP_MAY_WAIT, and step never answered SNAG_BLOCKED for it",
                         d->name);
    for (unsigned a = 0; a < m->menu.args[op] && m->accepted[op] > 0; a++) {
        const struct snag_arg_decl *arg = &d->args[a];
        bool is_value = arg->type == SNAG_BYTES ||
                        ((arg->type == SNAG_INT || arg->type == SNAG_KEY) && arg->min < arg->max);
        if (is_value && (m->args_used[op] >> a & 1) == 0)
            snag__model_tell(m, SNAG__MODEL_UNUSED_ARGUMENT, (int)op, (int)a,
                             "the value of %s in %s never made a difference to the model",
                             arg->name, d->name);
    }
}

void snag__model_end(struct snag__model *m) {
    bool judged = m->spec->state_bytes > 0 && !is_unsound(m);
    for (unsigned op = 0; op < m->menu.ops; op++)
        if (snag__menu_has(m->menu.usable, op))
            end_op(m, op);
    for (unsigned k = 0; judged && k < m->menu.config; k++)
        if (m->spec->config[k].min < m->spec->config[k].max && (m->config_used >> k & 1) == 0)
            snag__model_tell(m, SNAG__MODEL_UNUSED_CONFIG, -1, (int)k,
                             "the configuration value %s never made a difference to the model",
                             m->spec->config[k].name);
}
