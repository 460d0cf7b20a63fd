/* coroutine_body.c: code under test for coroutine_test.c: coroutines of another library, with one
 * bug each, and beside it the silent twin. Functions are named for what the keys should say.
 */
#include "coroutine_cases.h"
#include "coroutine_lib.h"
#include "snag/scenario.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, n = PTHREAD_MUTEX_INITIALIZER;
static int turns, event;

static void run_out(struct co *co) {
    while (co_resume(co)) {
    }
    co_free(co);
}

static void run_both(struct co *a, struct co *b) {
    while (!a->done || !b->done) {
        if (!a->done)
            co_resume(a);
        if (!b->done)
            co_resume(b);
    }
    co_free(a);
    co_free(b);
}

/* ---- without a bug ---- */

static void takes_turns(void *argument) {
    int me = (int)(intptr_t)argument, seen[4];
    for (int i = 0; i < 4; i++) {
        pthread_mutex_lock(&m);
        seen[i] = turns++;
        pthread_mutex_unlock(&m);
        co_await (&event);
    }
    for (int i = 0; i < 4; i++)
        out(me * 100 + seen[i]);
}

void co_takes_turns(void) {
    struct co *a = co_new(takes_turns, (void *)1), *b = co_new(takes_turns, (void *)2);
    run_both(a, b);
}

/* Two threads pass one coroutine to and fro; a lock of theirs orders them. */
static struct co *shared;
static bool taken;

static void counts(void *argument) {
    int locals[16] = {0};
    (void)argument;
    for (int i = 0; i < 16; i++) {
        pthread_mutex_lock(&m);
        locals[i] = turns++;
        pthread_mutex_unlock(&m);
        co_await (&event);
    }
    for (int i = 1; i < 16; i++)
        out(locals[i] - locals[i - 1]);
}

static void drives(void) {
    for (bool more = true; more;) {
        pthread_mutex_lock(&n);
        struct co *mine = taken ? NULL : shared;
        taken = mine != NULL || taken;
        more = shared != NULL;
        pthread_mutex_unlock(&n);
        if (mine == NULL) {
            sched_yield();
            continue;
        }
        bool goes_on = co_resume(mine);
        pthread_mutex_lock(&n);
        taken = false;
        shared = goes_on ? mine : NULL;
        pthread_mutex_unlock(&n);
        if (!goes_on)
            co_free(mine);
    }
}

void co_moves(void) {
    shared = co_new(counts, NULL);
    both(drives, drives);
}

static _Thread_local int local;

static void belongs(void *argument) {
    (void)argument;
    out(local);
    out(errno);
    local = 7;
    co_await (NULL);
    out(local);
    out(pthread_equal(pthread_self(), *(pthread_t *)argument) != 0);
    errno = ERANGE;
}

void co_belongs_to_thread(void) {
    pthread_t self = pthread_self();
    struct co *co = co_new(belongs, &self);
    local = 5;
    errno = EAGAIN;
    co_resume(co);
    out(local);
    local = 9;
    errno = 0;
    co_resume(co);
    out(errno);
    co_free(co);
}

static void inner(void *argument) {
    pthread_mutex_lock(&n);
    turns++;
    pthread_mutex_unlock(&n);
    co_await (&event);
    *(int *)argument = turns;
}

static void outer(void *argument) {
    int result = 0;
    struct co *co = co_new(inner, &result);
    while (co_resume(co)) {
        pthread_mutex_lock(&m);
        turns++;
        pthread_mutex_unlock(&m);
        co_await (&event);
    }
    co_free(co);
    out(result);
    (void)argument;
}

void co_nests(void) {
    run_out(co_new(outer, NULL));
}

/* Ends the thread on the stack of a coroutine. */
static void exits(void *argument) {
    (void)argument;
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_exit(NULL);
}

static void drives_exiting(void) {
    co_resume(co_new(exits, NULL));
}

void co_left_running(void) {
    both(drives_exiting, drives_exiting);
}

static int sum(const volatile char *bytes, int count) {
    int all = 0;
    for (int i = 0; i < count; i++)
        all += bytes[i];
    return all;
}

static int descend(int depth) {
    char bytes[512];
    memset(bytes, depth, sizeof(bytes));
    if (depth == 0)
        co_await (&event);
    else
        (void)descend(depth - 1);
    return sum(bytes, sizeof(bytes));
}

static void deep(void *argument) {
    out(descend((int)(intptr_t)argument));
}

void co_large_frames(void) {
    struct co *a = co_new(deep, (void *)20), *b = co_new(deep, (void *)1), *c = co_new(deep, NULL);
    co_resume(a);
    co_resume(b);
    co_resume(c);
    co_free(c); /* in the middle */
    run_out(a);
    run_out(b);
}

/* On a stack that nobody was told of: it is no task, but does no harm. */
static ucontext_t told, untold;
static bool stop;

static void spins(void) {
    for (bool stopped = false; !stopped;) {
        pthread_mutex_lock(&m);
        stopped = stop;
        pthread_mutex_unlock(&m);
        sched_yield();
    }
    swapcontext(&untold, &told);
}

static void runs_untold(void) {
    static char stack[CO_STACK];
    getcontext(&untold);
    untold.uc_stack.ss_sp = stack;
    untold.uc_stack.ss_size = sizeof(stack);
    makecontext(&untold, spins, 0);
    swapcontext(&told, &untold);
}

static void stops(void) {
    for (int i = 0; i < 100; i++)
        sched_yield();
    pthread_mutex_lock(&m);
    stop = true;
    pthread_mutex_unlock(&m);
}

