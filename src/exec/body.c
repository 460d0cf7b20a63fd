/* body.c: runs a program against the implementation linked into this executable. See body.h. */
#include "exec/body.h"

#include <string.h>

#include "base/assert.h"
#include "exec/constructors.h"
#include "exec/rt.h"
#include "exec/target.h"
#include "oracle/lasting.h"
#include "oracle/left.h"
#include "oracle/raise.h"
#include "sched/learn.h"
#include "sched/log.h"
#include "sched/plain.h"
#include "sched/sched.h"
#include "task/task_internal.h"

struct client {
    uint16_t number;
    int64_t
        results[SNAG__TASK_OPS_MAX + 1]; /* by preorder number: what handle arguments refer to */
    void *handles[SNAG__TASK_OPS_MAX + 1];
    void *local;
};

struct snag_scope {
    struct client *client;
    uint16_t number; /* of the outer operation */
    bool ran;
};

static const struct snag_program *program;
static struct client clients[SNAG__TASKS_MAX];
static struct snag_history_op history_ops[SNAG__PROGRAM_OPS_MAX];
static struct snag_history history = {.ops = history_ops};
static uint32_t history_time;
static uint32_t in_progress[SNAG__TASKS_MAX]; /* per client: a bit per operation it is in */
static uint32_t own_overlaps[SNAG_OPS_MAX];
static uint32_t *overlaps = own_overlaps;
static uint32_t remaining;
static bool destroyed;
static void *shared;
static char done_place; /* its address names the object the root waits on */

void snag__body_begin(const struct snag_program *p) {
    program = p;
    history.count = 0;
    history_time = 0;
    remaining = p != NULL ? p->tasks : 0;
    destroyed = false;
    shared = NULL;
    if (p != NULL) {
        memset(in_progress, 0, sizeof(in_progress));
    }
}

void snag__body_overlaps_in(uint32_t *rows) {
    overlaps = rows != NULL ? rows : own_overlaps;
}

bool snag__body_destroyed(void) {
    return destroyed;
}

uint32_t snag__body_unfinished(void) {
    return remaining;
}

const struct snag_history *snag__body_history(void) {
    return &history;
}

/* ---- trying out ---- */

static struct {
    uint32_t calls, time, remaining;
    bool destroyed;
    uint32_t *overlaps;
} before;

void snag__body_try(void) {
    static uint32_t unseen[SNAG_OPS_MAX];
    before.calls = history.count;
    before.time = history_time;
    before.remaining = remaining;
    before.destroyed = destroyed;
    before.overlaps = overlaps;
    overlaps = unseen;
}

void snag__body_back(void) {
    history.count = before.calls;
    history_time = before.time;
    remaining = before.remaining;
    destroyed = before.destroyed;
    overlaps = before.overlaps;
    for (uint32_t i = 0; i < history.count; i++) {
        if (history_ops[i].dropped > history_time) { /* it was not yet */
            history_ops[i].dropped = 0;
            history_ops[i].call.dropped = false;
        }
        if (history_ops[i].returned > history_time) { /* it was pending */
            history_ops[i].returned = 0;
            history_ops[i].call.pending = true;
            history_ops[i].call.result = (struct snag_result){0};
        }
    }
}

/* ---- invariants ---- */

static bool has_invariant(enum snag_when when) {
    if (program == NULL) {
        return snag__scenario->invariant != NULL && (snag__scenario->invariant_when & when) != 0;
    }
    return snag__impl->invariant != NULL && (snag__impl->invariant_when & when) != 0 &&
           shared != NULL;
}

static struct snag__vthread *asking; /* who runs the invariant now, with interposition off */

