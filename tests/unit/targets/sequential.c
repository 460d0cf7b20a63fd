/* sequential.c: one implementation against its model, from one thread, without snag.
 *
 * Linked with the spec and the implementation, compiled as anybody would compile them;
 * tests/e2e/silence_test.sh does that for each that ships. It says nothing about concurrency: every
 * planted target passes, which is the point. It prints, for each operation, the results it has
 * seen: codes as they are, all positive ones as "value". A call that would wait for another task is
 * not made. The rule: what is printed depends on the spec alone, whichever implementation answered;
 * the test compares it with what is kept.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/prng.h"
#include "snag/async.h"
#include "snag/spec.h"
#include "snag/task.h"
#include "task/async_lock.h"
#include "task/receiver.h"
#include "task/select.h"

enum { ROUNDS = 400, OPS = 100, HANDLES = 8, CODES = 8 };

struct snag_scope {
    bool ran; /* its nested program has run */
};

struct handle {
    const char *tag; /* NULL: no handle here */
    int64_t i;
    void *handle;
};

static struct {
    const struct snag_impl *impl;
    const struct snag_spec *spec;
    struct snag_config config;
    void *shared, *local;
    struct snag__prng random;
    _Alignas(8) uint8_t model[SNAG_MODEL_BYTES_MAX];
    struct handle handles[HANDLES];
    bool seen[SNAG_OPS_MAX][CODES + 1]; /* by code: [-code], and [CODES] for a value */
} t;

int64_t snag_io(int64_t request) {
    return snag_io_answer(request);
}

/* Nor does a request that blocks take any time. */
int nanosleep(const struct timespec *time, struct timespec *left) {
    (void)time;
    if (left != NULL)
        *left = (struct timespec){0};
    return 0;
}

static _Noreturn void fail(const struct snag_call *call, const char *why) {
    printf("FAIL %s: %s(%lld, %lld) = %lld: %s\n", t.impl->name, t.spec->ops[call->op].name,
           (long long)call->args[0].i, (long long)call->args[1].i, (long long)call->result.i, why);
    exit(1);
}

/* ---- what async primitives are built on: real threads, for an implementation has its own ---- */

enum { SLEEPERS = 4 * ROUNDS, PATIENCE_S = 10 };

static struct sleeper {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool woken;
} sleepers[SLEEPERS];
static atomic_uint sleepers_used;
static _Thread_local uint32_t own; /* its index + 1 */

struct snag_waker snag_waker_self(void) {
    if (own == 0) {
        own = atomic_fetch_add(&sleepers_used, 1) + 1;
        if (own > SLEEPERS)
            abort();
        pthread_mutex_init(&sleepers[own - 1].lock, NULL);
        pthread_cond_init(&sleepers[own - 1].cond, NULL);
    }
    return (struct snag_waker){own - 1};
}

enum snag_park_end snag_park_until(enum snag_parked what, const volatile void *object, void *caller,
                                   uint64_t unused) {
    struct sleeper *s = &sleepers[snag_waker_self().who];
    struct timespec until;
    (void)what, (void)object, (void)caller, (void)unused;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&s->lock);
    while (!s->woken) {
        if (pthread_cond_timedwait(&s->cond, &s->lock, &until) == ETIMEDOUT) {
            printf("FAIL %s: it waits for ever\n", t.impl->name);
            exit(1);
        }
    }
    s->woken = false;
    pthread_mutex_unlock(&s->lock);
    return SNAG_PARK_WOKEN;
}

_Noreturn void snag_task_exit(void) {
    abort(); /* nobody is aborted */
}

bool snag_task_timeout(uint64_t ns, void (*run)(void *argument), void *argument) {
    (void)ns;
    run(argument);
    return true; /* nobody is in its way */
}

uint64_t snag_task_now(void) {
    return 0;
}

void snag__select_count(uint32_t n, void *caller) {
    (void)n, (void)caller;
}

uint32_t snag__select_first(uint32_t n, void *caller) {
    (void)n, (void)caller;
    return 0;
}

