/* life_body.c: the code under test for life_test.c: tasks that sleep, are late, and are dropped. */
#include "snag/task.h"

#include "life_cases.h"

#include "snag/async.h"
#include "snag/channel.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the sleeper */
static struct snag_waker sleeper;
static bool sleeps, woken;

static pthread_mutex_t blocking = PTHREAD_MUTEX_INITIALIZER;
static struct snag_async_mutex one = SNAG_ASYNC_MUTEX_INITIALIZER;
static atomic_bool flag, stopped, began;

/* ---- time ---- */

static int64_t sleep_for(int64_t ms) {
    uint64_t before = snag_task_now();
    snag_task_sleep((uint64_t)ms * MS);
    out(ms);
    return (int64_t)((snag_task_now() - before) / MS);
}

static void ticks(void) {
    struct snag_interval i = snag_interval_every(2 * MS);
    out((int64_t)snag_interval_tick(&i));
    snag_task_sleep(5 * MS);
    out((int64_t)snag_interval_tick(&i));
    out((int64_t)snag_interval_tick(&i));
    out((int64_t)(snag_task_now() / MS));
}

static void sleep_ms(void *argument) {
    snag_task_sleep(*(const uint64_t *)argument * MS);
}

static void join_late(void) {
    uint64_t ms = 10;
    struct snag_task *t = snag_task_spawn(sleep_ms, &ms);
    pthread_mutex_lock(&blocking); /* asks only: no await */
    (void)snag_task_join_until(t, 0);
    pthread_mutex_unlock(&blocking);
    out(snag_task_join_until(t, snag_task_now() + 3 * MS));
    out(snag_task_join(t));
    out(snag_task_join_until(t, 0));
}

