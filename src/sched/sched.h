/* sched.h: the one scheduling loop: who runs next, and the log of how that was decided.
 *
 * It does not know what a mutex is (src/shim) nor whether anything is wrong (src/oracle). A vthread
 * that comes to a scheduling point publishes its *pending event* and asks; it returns when it is
 * its turn and the event can happen. Everything runs on one OS thread, so there are no locks here.
 *
 * The rule: every decision is made by snag__choose, and the set of candidates is exact: a vthread
 * is enabled if and only if its pending event can happen now.
 *
 * Time is virtual: it moves when nobody can run, when a strategy lets a timed wait expire, and a
 * little at each reading of a clock. Deadlines expire in order.
 */
#ifndef SNAG_SCHED_SCHED_H
#define SNAG_SCHED_SCHED_H

#include "exec/exec.h"
#include "exec/recorder.h"
#include "sched/object.h"
#include "sched/vthread.h"

/* In three parts, by what snag__sched_begin does with them. */
struct snag__sched {
    /* Set, each for itself. */
    uint64_t set[SNAG__SET_WORDS]; /* the enabled vthreads; during a choice, and who may time out */
    uint32_t words;                /* of `set` in use */
    uint32_t timed_waiters;        /* vthreads with a deadline; and one more if `every` */
    bool every;                    /* the strategy is asked everywhere: see struct snag__request */
    bool atomics_pass;             /* atomics are no points, as long as there are steps */
    bool no_timeouts;              /* a timed wait expires only when nobody else can run */
    uint32_t steps_max, points_limit;
    uint32_t vthreads_max;
    uint32_t queue_max;     /* messages that may wait in a queue without a bound */
    uint32_t faults;        /* SNAG_FAULT_SETs that are asked about */
    uint32_t special;       /* 1: `watch`, `fair`, or a log to repeat: see snag__pick_settle */
    uint32_t usual_until;   /* see snag__pick_settle */
    uint32_t schedule_left; /* entries of request->schedule not yet taken */
    const struct snag__request *request;
    /* Who answers what is asked, as snag__choose_begin found it. */
    uint32_t (*answers)(void *state, const struct snag_choice *choice);
    void *answers_state;
    struct snag__random *walk; /* that state, if it is the random walk among 64 at most */

    /* Zero when an execution begins. */
    uint32_t candidates; /* bits in `set` */
    uint32_t vthreads;   /* made in this execution */
    uint32_t live;       /* of the code's, those that have not ended */
    uint32_t daemons;    /* vthreads of none of the code's (shim/signal/timer.c) */
    uint32_t points, switches, preemptions;
    uint32_t between;       /* vthreads that others run instead of, before a plain access */
    uint64_t now;           /* virtual ns */
    uint64_t changes;       /* raised by whatever changes state that another may see */
    uint64_t advances;      /* of them, time going on */
    void (*watch)(void);    /* called at each point but plain accesses; NULL: nothing to watch */
    enum snag_end end;      /* SNAG_END_DONE, until it is told */
    enum snag_limit limit;  /* SNAG_NO_LIMIT likewise */
    uint32_t schedule_next; /* the first of `schedule_left` */
    bool interrupted;       /* a signal has ended a condition wait */
    bool signals;           /* one was sent that was not blocked */
    bool fair; /* steps_max was reached: round robin, everything else by default, unlogged */
    struct snag__divergence divergence; /* but for `why` */

    /* Left as it was, until it means something. */
    uint32_t bound_event; /* length of the event log when `fair` began */
    uint32_t bound_point; /* `points` then */
    /* Called when `now` has moved, from `from`, because nobody could run, before waits expire. */
    void (*passed)(uint64_t from);
    struct snag__fiber driver;
    int *errno_place;
    uintptr_t image;
};
_Static_assert(SNAG_END_DONE == 0 && SNAG_NO_LIMIT == 0, "zero when an execution begins");
extern struct snag__sched snag__sched;

/* ---- for the driver (src/exec) ---- */

