/* task_internal.h: tasks as the rest of snag sees them.
 *
 * The rule: a task is in exactly one state; it is `running` if and only if some vthread's `task` is
 * it.
 */
#ifndef SNAG_TASK_TASK_INTERNAL_H
#define SNAG_TASK_TASK_INTERNAL_H

#include "sched/vthread.h"
#include "snag/async.h"
#include "snag/task.h"

enum {
    SNAG__ASYNC_TASKS_MAX = 1024,
    SNAG__LANE_POOL = 8 /* of the jobs; before it those of the workers, at most so many */
};

enum snag__task_state {
    SNAG__TASK_READY,
    SNAG__TASK_RUNNING,
    SNAG__TASK_SUSPENDED, /* until `ready_at`, or until somebody wakes it */
    SNAG__TASK_ENDED
};

struct snag__task {
    struct snag__fiber *fiber; /* NULL: a job, which a thread of the pool runs (pool.c), or a
                                  declared task without a stack of its own (coroutine.c) */
    struct snag__place place;
    struct snag_actor actor;
    uint16_t index;
    uint8_t state; /* enum snag__task_state */
    uint8_t lane;  /* of the executor's: which workers may run it */
    uint16_t children;
    bool sleeps;      /* awaits a time of its own choice, or will next */
    bool expired;     /* its time came before what it awaited */
    bool parked;      /* suspended in snag_park */
    bool awaits_room; /* if so: in the channel that it awaits, for a message of its own */
    bool aborted;     /* it is to be dropped at its next await */
    bool dropped;     /* it does not go on: its cleanups run, or have run */
    bool woken;       /* a wakeup that it has not used yet */
    bool client;
    bool declared; /* another library's: the executor has no part in it (coroutine.c) */
    uint16_t client_number;
    bool begun;                 /* declared, and resumed at least once */
    bool carried;               /* declared, and resumed: it runs, or its carrier is suspended */
    uint16_t on;                /* declared and running: on that vthread */
    struct snag__task *under;   /* the declared task that runs there again after it, or NULL */
    struct snag__task *carries; /* suspended: innermost declared task on it, or NULL */
    uint32_t object;            /* its own object (TASK) */
    uint32_t awaits;     /* object number it waits for while suspended; 0: time or its turn */
    uint32_t woken_from; /* object number that it was parked for when it was woken last; 0: none */
    uint32_t suspend_site; /* where it awaits */
    uint32_t suspended_at; /* points of the execution when it left its worker last */
    uint32_t readied_at;   /* points of the execution when it became ready last */
    uint32_t spawn_site;
    uint64_t ready_at;             /* virtual ns; UINT64_MAX: not by time */
    uint64_t turn;                 /* when it became ready: the longest ready is the default */
    struct snag__waiters selects;  /* those who select its end */
    struct snag_cleanup *cleanups; /* the newest first */
    void (*run)(void *);
    void *argument;
};

/* Between executions. */
void snag__tasks_begin(void);
void snag__tasks_finish(void); /* before snag__sched_finish, which gives their fibers back */

/* How many workers there will be; `pinned`: each task stays on one, that of its parent, or the next
 * in turn. Before the first task. */
void snag__workers_plan(uint32_t n, bool pinned);
/* The caller's next `n` children will be the workers: those that it spawns before
 * snag__workers_start come after them in the spawn tree, so that a worker has one name whatever the
 * target starts. */
void snag__workers_name(uint32_t n);
/* Starts `n` workers (vthreads "0.1" …) that run tasks for ever. False: too many. */
bool snag__workers_start(uint32_t n);
/* A task of the program. NULL: too many. */
struct snag__task *snag__task_new(void (*run)(void *), void *argument, uint32_t site);

/* The same, of a job. */
struct snag__task *snag__job_new(void (*run)(void *), void *argument, uint32_t site);
/* One that `o` stands for, suspended, which nobody here runs. */
struct snag__task *snag__task_declare(struct snag__object *o, const struct snag_actor *actor,
                                      uint32_t site);

/* Tasks that wait for somebody who serves `lane`; what those wait on. NULL: too many objects. */
uint32_t snag__lane_ready(uint32_t lane);
struct snag__object *snag__lane_open(uint32_t lane);
/* `t` waits for nobody any more: it was ready, and is in `state` now. */
void snag__task_taken(struct snag__task *t, enum snag__task_state state);
/* It has ended; whoever joins it goes on. */
void snag__task_ended(struct snag__task *t);

/* Those who select its end have got it. */
void snag__task_tell_selects(struct snag__task *t);

/* It can go on, and waits for a worker. */
void snag__task_ready(struct snag__task *t);
/* It can go on then, if not before; it is suspended. */
void snag__task_ready_at(struct snag__task *t, uint64_t due);
/* What a task's fiber runs. */
void snag__task_main(void);
/* The calling task leaves its worker; returns when some worker runs it again. */
void snag__task_leave_worker(struct snag__task *t);
/* The calling task awaits `awaits` (an object number; 0: nothing that has one), at most until
 * `until` (virtual ns; what is past: only its next turn). Returns when it goes on, on whichever
 * worker. False: that time is past. */
bool snag__task_suspend(struct snag__task *t, uint32_t awaits, uint64_t until, uint32_t site);

/* Runs `run` as a task of its own, which is aborted after so many turns of the calling one. True:
 * it returned. Its end has come either way. */
bool snag__task_cancelled(uint32_t turns, void (*run)(void *argument), void *argument);

/* What was called has no meaning here, and there is no way on: the execution ends with a misuse at
 * `site`. `what`: static. */
_Noreturn void snag__task_misused(const char *what, uint32_t site);

/* Is it to go no further than to its next await? */
static inline bool snag__task_doomed(const struct snag__task *t) {
    return t->aborted && !t->dropped;
}
/* The calling task ends here: its cleanups run. */
_Noreturn void snag__task_drop(struct snag__task *t);

/* The task that runs, or the job of the vthread that runs: whose children are spawned. NULL: none.
 */
static inline struct snag__task *snag__spawner(void) {
    return snag__self->task != NULL ? snag__self->task : snag__self->job;
}

uint32_t snag__task_count(void);
struct snag__task *snag__task_at(uint32_t index);
bool snag__task_find(const struct snag_actor *actor, uint32_t *index);
/* Who runs on `v`: the task, or itself. */
const struct snag_actor *snag__runs_as(const struct snag__vthread *v);
/* Is it not on any worker, and not ended? */
bool snag__task_suspended(uint32_t index);
/* Is it one worker that runs both, always? */
bool snag__tasks_share_worker(const struct snag__task *a, const struct snag__task *b);
/* Has it needed nothing but a worker to go on, if not at once then when its time comes, since
 * `since` (points of the execution) at the latest? */
bool snag__task_lacks_worker(const struct snag__task *t, uint32_t since);

#endif
