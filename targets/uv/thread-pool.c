/* thread-pool.c: libuv's thread pool and event loop, as Debian ships them: healthy.
 *
 * A scenario. A loop hands work to the pool, one of it to be cancelled; another thread wakes the
 * loop, which waits in epoll, by uv_async_send; and a timer is late, or not. libuv_a.a was never
 * recompiled: of it snag sees the calls of pthread_*, of epoll and eventfd, of malloc, of memcpy
 * and the like, not its plain accesses, nor the atomics of uv_async_send. The rule: what a worker
 * writes the loop reads in `done`, which comes after it; each request is over once, and all are
 * before the loop ends; a handle is used by another thread only until it is closed.
 */
#include <pthread.h>
#include <stdbool.h>
#include <uv.h>

#include "snag/scenario.h"

enum { JOBS = 3 };

struct job {
    uv_work_t work;
    int number;
    int answer;
    bool cancelled;
};

static uv_loop_t loop;
static uv_async_t wake;
static uv_timer_t timer;
static struct job jobs[JOBS];
static int over, woken, ticks;

/* On a thread of the pool. */
static void compute(uv_work_t *work) {
    struct job *job = work->data;
    job->answer = 10 * job->number;
}

/* When all is done nothing keeps the loop alive. */
static void close_all(void) {
    uv_close((uv_handle_t *)&wake, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
}

static void finish(void) {
    if (over == JOBS && woken > 0 && ticks > 0)
        close_all();
}

/* On the loop. */
static void done(uv_work_t *work, int status) {
    struct job *job = work->data;
    snag_assert(status == 0 || status == UV_ECANCELED);
    job->cancelled = status != 0;
    snag_assert(job->answer == (job->cancelled ? 0 : 10 * job->number));
    over++;
    finish();
}

static void on_wake(uv_async_t *async) {
    (void)async;
    woken++;
    finish();
}

static void on_tick(uv_timer_t *async) {
    (void)async;
    ticks++;
    finish();
}

static void *caller(void *unused) {
    (void)unused;
    snag_assert(uv_async_send(&wake) == 0);
    return NULL;
}

SNAG_SCENARIO(thread_pool) {
    pthread_t thread;
    snag_assert(uv_loop_init(&loop) == 0);
    snag_assert(uv_async_init(&loop, &wake, on_wake) == 0);
    snag_assert(uv_timer_init(&loop, &timer) == 0);
    snag_assert(uv_timer_start(&timer, on_tick, 5, 0) == 0);
    for (int i = 0; i < JOBS; i++) {
        jobs[i].number = i + 1;
        jobs[i].work.data = &jobs[i];
        snag_assert(uv_queue_work(&loop, &jobs[i].work, compute, done) == 0);
    }
    bool cancelled = uv_cancel((uv_req_t *)&jobs[JOBS - 1].work) == 0;
    snag_assert(pthread_create(&thread, NULL, caller, NULL) == 0);
    snag_assert(uv_run(&loop, UV_RUN_DEFAULT) == 0);
    pthread_join(thread, NULL);
    snag_assert(over == JOBS && woken == 1 && ticks == 1);
    snag_assert(jobs[JOBS - 1].cancelled == cancelled);
    snag_assert(uv_loop_close(&loop) == 0);
    uv_library_shutdown();
}
