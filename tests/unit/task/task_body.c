/* task_body.c: the code under test for task_test.c: what tasks on workers can do to each other. */
#define _GNU_SOURCE
#include "snag/task.h"

#include "task_cases.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int count;
static atomic_bool answered;
static _Thread_local int local;

/* Through a pointer: the compiler takes pthread_self for constant, and a task changes threads. */
static int64_t worker(void) {
    pthread_t (*volatile self)(void) = pthread_self;
    return (int64_t)self();
}

static void locked(void) {
    pthread_mutex_lock(&lock);
    count++;
    pthread_mutex_unlock(&lock);
}

/* Also says whether it came back on another worker. */
static void hold_io(void) {
    pthread_mutex_lock(&lock);
    int64_t before = worker();
    snag_io(1);
    out(worker() != before);
    pthread_mutex_unlock(&lock);
}

static void read_io(void) {
    pthread_rwlock_rdlock(&rw);
    snag_io(1);
    pthread_rwlock_unlock(&rw);
}

static void waits(void) {
    pthread_mutex_lock(&lock);
    while (!atomic_load(&answered))
        pthread_cond_wait(&cond, &lock);
    pthread_mutex_unlock(&lock);
}

static void wakes(void) {
    pthread_mutex_lock(&lock);
    atomic_store(&answered, true);
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&lock);
}

static void hazards(void) {
    pthread_mutex_lock(&lock);
    snag_io(1);
    snag_io(2);
    snag_io(3);
    snag_io(4);
    snag_io(5);
    snag_io(6);
    snag_io(7);
    snag_io(8);
    snag_io(9);
    pthread_mutex_lock(&lock);
}

struct child {
    int64_t number;
    int64_t result;
};

static void child_main(void *argument) {
    struct child *c = argument;
    if (c->number % 2 == 0)
        snag_task_yield();
    c->result = snag_io(c->number);
}

static int64_t family(void) {
    struct child children[3];
    struct snag_task *tasks[3];
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        children[i] = (struct child){.number = i};
        tasks[i] = snag_task_spawn(child_main, &children[i]);
    }
    for (int i = 2; i >= 0; i--) {
        snag_task_join(tasks[i]);
        sum += children[i].result;
    }
    snag_task_join(tasks[1]); /* again: it has ended */
    return sum;
}

static void yields(int64_t who) {
    for (int i = 0; i < 4; i++) {
        out(who);
        snag_task_yield();
    }
}

static void relock(void) {
    pthread_mutex_lock(&lock);
    snag_io(2);
    pthread_mutex_lock(&lock);
}

static void recursive_io(void) {
    pthread_mutex_lock(&recursive);
    snag_io(1);
    pthread_mutex_unlock(&recursive);
}

static void wait_migrated(void) {
    static const struct timespec past = {.tv_sec = 1};
    pthread_mutex_lock(&lock);
    int64_t before = worker();
    snag_io(1);
    out(worker() != before);
    out(pthread_cond_timedwait(&cond, &lock, &past));
    pthread_mutex_unlock(&lock);
}

static int64_t count_local(void) {
    int64_t before = local++;
    snag_io(3);
    return before;
}

static void bump(void *unused) {
    (void)unused;
    locked();
}

enum { CROWD_MAX = 2000 };

static int64_t crowd(int64_t n) {
    static struct snag_task *t[CROWD_MAX];
    for (int64_t i = 0; i < n; i++)
        t[i] = snag_task_spawn(bump, NULL);
    for (int64_t i = n; i-- > 0;)
        snag_task_join(t[i]);
    return count;
}

static struct snag_task *both[2];

static void second(void *unused) {
    (void)unused;
    snag_task_join(both[0]);
}

static void first(void *unused) {
    (void)unused;
    both[1] = snag_task_spawn(second, NULL);
    snag_task_join(both[1]);
}

static void self_join(void) {
    both[0] = snag_task_spawn(first, NULL);
    snag_task_join(both[0]);
}

static void keeps(void) {
    pthread_mutex_lock(&lock);
    snag_io(1);
}

static void ask(void *argument) {
    const struct child *c = argument;
    snag_io(c->number);
    out(c->number);
}

static void late(void) {
    struct child c[3];
    struct snag_task *t[3];
    for (int i = 0; i < 3; i++) {
        c[i].number = i;
        t[i] = snag_task_spawn(ask, &c[i]);
    }
    for (int i = 0; i < 3; i++)
        snag_task_join(t[i]);
}

static void first_a(void) {
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
}

static void first_b(void) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
}

static int yield_worker(void) {
    return sched_yield();
}

static int yield_turn(void) {
    snag_task_yield();
    return 0;
}

static int hold_turn(void) {
    hold_io();
    return 0;
}

static int lock_turn(void) {
    locked();
    return 0;
}

/* Never ends; `turn` returns 0. */
static void go_on(int (*turn)(void)) {
    while (turn() == 0) {
    }
}

static void spin(void) {
    while (!atomic_load(&answered))
        sched_yield();
}

static void spin_counting(void) {
    static atomic_int turns;
    while (!atomic_load(&answered))
        atomic_fetch_add(&turns, 1);
}

/* Operations that tell only beside others. */
static void run_with_others(uint16_t op) {
    switch (op) {
    case FIRST_A:
        first_a();
        break;
    case FIRST_B:
        first_b();
        break;
    case SPIN_ON:
        go_on(yield_worker);
        break;
    case SPIN:
        spin();
        break;
    case SPIN_COUNTING:
        spin_counting();
        break;
    case YIELD_ON:
        go_on(yield_turn);
        break;
    case HOLD_ON:
        go_on(hold_turn);
        break;
    case LOCK_ON:
        go_on(lock_turn);
        break;
    case POLL:
        while (!atomic_load(&answered))
            snag_task_yield();
        break;
    case WAITS:
        waits();
        break;
    case WAKES:
        wakes();
        break;
    case READ_IO:
        read_io();
        break;
    case WRITES:
        pthread_rwlock_wrlock(&rw);
        pthread_rwlock_unlock(&rw);
        break;
    case ANSWERED:
        snag_io(1);
        atomic_store(&answered, true);
        break;
    default:
        abort();
    }
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared;
    (void)unused;
    (void)scope;
    switch (call->op) {
    case LOCKED:
        locked();
        break;
    case HOLD_IO:
        hold_io();
        break;
    case IO:
        result->i = snag_io(call->args[0].i);
        break;
    case FAMILY:
        result->i = family();
        break;
    case YIELDS:
        yields(call->args[0].i);
        break;
    case RELOCK:
        relock();
        break;
    case RECURSIVE:
        recursive_io();
        break;
    case WAIT_MIGRATED:
        wait_migrated();
        break;
    case LOCAL:
        result->i = count_local();
        break;
    case CROWD:
        result->i = crowd(call->args[0].i);
        break;
    case SELF_JOIN:
        self_join();
        break;
    case KEEPS:
        keeps();
        break;
    case HAZARDS:
        hazards();
        break;
    case LATE:
        late();
        break;
    default:
        run_with_others(call->op);
    }
}

struct snag_impl task_impl = {.name = "tasks", .spec = &task_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(task_impl);
