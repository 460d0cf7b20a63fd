/* pool.c: threads that run jobs, the oldest first. See pool.h. */
#include "task/pool.h"

#include <string.h>

#include "exec/parts.h"
#include "exec/rt.h"
#include "oracle/raise.h"
#include "sched/hold.h"
#include "sched/sched.h"
#include "sched/schedule.h"

enum { THREADS_DEFAULT = 64 };

static uint32_t threads, busy, threads_max;

void snag__pool_begin(void) {
    threads = busy = 0;
    threads_max = THREADS_DEFAULT;
}

void snag_task_blocking_max(uint32_t n) {
    if (n == 0) {
        snag__task_misused("a pool of no threads", SNAG__SITE());
    }
    snag__part_use(SNAG__PART_TASKS);
    threads_max = n;
}

static struct snag__task *oldest(void) {
    struct snag__task *first = NULL;
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        struct snag__task *t = snag__task_at(i);
        if (t->state == SNAG__TASK_READY && t->lane == SNAG__LANE_POOL &&
            (first == NULL || t->turn < first->turn)) {
            first = t;
        }
    }
    return first;
}

/* The thread goes on to the next job with what this one has locked, and nobody gives it up. */
static void check_held(void) {
    for (uint32_t id = snag__self->held_first; id != 0; id = snag__hold_get(id)->next_held) {
        const struct snag__hold *h = snag__hold_get(id);
        snag__raise_misuse("blocking code returned holding a lock", h->object, h->site, 0);
    }
}

static void run_job(struct snag__task *job) {
    struct snag__object *o = snag__object_get(job->object);
    busy++;
    snag__task_taken(job, SNAG__TASK_RUNNING);
    snag__rt_acquire(job);
    snag__log(SNAG_EV_JOB_START, o, job->spawn_site);
    snag__self->job = job;
    job->run(job->argument);
    snag__self->job = NULL;
    check_held();
    snag__point(SNAG_EV_JOB_END, o, 0);
    snag__log(SNAG_EV_JOB_END, o, 0);
    snag__rt_release(job);
    busy--;
    snag__task_ended(job);
}

static void *pool_main(void *unused) {
    struct snag__object *queue = snag__lane_open(SNAG__LANE_POOL);
    (void)unused;
    for (;;) {
        (void)snag__point_wait(SNAG_EV_IDLE, queue, 0, snag__lane_ready(SNAG__LANE_POOL) > 0,
                               UINT64_MAX);
        if (snag__lane_ready(SNAG__LANE_POOL) > 0) {
            run_job(oldest());
        }
    }
    return NULL;
}

/* In the spawn tree it is a child of the first thread, so that its name does not depend on which
 * worker came to need it. */
static bool start_thread(void) {
    struct snag__vthread *self = snag__self, *root = &snag__vthreads[0];
    struct snag__vthread *v = snag__vthread_spawn(snag__self, pool_main, NULL, 0);
    if (v == NULL) {
        return false;
    }
    self->children--;
    v->actor = snag__actor_below(&root->actor, ++root->children);
    memcpy(v->name, "pool", sizeof("pool"));
    snag__recorder->vthreads[v->index] = v->actor;
    threads++;
    return true;
}

struct snag__task *snag__pool_submit(void (*run)(void *), void *argument, uint32_t site) {
    if (snag__lane_open(SNAG__LANE_POOL) == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    struct snag__task *job = snag__job_new(run, argument, site);
    if (job == NULL) {
        snag__sched_limit(SNAG_LIMIT_TASKS);
    }
    uint32_t idle = threads - busy;
    if (snag__lane_ready(SNAG__LANE_POOL) > idle && threads < threads_max && !start_thread()) {
        snag__sched_limit(SNAG_LIMIT_VTHREADS);
    }
    return job;
}

void snag__pool_withdraw(struct snag__task *job) {
    if (job->state == SNAG__TASK_READY) {
        job->dropped = true;
        snag__task_taken(job, SNAG__TASK_ENDED);
        snag__task_ended(job);
    }
}