void co_untold(void) {
    both(runs_untold, stops);
}

/* ---- memory, races ---- */

static volatile char *frame;

static void shows_frame(void) {
    char bytes[64] = {1};
    frame = bytes;
    if (case_in)
        (void)sum(frame, 1);
    co_await (&event);
}

static void returns_frame(void *argument) {
    (void)argument;
    shows_frame();
    co_await (&event);
}

void co_returns_frame(void) {
    struct co *co = co_new(returns_frame, NULL);
    co_resume(co);
    out(sum(frame, 1)); /* it is still there */
    co_resume(co);
    if (!case_in)
        out(sum(frame, 1));
    run_out(co);
}

static void overflows(void *argument) {
    volatile char bytes[32] = {0}, *at = bytes;
    (void)argument;
    co_await (&event);
    for (int i = 0; i <= (case_in ? 31 : 32); i++)
        at[i] = 1;
}

void co_overflows(void) {
    run_out(co_new(overflows, NULL));
}

static int plain;

static void writes(void *argument) {
    (void)argument;
    if (case_in)
        pthread_mutex_lock(&m);
    plain++;
    if (case_in)
        pthread_mutex_unlock(&m);
    co_await (&event);
}

static void runs_writers(void) {
    struct co *a = co_new(writes, NULL),
              *b = co_new(writes, NULL); /* of which these two do not race */
    run_both(a, b);
}

void co_shares(void) {
    both(runs_writers, runs_writers);
}

/* ---- locks ---- */

static void awaits_holding(void *argument) {
    (void)argument;
    pthread_mutex_lock(&m);
    turns++;
    if (case_in)
        pthread_mutex_unlock(&m);
    co_await (&event);
    if (!case_in)
        pthread_mutex_unlock(&m);
}

static void drives_holder(void) {
    run_out(co_new(awaits_holding, NULL));
}

void co_awaits_holding(void) {
    both(drives_holder, drives_holder);
}

void co_awaits_holding_alone(void) {
    struct co *a = co_new(awaits_holding, NULL), *b = co_new(awaits_holding, NULL);
    run_both(a, b);
}

static void asks_again(void *argument) {
    (void)argument;
    pthread_mutex_lock(&n);
    if (case_in)
        pthread_mutex_unlock(&n);
    co_await (&event);
    pthread_mutex_lock(&n);
    pthread_mutex_unlock(&n);
}

static void resumes_it(void) {
    co_resume(shared);
}

/* On another thread, where POSIX would see another owner. */
void co_asks_again(void) {
    pthread_t t;
    shared = co_new(asks_again, NULL);
    co_resume(shared);
    pthread_create(&t, NULL, (void *(*)(void *))(void *)resumes_it, NULL);
    pthread_join(t, NULL);
    co_free(shared);
}

static void wants_it(void *argument) {
    (void)argument;
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}

void co_beneath_holds(void) {
    pthread_mutex_lock(&m);
    if (case_in)
        pthread_mutex_unlock(&m);
    run_out(co_new(wants_it, NULL));
    if (!case_in)
        pthread_mutex_unlock(&m);
}

static void m_then_n(void *argument) {
    (void)argument;
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&n);
    pthread_mutex_unlock(&n);
    pthread_mutex_unlock(&m);
}

static void n_then_m(void *argument) {
    (void)argument;
    pthread_mutex_lock(case_in ? &m : &n);
    pthread_mutex_lock(case_in ? &n : &m);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&n);
}

static void drives_m_n(void) {
    run_out(co_new(m_then_n, NULL));
}

static void drives_n_m(void) {
    run_out(co_new(n_then_m, NULL));
}

void co_abba(void) {
    both(drives_m_n, drives_n_m);
}

/* On one thread, one after the other: in whichever order, they are never in each other's way. */
void co_orders(void) {
    struct co *a = co_new(m_then_n, NULL), *b = co_new(n_then_m, NULL);
    pthread_mutex_lock(&n);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&n);
    run_both(a, b);
}

/* But not if one awaits halfway. */
static void m_then_n_later(void *argument) {
    (void)argument;
    pthread_mutex_lock(&m);
    co_await (&event);
    pthread_mutex_lock(&n);
    pthread_mutex_unlock(&n);
    pthread_mutex_unlock(&m);
}

void co_orders_away(void) {
    run_out(co_new(m_then_n_later, NULL));
    run_out(co_new(n_then_m, NULL));
}

static void ends_holding(void *argument) {
    (void)argument;
    pthread_mutex_lock(&m);
    if (case_in)
        pthread_mutex_unlock(&m);
}

void co_ends_holding(void) {
    run_out(co_new(ends_holding, NULL));
}

/* As an abort may do it: suspended with a lock, and never resumed. */
void co_given_up_holding(void) {
    struct co *co = co_new(awaits_holding, NULL);
    co_resume(co);
    co_free(co);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}

static void awaits_once(void *argument) {
    (void)argument;
    co_await (&event);
}

/* Nobody sends what it awaits. */
static pthread_cond_t sent = PTHREAD_COND_INITIALIZER;

static void drives_once(void) {
    struct co *co = co_new(awaits_once, NULL);
    co_resume(co);
    pthread_mutex_lock(&m);
    while (!case_in && turns == 0)
        pthread_cond_wait(&sent, &m);
    pthread_mutex_unlock(&m);
    co_resume(co);
    co_free(co);
}

void co_never_resumed(void) {
    drives_once();
}

SNAG_SCENARIO(coroutine) {
    case_body();
}