void snag__sched_init(void);
/* Starts an execution: no vthreads, empty logs. */
void snag__sched_begin(const struct snag__request *request, const struct snag__bounds *bounds);
/* Then: is called at each point, see `watch`. */
void snag__sched_watch(void (*watch)(void));
/* Runs `root` as vthread "0" until it ends, nobody can run, or snag__sched_stop. */
enum snag_end snag__sched_run(void *(*root)(void *), void *argument);
/* Gives all fibers back, those of tasks included, finished or abandoned. */
void snag__sched_finish(void);

/* How far an execution had come. */
struct snag__sched_mark {
    const struct snag__request *request;
    uint32_t events, choices, points, switches, preemptions, vthreads, tasks;
    enum snag_limit limit;
};
struct snag__sched_mark snag__sched_here(void);
/* Of an execution that ended as SNAG_END_STUCK, _STEPS or _LIVELOCK, before snag__rt_over: lets its
 * vthreads go on, fairly, for at most `points` more points; nothing is asked of schedule and
 * strategy. Returns how that ended. To see what would have happened: the caller goes back to its
 * mark afterwards. */
enum snag_end snag__sched_resume(uint32_t points);
/* Logs and counts are as at the mark; the vthreads stand where they came to. */
void snag__sched_back_to(const struct snag__sched_mark *mark);

/* ---- for whoever runs on a vthread (src/shim, src/task) ---- */

/* Ends the execution now: it came to its end, under the strategy or by the fair continuation. */
_Noreturn void snag__sched_done(void);
/* Ends the execution now; for findings that cannot go on. Does not return. */
_Noreturn void snag__sched_stop(enum snag_end end);

/* The same, but should the driver have the execution go on, it returns when it is this vthread's
 * turn. */
void snag__sched_pause(enum snag_end end);

/* The same, because a bound was reached. */
_Noreturn void snag__sched_limit(enum snag_limit limit);

/* Can its pending event happen? */
static inline bool snag__enabled(const struct snag__vthread *v) {
    return (snag__sched.set[v->index / 64] >> (v->index % 64) & 1) != 0;
}

/* Does it only look again and again, and nothing has changed? */
static inline bool snag__spins(const struct snag__vthread *v) {
    enum { TURNS = 2 };
    return v->spin.turns >= TURNS && v->spin.changes == snag__sched.changes;
}

/* After SNAG_END_STEPS or SNAG_END_LIVELOCK: who has not gone on since so many points will not. In
 * a fair continuation everybody has had turns enough; where all who run repeat themselves, none
 * comes.
 */
uint32_t snag__left_alone_since(void);

/* Has it stood before the same event since steps_max was reached? True too of those who loop
 * (spin.h), and whoever waits beside them. */
bool snag__stands_since_bound(const struct snag__vthread *v);

/* A new vthread, enabled before its first event; by `parent`, who runs, or NULL: the root. NULL:
 * too many. */
struct snag__vthread *snag__vthread_spawn(struct snag__vthread *parent, void *(*start)(void *),
                                          void *argument, uint32_t site);
/* The calling vthread has ended: it returned from its start function, or left it by pthread_exit.
 * When the root returns the execution is over; otherwise the others go on. Does not return. */
_Noreturn void snag__vthread_end(void *result, bool returned);

/* Stands before an event that can always happen.
 *
 * This and what the locks do around it is compiled in place in the functions that the code under
 * test calls. Every function between those and the switch is one more return that the processor
 * predicts wrongly, for it expects them in the order of the stack that was left. */
void snag__point(enum snag_event_kind kind, const struct snag__object *o, uint32_t site);
/* The same, by a vthread that no signal is pending for. */
void snag__point_unsignalled(enum snag_event_kind kind, const struct snag__object *o,
                             uint32_t site);
/* The same, before an atomic operation. */
void snag__point_atomic(enum snag_event_kind kind, const struct snag__object *o, uint32_t site);
/* The same, before a plain access to `at`, which has been counted. True: others ran. */
bool snag__point_access(enum snag_event_kind kind, const volatile void *at, uint32_t site);
/* Stands before a SPIN event, between two plain accesses: see tired.h. */
void snag__point_tired(uint32_t site);
/* Stands before an event that can happen now if `enabled`; other vthreads may change that by
 * snag__waiters_set while it waits. `deadline`: UINT64_MAX or virtual ns. False: it timed out. */
