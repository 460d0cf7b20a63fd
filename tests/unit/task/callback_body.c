/* callback_body.c: the code under test for callback_test.c: tasks of snag's own among coroutines
 * and event loops of other libraries.
 */
#include "callback_cases.h"
#include "coroutine_lib.h"

#include "snag/async.h"
#include "snag/task.h"

#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int64_t count; /* guarded by it */

static void counts(void) {
    pthread_mutex_lock(&m);
    count++;
    pthread_mutex_unlock(&m);
}

/* ---- a loop on a thread, which wakes tasks ---- */

static struct loop loop;
static pthread_t looper;
static struct request stop;

struct question {
    struct request request; /* first */
    struct snag_waker asker;
    pthread_mutex_t lock; /* guards what follows */
    bool answered;
    int64_t answer;
};

static void on_question(struct request *r) {
    struct question *q = (struct question *)r;
    struct snag_waker asker = q->asker;
    pthread_mutex_lock(&q->lock);
    q->answer = 41 + 1;
    q->answered = true;
    pthread_mutex_unlock(&q->lock); /* q may be gone from here on */
    snag_wake(asker);
}

static void on_question_untold(struct request *r) {
    struct question *q = (struct question *)r;
    pthread_mutex_lock(&q->lock);
    q->answered = true;
    pthread_mutex_unlock(&q->lock);
}

static int64_t ask(void (*answer)(struct request *r)) {
    struct question q = {.asker = snag_waker_self(), .lock = PTHREAD_MUTEX_INITIALIZER};
    loop_ask(&loop, &q.request, answer);
    pthread_mutex_lock(&q.lock);
    while (!q.answered) {
        pthread_mutex_unlock(&q.lock);
        snag_park(SNAG_PARKED_EVENT, &q, __builtin_return_address(0));
        pthread_mutex_lock(&q.lock);
    }
    pthread_mutex_unlock(&q.lock);
    return q.answer;
}

static int64_t asks(void) {
    return ask(on_question);
}

static int64_t asks_untold(void) {
    return ask(on_question_untold);
}

static int64_t asks_holding(void) {
    pthread_mutex_lock(&m);
    int64_t answer = asks();
    pthread_mutex_unlock(&m);
    return answer;
}

static void on_stop(struct request *r) {
    (void)r;
    loop.expected = 1;
}

static void *loop_main(void *unused) {
    loop_run(&loop);
    return unused;
}

/* ---- a loop in a task ---- */

struct job {
    struct request request; /* first */
    struct loop *loop;
    bool holds, waits;
};

static void on_second(struct request *r) {
    const struct job *j = (struct job *)r;
    SNAG_TASK_RESUMED(r);
    if (j->holds)
        pthread_mutex_unlock(&m);
    counts();
    SNAG_TASK_ENDED(r);
}

static void on_first(struct request *r) {
    const struct job *j = (struct job *)r;
    SNAG_TASK_RESUMED(r);
    if (j->holds)
        pthread_mutex_lock(&m);
    else
        counts();
    if (j->waits)
        snag_io(1);
    loop_ask(j->loop, r, on_second);
    SNAG_TASK_SUSPENDED(r, &j->loop);
}

static void loops(bool holds, bool waits) {
    struct loop l;
    struct job jobs[2] = {{.loop = &l, .holds = holds, .waits = waits},
                          {.loop = &l, .waits = waits}};
    loop_init(&l, 4);
    for (int i = 0; i < 2; i++) {
        SNAG_TASK_CREATED(&jobs[i]);
        loop_ask(&l, &jobs[i].request, on_first);
    }
    snag_io(1);
    loop_run(&l);
    pthread_mutex_destroy(&l.lock);
    pthread_cond_destroy(&l.some);
}

/* The same by descriptors: each time the eventfd is written to, the next callback is due. */
struct pump {
    int fd;
    bool holds;
    char requests[2];
};

static void writes(void *argument) {
    const struct pump *p = argument;
    const uint64_t one = 1;
    for (int i = 0; i < 4; i++) {
        snag_io(1);
        (void)!write(p->fd, &one, sizeof(one));
    }
}

static void on_readable(struct pump *p, int n) {
    char *r = &p->requests[n % 2];
    bool first = n < 2, holds = p->holds && n % 2 == 0;
    SNAG_TASK_RESUMED(r);
    if (holds && first)
        pthread_mutex_lock(&m);
    else if (holds)
        pthread_mutex_unlock(&m);
    else
        counts();
    if (first)
        SNAG_TASK_SUSPENDED(r, &p->fd);
    else
        SNAG_TASK_ENDED(r);
}

static void loops_fd(bool holds) {
    struct pump p = {.fd = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE), .holds = holds};
    struct snag_task *writer = snag_task_spawn(writes, &p);
    for (int n = 0; n < 4; n++) {
        uint64_t one;
        while (read(p.fd, &one, sizeof(one)) < 0)
            snag_fd_wait(p.fd, POLLIN, UINT64_MAX);
        on_readable(&p, n);
    }
    (void)snag_task_join(writer);
    close(p.fd);
}

/* ---- a coroutine in a task ---- */

/* The task takes it to another worker, where the library's thread-local knows another one. */
struct inside {
    struct co *co;
    bool holds;
};

static void awaits_inside(void *argument) {
    const struct inside *in = argument;
    int own[3] = {0};
    if (in->holds)
        pthread_mutex_lock(&m);
    for (int i = 0; i < 3; i++) {
        snag_io(1);
        own[i]++;
    }
    if (in->holds)
        pthread_mutex_unlock(&m);
    else
        counts();
    co_await_as(in->co, own);
    out(own[0] + own[1] + own[2]);
}

static void runs_coroutine(void *holds) {
    struct inside in = {.holds = holds != NULL};
    in.co = co_new(awaits_inside, &in);
    co_resume(in.co);
    snag_io(1);
    co_resume(in.co);
    co_free(in.co);
}

/* What it has allocated is left to whoever aborts it. */
static void is_dropped(void) {
    struct snag_task *t = snag_task_spawn(runs_coroutine, NULL);
    snag_task_yield();
    snag_task_abort(t);
    (void)snag_task_join(t);
}

/* ---- the implementation ---- */

static void *create(const struct snag_config *config) {
    (void)config;
    loop_init(&loop, INT_MAX);
    pthread_create(&looper, NULL, loop_main, NULL);
    return &loop;
}

static void destroy(void *shared) {
    loop_ask(shared, &stop, on_stop);
    pthread_join(looper, NULL);
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    (void)shared, (void)unused, (void)scope;
    switch (call->op) {
    case ASKS:
        result->i = asks();
        break;
    case ASKS_UNTOLD:
        result->i = asks_untold();
        break;
    case ASKS_HOLDING:
        result->i = asks_holding();
        break;
    case TAKES:
        counts();
        break;
    case LOOPS:
    case LOOPS_HOLDING:
    case CALLBACK_WAITS:
        loops(call->op == LOOPS_HOLDING, call->op == CALLBACK_WAITS);
        break;
    case LOOPS_FD:
    case LOOPS_FD_HOLDING:
        loops_fd(call->op == LOOPS_FD_HOLDING);
        break;
    case CO_WAITS:
    case CO_HOLDING:
        runs_coroutine(call->op == CO_HOLDING ? &m : NULL);
        break;
    default:
        is_dropped();
    }
}

struct snag_impl callback_impl = {.name = "callback",
                                  .spec = &callback_spec,
                                  .mode = SNAG_TASKS,
                                  .create = create,
                                  .destroy = destroy,
                                  .run = run};
SNAG_TARGET(callback_impl);