static void check_invariant(enum snag_when when) {
    if (!has_invariant(when)) {
        return;
    }
    asking = snag__self;
    snag__rt_ignore_begin();
    snag__self = NULL;
    const char *wrong =
        program != NULL ? snag__impl->invariant(shared, when) : snag__scenario->invariant(when);
    snag__self = asking;
    asking = NULL;
    snag__rt_ignore_end();
    if (wrong == NULL) {
        return;
    }
    struct snag_finding *f = snag__raise(SNAG_INVARIANT);
    if (f != NULL) {
        size_t n = strnlen(wrong, sizeof(f->detail) - 1);
        memcpy(f->detail, wrong, n);
        f->detail[n] = '\0';
    }
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

bool snag__body_in_invariant(void) {
    return asking != NULL;
}

bool snag__body_invariant_over(void) {
    if (asking == NULL) {
        return false;
    }
    snag__self = asking;
    asking = NULL;
    return true;
}

void snag__body_always(void) {
    if (snag__sched.between == 0) {
        check_invariant(SNAG_ALWAYS);
    }
}

/* ---- operations ---- */

static const struct snag__op *op_at(const struct client *c, uint32_t number) {
    return &program->ops[program->first[c->number] + number - 1];
}

/* Arguments as `run` sees them. False: a handle's producer gave none, the operation is left out. */
static bool bind_arguments(const struct client *c, const struct snag__op *op,
                           const struct snag_op_decl *decl, struct snag_call *call) {
    for (uint32_t i = 0; i < SNAG_ARGS_MAX && decl->args[i].type != SNAG_NONE; i++) {
        call->args[i] = op->args[i];
        if (decl->args[i].type == SNAG_HANDLE) {
            uint32_t producer = (uint32_t)op->args[i].i;
            call->args[i].i = c->results[producer];
            call->args[i].handle = c->handles[producer];
            if (c->results[producer] == 0) {
                return false;
            }
        }
    }
    return true;
}

/* What the model is to see of `call`, which `op` was made into. Taken from there: the processor
 * waits for what it has just written piece by piece, when it is read in others. */
static void record_call(struct snag_call *to, const struct snag__op *op,
                        const struct snag_op_decl *decl, const struct snag_call *call) {
    *to = (struct snag_call){.op = call->op, .pending = true, .task = call->task};
    for (uint32_t i = 0; i < SNAG_ARGS_MAX && decl->args[i].type != SNAG_NONE; i++) {
        to->args[i] = op->args[i];
        to->args[i].i = call->args[i].i;
        to->args[i].handle = NULL;
    }
}

static struct snag_history_op *record_invoke(const struct client *c, uint32_t number,
                                             const struct snag__op *op,
                                             const struct snag_op_decl *decl,
                                             const struct snag_call *call) {
    snag__assert(history.count < SNAG__PROGRAM_OPS_MAX);
    struct snag_history_op *h = &history_ops[history.count++];
    h->client = c->number;
    h->number = (uint16_t)number;
    h->invoked = ++history_time;
    h->returned = h->dropped = 0;
    record_call(&h->call, op, decl, call);
    return h;
}

static void record_return(struct snag_history_op *h, const struct snag_result *result) {
    struct snag_result *to = &h->call.result;
    h->returned = ++history_time;
    h->call.pending = false;
    to->i = result->i;
    to->bytes_count = result->bytes_count;
    memcpy(to->bytes, result->bytes, sizeof(to->bytes));
}

/* Client `c` is now in operation `op`, beside what it was in (returned) and what others are in. */
static uint32_t note_overlaps(uint16_t c, uint16_t op) {
    uint32_t outer = in_progress[c], others = 0;
    in_progress[c] = 0;
#pragma clang loop unroll(full) vectorize(disable) /* how many there are is not foreseen */
    for (uint32_t i = 0; i < SNAG__TASKS_MAX; i++)
        others |= in_progress[i];
    overlaps[op] |= others;
    in_progress[c] = outer | UINT32_C(1) << op;
    return outer;
}

/* The locks that the running actor took on `on` since event `since`, in operation `number`, and
 * still holds. */
static void raise_held(const struct snag__vthread *on, uint32_t since, uint16_t number) {
    uint32_t id = on->held_first;
    while (id != 0) {
        const struct snag__hold *h = snag__hold_get(id);
        if (h->task == snag__self->task_number && h->event > since) {
            snag__raise_misuse("an operation returned holding a lock", h->object, h->site, 0);
            snag__left_note(h, number);
        }
        id = h->next_held;
    }
}

/* Operation `number` has returned, which began at event `began`. A task may have taken locks on
 * workers it has left. */
static void check_held(const struct snag_op_decl *decl, uint32_t began, uint16_t number) {
    if ((decl->flags & SNAG_OP_HOLDS) != 0) {
        return;
    }
    if (snag__self->task == NULL) {
        raise_held(snag__self, began, number);
        return;
    }
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        raise_held(&snag__vthreads[i], began, number);
    }
}

/* A call that is cancelled: as a task of its own. */
struct attempt {
    const struct client *client;
    const struct snag_call *call;
    struct snag_result *result;
    struct snag_scope *scope;
};

static void attempt(void *argument) {
    struct attempt *a = argument;
    struct snag__place left = snag__op_enter(a->scope->number);
    uint32_t began = snag__recorder->events_count;
    snag__impl->run(shared, a->client->local, a->call, a->result, a->scope);
    check_held(&snag__impl->spec->ops[a->call->op], began, a->scope->number);
    snag__op_leave(left);
}

/* It is over, and has not returned. */
static void record_drop(struct snag_history_op *h) {
    (void)snag__log_inline(SNAG_EV_OP_END, NULL, 0);
    h->dropped = ++history_time;
    h->call.dropped = true;
}