void snag_cleanup_push(struct snag_cleanup *c, void (*run)(void *argument), void *argument) {
    *c = (struct snag_cleanup){.run = run, .argument = argument};
}

void snag_cleanup_pop(struct snag_cleanup *c, bool run) {
    if (run)
        c->run(c->argument);
}

void snag_wake(struct snag_waker waker) {
    struct sleeper *s = &sleepers[waker.who];
    pthread_mutex_lock(&s->lock);
    s->woken = true;
    pthread_cond_signal(&s->cond);
    pthread_mutex_unlock(&s->lock);
}

void snag_task_yield(void) {}

bool snag__task_awaits_end(struct snag_task *task, struct snag__waiter *w) {
    (void)task, (void)w;
    return true;
}

void snag__task_forgets_end(struct snag_task *task, const struct snag__waiter *w) {
    (void)task, (void)w;
}

void snag__receives(const volatile void *channel) {
    (void)channel;
}

void snag__async_created(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

void snag__async_asked(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

void snag__async_used(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

void snag__async_destroyed(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

void snag__async_wanted(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

void snag__async_acquired(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

void snag__async_released(const volatile void *lock, enum snag__async_how how, void *caller) {
    (void)lock, (void)how, (void)caller;
}

/* ---- handles ---- */

/* Any of that type; NULL: any free place. */
static struct handle *handle_of(const char *tag) {
    unsigned first = snag__prng_below(&t.random, HANDLES);
    for (unsigned n = 0; n < HANDLES; n++) {
        struct handle *h = &t.handles[(first + n) % HANDLES];
        if (tag == NULL ? h->tag == NULL : h->tag != NULL && strcmp(h->tag, tag) == 0)
            return h;
    }
    return NULL;
}

static const struct handle *any_handle(void) {
    for (int i = 0; i < HANDLES; i++) {
        if (t.handles[i].tag != NULL)
            return &t.handles[i];
    }
    return NULL;
}

/* Draws the arguments. False: it needs a handle, or room for one, and there is none. */
static bool draw(const struct snag_op_decl *decl, struct snag_call *call) {
    if (decl->returns != NULL && handle_of(NULL) == NULL)
        return false;
    for (int i = 0; i < SNAG_ARGS_MAX && decl->args[i].type != SNAG_NONE; i++) {
        const struct snag_arg_decl *arg = &decl->args[i];
        if (arg->type == SNAG_HANDLE) {
            struct handle *h = handle_of(arg->tag);
            if (h == NULL)
                return false;
            call->args[i].i = h->i;
            call->args[i].handle = h->handle;
            if (arg->takes)
                h->tag = NULL;
        } else {
            call->args[i].i = snag__prng_between(&t.random, arg->min, arg->max);
        }
    }
    return true;
}

/* ---- calls ---- */

static void note(const struct snag_call *call) {
    int64_t i = call->result.i;
    if (i < -(CODES - 1))
        fail(call, "no code goes so low");
    if (t.spec->ops[call->op].result == SNAG_RESULT_NONE)
        i = 0;
    t.seen[call->op][i > 0 ? CODES : -i] = true;
}

static void run(struct snag_call *call) {
    const struct snag_op_decl *decl = &t.spec->ops[call->op];
    struct snag_scope scope = {false};
    _Alignas(8) uint8_t before[SNAG_MODEL_BYTES_MAX];
    memcpy(before, t.model, sizeof before);
    t.impl->run(t.shared, t.local, call, &call->result, &scope);
    if (decl->returns != NULL && call->result.i != 0)
        *handle_of(NULL) = (struct handle){decl->returns, call->result.i, call->result.handle};
    call->result.handle = NULL;
    /* An operation that runs others takes effect before them; so far all such only read. */
    void *model = scope.ran ? before : t.model;
    if (t.spec->step(&t.config, model, call) != SNAG_ACCEPT)
        fail(call, "the model disagrees");
    const char *broken = NULL;
    if (t.impl->invariant != NULL && any_handle() == NULL)
        broken = t.impl->invariant(t.shared, SNAG_AT_QUIESCENCE);
    if (broken != NULL)
        fail(call, broken);
    note(call);
}

static unsigned ops_count(void) {
    unsigned count = 0;
    while (t.spec->ops[count].name != NULL)
        count++;
    return count;
}

static bool left_out(unsigned op) {
    return (t.impl->without >> op & 1) != 0;
}

static bool would_wait(const struct snag_call *call) {
    _Alignas(8) uint8_t copy[SNAG_MODEL_BYTES_MAX];
    struct snag_call pending = *call;
    pending.pending = true;
    memcpy(copy, t.model, sizeof copy);
    return (t.spec->ops[call->op].flags & SNAG_OP_MAY_WAIT) != 0 &&
           t.spec->step(&t.config, copy, &pending) == SNAG_BLOCKED;
}

/* Draws the arguments of a call that can be made now. False: there are none, and nothing is taken.
 */
static bool draw_call(const struct snag_op_decl *decl, struct snag_call *call) {
    struct handle before[HANDLES];
    memcpy(before, t.handles, sizeof before);
    if (draw(decl, call) && !would_wait(call))
        return true;
    memcpy(t.handles, before, sizeof before);
    return false;
}

static void run_random(bool nested) {
    struct snag_call call;
    const struct snag_op_decl *decl;
    do {
        call = (struct snag_call){.op = (uint16_t)snag__prng_below(&t.random, ops_count())};
        decl = &t.spec->ops[call.op];
    } while (left_out(call.op) || (nested && (decl->flags & SNAG_OP_NESTS) == 0) ||
             !draw_call(decl, &call));
    run(&call);
}

bool snag_run_nested(struct snag_scope *scope) {
    if (scope->ran)
        return false;
    scope->ran = true;
    run_random(true);
    run_random(true);
    return true;
}

/* Does it take a handle of that type? */
static bool takes(const struct snag_op_decl *decl, const char *tag) {
    const struct snag_arg_decl *arg = &decl->args[0];
    return arg->type == SNAG_HANDLE && arg->takes && strcmp(arg->tag, tag) == 0;
}

static void give_back_all(void) {
    const struct handle *h;
    while ((h = any_handle()) != NULL) {
        struct snag_call call = {.op = 0};
        while (!takes(&t.spec->ops[call.op], h->tag))
            call.op++;
        draw(&t.spec->ops[call.op], &call);
        run(&call);
    }
}

/* ---- rounds ---- */

/* A life of one shared state, with its own configuration. */
static void round_of(unsigned number) {
    snag__prng_seed(&t.random, number);
    for (int i = 0; i < SNAG_CONFIG_MAX && t.spec->config[i].name != NULL; i++) {
        const struct snag_config_decl *decl = &t.spec->config[i];
        t.config.values[i] = snag__prng_between(&t.random, decl->min, decl->max);
    }
    memset(t.model, 0, sizeof t.model);
    if (t.spec->init != NULL)
        t.spec->init(&t.config, t.model);
    t.shared = t.impl->create(&t.config);
    t.local = t.impl->enter != NULL ? t.impl->enter(t.shared) : NULL;
    for (int i = 0; i < OPS; i++)
        run_random(false);
    give_back_all();
    if (t.impl->leave != NULL)
        t.impl->leave(t.shared, t.local);
    t.impl->destroy(t.shared);
}

static void print_seen(void) {
    for (unsigned op = 0; op < ops_count(); op++) {
        if (left_out(op))
            continue;
        printf("%s:", t.spec->ops[op].name);
        for (int code = CODES - 1; code >= 0; code--) {
            if (t.seen[op][code])
                printf(" %d", -code);
        }
        printf(t.seen[op][CODES] ? " value\n" : "\n");
    }
}

int main(void) {
    t.impl = snag__target_impl;
    t.spec = t.impl->spec;
    for (unsigned i = 0; i < ROUNDS; i++)
        round_of(i);
    print_seen();
    return 0;
}