static int64_t park_until(int64_t ms) {
    uint64_t until = snag_task_now() + (uint64_t)ms * MS;
    enum snag_park_end end = SNAG_PARK_WOKEN;
    pthread_mutex_lock(&lock);
    sleeper = snag_waker_self();
    sleeps = true;
    while (!woken && end == SNAG_PARK_WOKEN) {
        pthread_mutex_unlock(&lock);
        end = snag_park_until(SNAG_PARKED_EVENT, &woken, __builtin_return_address(0), until);
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
    return end;
}

static void wakes(void) {
    snag_task_sleep(5 * MS);
    pthread_mutex_lock(&lock);
    woken = true;
    bool came = sleeps;
    pthread_mutex_unlock(&lock);
    if (came)
        snag_wake(sleeper);
}

static void busy(void) {
    for (int i = 0; i < 5; i++)
        snag_task_yield();
    atomic_store(&flag, true);
}

static void times_out_inside(void *unused) {
    (void)unused;
    uint64_t ms = 10;
    out(snag_task_timeout(5 * MS, sleep_ms, &ms));
}

/* ---- dropped tasks ---- */

static void notes(void *argument) {
    out(*(const int64_t *)argument);
}

static void sleep_noted(void *unused) {
    static const int64_t first = 101, second = 102, third = 103;
    (void)unused;
    struct snag_cleanup a, b, c;
    snag_cleanup_push(&a, notes, (void *)&first);
    snag_cleanup_push(&b, notes, (void *)&second);
    snag_cleanup_pop(&b, false);
    snag_cleanup_push(&c, notes, (void *)&third);
    atomic_store(&began, true);
    for (;;)
        snag_task_sleep(MS);
}

static void drops(void) {
    struct snag_task *t = snag_task_spawn(sleep_noted, NULL);
    while (!atomic_load(&began))
        snag_task_yield();
    snag_task_abort(t);
    snag_task_abort(t);
    out(snag_task_join(t));
}

static void begins(void *unused) {
    (void)unused;
    out(1);
    snag_task_yield();
    out(2);
}

static void drops_new(void) {
    struct snag_task *t = snag_task_spawn(begins, NULL);
    snag_task_abort(t);
    out(snag_task_join(t));
}

static void drops_ended(void) {
    uint64_t ms = 1;
    struct snag_task *t = snag_task_spawn(sleep_ms, &ms);
    (void)snag_task_join(t);
    snag_task_abort(t);
    out(snag_task_join(t));
}

static void lock_one(void *unused) {
    (void)unused;
    snag_async_mutex_lock(&one);
    snag_async_mutex_unlock(&one);
}

static void drops_waiting(void) {
    snag_async_mutex_lock(&one);
    struct snag_task *t = snag_task_spawn(lock_one, NULL);
    snag_task_yield();
    snag_task_abort(t);
    snag_task_yield();
    snag_async_mutex_unlock(&one);
    out(snag_task_join(t));
    lock_one(NULL);
}

static void receives(void *argument) {
    static int64_t got = 7;
    void *message = NULL;
    if (snag_channel_recv(argument, &message) == SNAG_CHANNEL_OK)
        notes(&got);
}

/* The message was received, or is still there. */
static int64_t drops_receiver(void) {
    static int message;
    void *left = NULL;
    struct snag_channel *c = snag_channel_new(1, NULL);
    struct snag_task *t = snag_task_spawn(receives, c);
    snag_task_yield();
    (void)snag_channel_send(c, &message);
    snag_task_abort(t);
    (void)snag_task_join(t);
    bool there = snag_channel_try_recv(c, &left) == SNAG_CHANNEL_OK;
    snag_channel_sender_drop(c);
    snag_channel_receiver_drop(c);
    return there + (case_outs > 0);
}

static void unlock_one(void *unused) {
    (void)unused;
    snag_async_mutex_unlock(&one);
}

static void owns_for_ever(void *clean) {
    struct snag_cleanup c;
    snag_async_mutex_lock(&one);
    if (clean != NULL)
        snag_cleanup_push(&c, unlock_one, NULL);
    atomic_store(&began, true);
    for (;;)
        snag_task_sleep(MS);
}

static void blocks_for_ever(void *unused) {
    (void)unused;
    pthread_mutex_lock(&blocking);
    atomic_store(&began, true);
    for (;;)
        snag_task_sleep(MS);
}

static void drop_owner(void (*run)(void *), void *argument) {
    struct snag_task *t = snag_task_spawn(run, argument);
    while (!atomic_load(&began))
        snag_task_sleep(MS);
    snag_task_abort(t);
    out(snag_task_join(t));
}

static void exit_below(void *unused) {
    static int64_t cleaned = 5;
    (void)unused;
    struct snag_cleanup c;
    snag_cleanup_push(&c, notes, &cleaned);
    snag_task_exit();
}

struct node {
    struct node *next;
    int64_t value;
};
static struct node *list;

static void take_off(void *node) {
    struct node **link = &list;
    while (*link != node)
        link = &(*link)->next;
    *link = (*link)->next;
}

static void is_linked(void *how) {
    struct node mine = {.next = list, .value = LINKED};
    struct snag_cleanup c;
    list = &mine;
    if (*(const uint16_t *)how == CLEAN_LINKED)
        snag_cleanup_push(&c, take_off, &mine);
    atomic_store(&began, true);
    for (;;)
        snag_task_sleep(MS);
}

static void parks_linked(void *unused) {
    struct node mine = {.next = list, .value = LINKED};
    (void)unused;
    list = &mine;
    atomic_store(&began, true);
    while (snag_park_until(SNAG_PARKED_EVENT, &mine, __builtin_return_address(0), UINT64_MAX) !=
           SNAG_PARK_ABORTED) {
    }
    take_off(&mine);
    snag_task_exit();
}

static int64_t reads_list(void) {
    return list == NULL ? 0 : list->value;
}

static void fills(int bytes) {
    char whole[bytes];
    memset(whole, 1, (size_t)bytes);
    out(whole[bytes / 2]);
}

static void sleeps_below(int depth) { // NOLINT(misc-no-recursion): for frames
    volatile char part[depth + 8];
    part[depth] = 1;
    if (depth > 0)
        sleeps_below(depth - 1);
    atomic_store(&began, true);
    while (!atomic_load(&stopped))
        snag_task_sleep(MS);
    out(part[depth]);
}

static void has_rooms(void *unused) {
    static volatile int bytes = 4000; /* or the compiler makes it one of constant length */
    (void)unused;
    fills(bytes);
    sleeps_below(20);
}

/* Reports name who calls it. */
static void park(void) {
    snag_park(SNAG_PARKED_EVENT, &flag, __builtin_return_address(0));
}

static void park_for_ever(void *unused) {
    (void)unused;
    for (;;)
        park();
}

static void run_dropped(uint16_t op, struct snag_result *result) {
    switch (op) {
    case DROPS:
        drops();
        break;
    case DROPS_NEW:
        drops_new();
        break;
    case DROPS_ENDED:
        drops_ended();
        break;
    case DROPS_IN:
        drops_waiting();
        break;
    case DROPS_RECV:
        result->i = drops_receiver();
        break;
    case DROPS_OWNER:
    case CLEAN_OWNER:
        drop_owner(owns_for_ever, op == CLEAN_OWNER ? &began : NULL);
        lock_one(NULL);
        break;
    case DROPS_LOCK:
        drop_owner(blocks_for_ever, NULL);
        pthread_mutex_lock(&blocking);
        break;
    case DROPS_LINKED:
    case CLEAN_LINKED:
    case PARKS_LINKED:
        drop_owner(op == PARKS_LINKED ? parks_linked : is_linked, &op);
        result->i = reads_list();
        break;
    case DROPS_ROOMS:
        drop_owner(has_rooms, NULL);
        break;
    case EXITS:
        out(snag_task_join(snag_task_spawn(exit_below, NULL)));
        break;
    case FOR_EVER:
        (void)snag_task_join(snag_task_spawn(park_for_ever, NULL));
        break;
    default:
        abort();
    }
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    uint64_t n = (uint64_t)call->args[0].i;
    (void)shared;
    (void)unused;
    (void)scope;
    switch (call->op) {
    case SLEEPS:
        result->i = sleep_for(call->args[0].i);
        break;
    case TICKS:
        ticks();
        break;
    case JOINS_LATE:
        join_late();
        break;
    case PARKS_UNTIL:
        result->i = park_until(call->args[0].i);
        break;
    case WAKES:
        wakes();
        break;
    case BUSY:
        busy();
        break;
    case SEES:
        snag_task_sleep(MS);
        result->i = atomic_load(&flag);
        break;
    case TURN_ABOUT:
        while (!atomic_load(&stopped))
            snag_task_yield();
        break;
    case STOPS:
        snag_task_sleep(MS);
        atomic_store(&stopped, true);
        break;
    case TIMES_OUT:
        result->i = snag_task_timeout(2 * MS, sleep_ms, &n);
        break;
    case TIMES_IN:
        result->i = snag_task_timeout(2 * MS, times_out_inside, NULL);
        break;
    default:
        run_dropped(call->op, result);
    }
}

struct snag_impl life_impl = {.name = "life", .spec = &life_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(life_impl);