static void run_op(struct client *c, uint32_t number) {
    const struct snag__op *op = op_at(c, number);
    const struct snag_op_decl *decl = &snag__impl->spec->ops[op->op];
    struct snag_call call = {.op = op->op, .task = c->number};
    if (!bind_arguments(c, op, decl, &call)) {
        c->results[number] = 0;
        return;
    }
    struct snag_scope scope = {.client = c, .number = (uint16_t)number};
    struct snag_result result = {0};
    struct snag__place left = snag__op_enter((uint16_t)number);
    struct snag_history_op *h = record_invoke(c, number, op, decl, &call);
    uint32_t outer = note_overlaps(c->number, op->op);
    uint32_t began = snag__recorder->events_count;
    snag__log_inline(SNAG_EV_OP_BEGIN, NULL, 0)->value = op->op;
    bool returned = true;
    if (snag__likely(op->abort == 0)) {
        snag__impl->run(shared, c->local, &call, &result, &scope);
    } else {
        struct attempt a = {c, &call, &result, &scope};
        returned = snag__task_cancelled(op->abort, attempt, &a);
    }
    if (returned) {
        snag__log_inline(SNAG_EV_OP_END, NULL, 0)->value = (uint32_t)result.i;
        record_return(h, &result);
        check_held(decl, began, (uint16_t)number);
    } else {
        record_drop(h);
    }
    snag__lasting_operation(began);
    in_progress[c->number] = outer;
    snag__op_leave(left);
    c->results[number] = result.i;
    c->handles[number] = result.handle;
}

bool snag_run_nested(struct snag_scope *scope) {
    if (scope->ran) {
        return false;
    }
    scope->ran = true;
    uint32_t count = op_at(scope->client, scope->number)->nested;
    for (uint32_t i = 1; i <= count; i++) {
        run_op(scope->client, scope->number + i);
    }
    return true;
}

/* ---- client tasks ---- */

static struct snag__object *done_object(void) {
    struct snag__object *o = snag__object_at(&done_place, SNAG__OBJECT_THREAD);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

static void client_main(void *argument) {
    struct client *c = argument;
    const struct snag_impl *impl = snag__impl;
    c->local = impl->enter != NULL ? impl->enter(shared) : NULL;
    uint32_t count = program->first[c->number + 1] - program->first[c->number];
    for (uint32_t number = 1; number <= count; number += 1U + op_at(c, number)->nested) {
        run_op(c, number);
    }
    if (impl->leave != NULL) {
        impl->leave(shared, c->local);
    }
    snag__rt_release(&done_place);
    if (--remaining == 0) {
        snag__waiters_set(done_object(), true);
    }
}

static void *client_thread(void *argument) {
    client_main(argument);
    return NULL;
}

static bool start_client(struct client *c) {
    if (snag__impl->mode == SNAG_TASKS) {
        struct snag__task *t = snag__task_new(client_main, c, 0);
        if (t == NULL) {
            return false;
        }
        t->client = true;
        t->client_number = c->number;
        return true;
    }
    struct snag__vthread *v = snag__vthread_spawn(snag__self, client_thread, c, 0);
    if (v == NULL) {
        return false;
    }
    v->client = true;
    v->client_number = c->number;
    return true;
}

static void start_clients(void) {
    bool ok = true;
    if (snag__impl->mode == SNAG_TASKS) {
        snag__workers_plan(program->workers, snag__impl->pinned);
    }
    for (uint16_t i = 0; ok && i < program->tasks; i++) {
        clients[i].number = i;
        clients[i].local = NULL;
        ok = start_client(&clients[i]);
    }
    if (ok && snag__impl->mode == SNAG_TASKS) {
        ok = snag__workers_start(program->workers);
    }
    if (!ok) {
        snag__sched_limit(SNAG_LIMIT_VTHREADS);
    }
}

static void run_program(void) {
    const struct snag_impl *impl = snag__impl;
    if (impl->mode == SNAG_TASKS) {
        snag__workers_name(program->workers);
    }
    shared = impl->create != NULL ? impl->create(&program->config) : NULL;
    if (shared == NULL && impl->create != NULL) {
        return;
    }
    start_clients();
    (void)snag__point_wait(SNAG_EV_JOIN, done_object(), 0, remaining == 0, UINT64_MAX);
    snag__rt_acquire(&done_place);
    if (snag__plain.learns) {
        snag__learn_all_ended();
    }
    check_invariant(SNAG_AT_QUIESCENCE);
    void *doomed = shared;
    shared = NULL; /* no invariant is asked of it any more */
    if (impl->destroy != NULL) {
        impl->destroy(doomed);
    }
    destroyed = true;
}

void *snag__body_root(void *unused) {
    (void)unused;
    snag__constructors_run();
    if (program != NULL) {
        run_program();
    } else {
        snag__scenario->body();
        check_invariant(SNAG_AT_QUIESCENCE);
    }
    return NULL;
}