bool snag__point_wait(enum snag_event_kind kind, struct snag__object *o, uint32_t site,
                      bool enabled, uint64_t deadline);
/* The same of an event that cannot happen now, without a deadline; nobody else waits for `o`. By
 * `self`, who runs, and has not been signalled. */
bool snag__point_wait_alone(struct snag__vthread *self, enum snag_event_kind kind,
                            struct snag__object *o, uint32_t site);
/* Like snag__point_wait for the second half of a condition wait: linked to `o` and not enabled;
 * once moved by snag__waiter_move it waits for `relock`. False: it timed out. */
bool snag__point_cond(struct snag__object *o, struct snag__object *relock, uint32_t site,
                      uint64_t deadline);

/* All vthreads that wait on `o` can, or can not, go on. */
void snag__waiters_set(struct snag__object *o, bool enabled);
/* None of them waits longer than until `deadline`. */
void snag__waiters_deadline(struct snag__object *o, uint64_t deadline);
/* Takes `v` off a condition variable and makes it wait for the mutex it came with. */
void snag__waiter_move(struct snag__vthread *v);
/* Ends the wait of `v`, as a wakeup does: it can go on. */
void snag__waiter_free(struct snag__vthread *v);
/* It waits on `o` instead. */
void snag__waiter_requeue(struct snag__vthread *v, struct snag__object *o);
/* Which of the `n` > 1 waiters in `set` a wakeup is for; `first`: the longest waiting of them. */
uint32_t snag__waiter_choose(const uint64_t *set, uint32_t n, uint32_t first);
/* The set of vthreads waiting on `o`; returns their number. `set` has SNAG__SET_WORDS words. */
uint32_t snag__waiters(const struct snag__object *o, uint64_t *set);

/* What stands in `pending` of a choice. */
const struct snag_pending *snag__pending_of(uint32_t vthread);
/* From now on what is asked is answered as `request` says. */
void snag__choose_begin(const struct snag__request *request);
/* Every decision. Returns a candidate. */
uint32_t snag__choose(const struct snag_choice *choice);
/* Of NEXT among all candidates, before an event that is no plain access, where only a schedule and
 * the strategy have a say (pick.h): in place; by whichever strategy, or by the random walk, which
 * is asked most. Preemptions are counted by the caller. */
uint32_t snag__choose_next(const struct snag__vthread *self, const struct snag_choice *choice);
/* The same before an event that can happen, and does by default; preemptions are counted. */
uint32_t snag__choose_ready(const struct snag__vthread *self);
uint32_t snag__choose_walk(const struct snag__vthread *self, bool current_enabled, uint32_t def);
/* There is but one candidate: nothing is decided, and nothing logged, but who asked to be is told.
 */
void snag__choose_only(const struct snag_choice *choice);

/* Writes an event that happens now, by the running vthread. Never NULL: past the capacity, the last
 * record is reused and the execution ends at its next point, as SNAG_END_LIMIT. */
struct snag_event *snag__log(enum snag_event_kind kind, const struct snag__object *o,
                             uint32_t site);

/* Moves virtual time forward to `now`; waits that are due expire. */
void snag__time_advance(uint64_t now);

/* The actor that runs begins operation `number`; returns the place it left, for snag__op_leave. */
struct snag__place snag__op_enter(uint16_t number);
void snag__op_leave(struct snag__place left);

/* The call site of the wrapper it is used in. */
#define SNAG__SITE() ((uint32_t)((uintptr_t)__builtin_return_address(0) - snag__sched.image))

/* The next call that asks for it is made by a library, on behalf of who called that at `site`. */
static inline void snag__call_from(uint32_t site) {
    if (snag__self != NULL) {
        snag__self->called_from = site;
    }
}
/* Where a call was made, which came from `site`. */
static inline uint32_t snag__call_site(uint32_t site) {
    uint32_t from = snag__self->called_from;
    if (snag__likely(from == 0)) {
        return site;
    }
    snag__self->called_from = 0;
    return from;
}

#endif
