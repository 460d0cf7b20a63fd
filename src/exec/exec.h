/* exec.h: runs one program (or scenario body) once, under one way of choosing, and judges it.
 *
 * It is not a campaign (harness/) and keeps nothing between executions but pools. The rule:
 * whatever the verdict, when snag__exec_run returns, heap, globals, locks, errno and thread-locals
 * of the code under test are as new, and the same request gives the same logs, byte for byte.
 *
 * One controlled OS thread per process: the functions below are not thread-safe, and not
 * re-entrant.
 */
#ifndef SNAG_EXEC_EXEC_H
#define SNAG_EXEC_EXEC_H

#include "exec/trace.h"
#include "program/program.h"
#include "snag/run.h"
#include "snag/strategy.h"

/* Bounds of an execution; 0 stands for the default in options.def. */
struct snag__bounds {
    uint32_t steps_max;      /* scheduling points before the fair continuation, which has more */
    uint32_t vthreads_max;   /* <= SNAG__VTHREADS_MAX */
    uint32_t stack_bytes;    /* of one fiber, rounded up to pages */
    uint64_t heap_bytes_max; /* live at any one time */
    uint32_t queue_max; /* messages in one queue without a bound, beside one for each operation */
    uint32_t block_max_ms; /* virtual; a wait in which a worker or a lock is kept longer is told */
    uint32_t held_max_ops; /* of others, during a wait that keeps a lock; more are told */
};

/* Which events a strategy is asked at. Where a schedule, or a log to repeat, has a choice is one in
 * any case, so that nothing has to be learned for a replay. */
enum snag__points {
    SNAG__POINTS_ATOMIC, /* synchronisation and atomics */
    SNAG__POINTS_SYNC,   /* synchronisation only */
    SNAG__POINTS_SHARED, /* and plain accesses at call sites that were seen in a race */
    SNAG__POINTS_ALL     /* and every plain access but those of one's own stack */
};

/* What to run. `schedule` first: while it has entries that fit, they are followed; everything else
 * is answered by `strategy`, or by the default policy where that is NULL. */
struct snag__request {
    const struct snag_program *program; /* NULL: the scenario body */
    uint64_t program_id; /* snag__program_hash of it: histories already explained are not searched
                            again; 0: search each */
    const struct snag_schedule *schedule; /* NULL: none */
    const struct snag_strategy *strategy;
    void *strategy_state;
    uint64_t seed;
    const struct snag_strategy_hint *hint; /* needed with a strategy */
    const struct snag_goal *goal;
    /* Instead of schedule and strategy: repeat exactly these choices (the run-twice gate). */
    const struct snag_choice_entry *repeat;
    uint32_t repeat_count;
    uint32_t faults;  /* SNAG_FAULT_SETs: what is injected beside `strategy`. Entries of `schedule`
                         are followed whatever stands here */
    bool no_timeouts; /* a timed wait expires only when nobody else can run */
    bool no_sync_digest; /* leave it out: a search does, whose findings are replayed */
    enum snag__points points;
    bool every; /* the strategy is asked where one alone can go on as well, and whether
                   a fault happens */
    /* With `every`: told of plain accesses that are points, as they happen (plain.h), and of memory
     * that is given back. */
    void (*touch)(uintptr_t at, uint32_t bytes, bool writes);
    bool learn; /* of this execution, which call sites race: added to those known (plain.h) */
    bool count; /* how many plain accesses are at call sites that are known */
    bool show;  /* log the plain accesses at the call sites that are known, and tell by which calls
                   locks were taken */
};

/* A vthread or task that lived in the last execution. */
struct snag__actor_info {
    struct snag_actor actor; /* its spawn path */
    uint32_t site;           /* where it was spawned */
    const char *name;        /* of a thread: that it was given; "" or NULL: none */
    bool client;             /* it runs a task of the program, number `client_number` (from 0) */
    uint16_t client_number;
};

/* How faithfully a request's schedule was followed. */
struct snag__divergence {
    bool diverged;   /* an entry did not fit where it said, or `repeat` met another choice */
    uint32_t entry;  /* index of the first that did not */
    uint32_t event;  /* length of the event log at that moment */
    uint32_t unused; /* entries never reached */
    char why[200];   /* one line */
};

/* Once per process, before anything else. Reads the target linked into this executable
 * (snag__target_impl / snag__target_scenario); saves the globals. */
enum snag_err snag__exec_init(const struct snag__bounds *bounds, struct snag_error *e);

/* Runs and judges. `v` is filled in completely. */
void snag__exec_run(const struct snag__request *request, struct snag_verdict *v);

/* What the last request said of it. */
enum snag__points snag__exec_points(void);

/* Logs of the last execution; valid until the next. */
const struct snag_event *snag__exec_events(uint32_t *count);
const struct snag_choice_entry *snag__exec_choices(uint32_t *count);
/* The events, and the plain accesses beside them. */
struct snag__trace snag__exec_trace(void);
const struct snag_history *snag__exec_history(void);
const struct snag__divergence *snag__exec_divergence(void);
/* Fills in what a request that repeats those choices must have as the last one had it. */
void snag__exec_again(struct snag__request *request);
uint32_t snag__exec_vthreads(void);
const struct snag__actor_info *snag__exec_vthread(uint32_t index);
/* What the code under test calls that object; NULL: nothing. */
const char *snag__exec_name(uint32_t object);
uint32_t snag__exec_tasks(void);
const struct snag__actor_info *snag__exec_task(uint32_t index);

/* The sparse schedule of the last execution, from its choice log. `out` is replaced; false: no
 * memory. */
bool snag__exec_schedule(struct snag_schedule *out);
/* A switch right before an event of the last execution, a plain access or not, to the vthread of
 * that index. False: there is none. */
bool snag__exec_switch(const struct snag_event *before, uint16_t to, struct snag_switch *out);

#endif
