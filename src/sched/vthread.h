/* vthread.h: a stand-in for an OS thread: what belongs to it, and the table of all.
 *
 * It is not the scheduler (sched.h). The rule: everything POSIX says belongs to a thread lives
 * here: errno, thread-locals, its return value, the locks it holds; a task that runs on it borrows
 * it.
 */
#ifndef SNAG_SCHED_VTHREAD_H
#define SNAG_SCHED_VTHREAD_H

#include <stddef.h>
#include <string.h>

#include "sched/fiber.h"
#include "sched/object.h"
#include "sched/spin.h"
#include "sched/tired.h"
#include "snag/run.h"
#include "snag/strategy.h"

enum { SNAG__THREAD_NAME = 16 }; /* bytes, with the NUL: as Linux has it */
enum { SNAG__VTHREADS_MAX = 1024, SNAG__SET_WORDS = SNAG__VTHREADS_MAX / 64 };

/* The place of an actor in its program, from which events take their anchors. */
struct snag__place {
    uint32_t ordinal;  /* numbered events so far within `op`; the next two begin anew with each */
    uint16_t sub;      /* SUB events since the last numbered one */
    uint16_t accesses; /* plain accesses since then, while they are watched (plain.h) */
    uint16_t op;       /* number of the operation in progress; 0: outside */
    /* A wait that it has declared (<snag/annotate.h>), and which is not over. */
    uint32_t wants; /* number of the object; 0: none */
    uint32_t wants_site;
    bool wants_shared; /* to read: it waits for the owner only */
};

struct snag__task; /* task/task.h */
struct snag__tls;  /* shim/tls.h */
struct snag__thread_exit;

enum snag__vthread_state { SNAG__VTHREAD_LIVE, SNAG__VTHREAD_ENDED };

/* What ends a wait: what it was for, or something else. */
enum snag__wait_ending { SNAG__WAIT_MET, SNAG__WAIT_TIME, SNAG__WAIT_CANCEL, SNAG__WAIT_SIGNAL };

/* In three parts, by what snag__vthread_spawn does with them. Nothing lies across two lines of the
 * processor's cache. */
struct snag__vthread {
    /* Set, each for itself. */
    _Alignas(64) struct snag__fiber *fiber; /* its own */
    struct snag__fiber *runs;    /* where to continue: its own, or that of the task it runs */
    uint16_t index;              /* these two and the next as they lie in an event: see below */
    uint16_t task_number;        /* of `carries`, or of `task`: its index + 1; 0: none */
    struct snag_pending pend;    /* the event it stands before */
    struct snag__place *place;   /* of whoever runs on it: &own_place or the task's */
    struct snag__object *usual;  /* the mutex that it used last (shim/mutex_usual.c), or its own */
    struct snag__object *atomic; /* the same of atomics (shim/atomic.c) */
    struct snag_actor actor;     /* spawn path */
    uint32_t object;             /* its own object (THREAD) */
    uint32_t spawn_site;
    void *(*start)(void *);
    void *argument;
    uint64_t deadline; /* virtual ns at which its wait ends; UINT64_MAX: never */
    uint64_t sig_mask; /* signals that it blocks (shim/signal) */
    void *result;      /* only when it has ended, or is about to */

    /* Zero in a new one, but for a few that are set. */
    struct snag__place own_place;
    struct snag__task *task; /* the task that runs on it, or NULL */
    uint8_t state;           /* enum snag__vthread_state */
    uint8_t ending;          /* what has ended its wait: enum snag__wait_ending */
    bool expired;            /* the time of the wait is over, whatever ended it after that */
    bool signalled;          /* a signal is pending that it does not block */
    bool queued; /* a writer that has had to wait; a reader that lets such a writer go first */
    bool detached, joined;
    bool woken;       /* a wakeup that it has not used yet (task/park.c) */
    bool awaits_room; /* while it is parked: in that channel, for a message of its own */
    bool worker;      /* runs async tasks */
    bool client;      /* runs a task of the program */
    uint8_t cancel;   /* bits of shim/cancel.h */
    uint16_t client_number;
    uint16_t children;
    uint16_t declared;      /* declared tasks (task/coroutine.h) that it has made */
    uint16_t bound_task;    /* its task_number when steps_max was reached, + 1; 0: it was made later
                             */
    uint32_t held_first;    /* id of its newest hold (hold.h); 0: none */
    uint32_t waits_for;     /* object number of the waitable it is linked into; 0: none */
    uint32_t waits_with;    /* condition wait: the mutex it will relock; 0: none */
    uint32_t interrupted;   /* condition that it waits on, while it handles a signal; 0: none, or it
                               was woken meanwhile */
    uint32_t released_site; /* where it was joined or detached; 0: it was not */
    uint32_t called_from;   /* call site of a function of libstdc++'s that calls another; 0: none */
    int saved_errno;
    uint64_t ticked;        /* changes, without those of time, when a wait of its ended so last */
    struct snag__task *job; /* that it runs for a task (task/pool.c), or NULL */
    struct snag__task *carries;        /* innermost declared task on it, or NULL */
    struct snag__tls *tls;             /* emulated thread-locals, newest first */
    struct snag__thread_exit *at_exit; /* their destructors, newest first (shim/cxx/runtime.c) */
    void *cleanup;                     /* its newest handler of pthread_cleanup_push */

    /* Left as the last one that was here had it, but for what says that it means nothing yet. */
    struct snag__spin spin;         /* if `changes` is not 0 */
    struct snag__tiredness tired;   /* if `left` is not 0 */
    char name[SNAG__THREAD_NAME];   /* that it was given; "": none */
    uintptr_t cleanup_stack;        /* with `cleanup`: the stack pointer of who pushed it */
    uint32_t cleanup_site;          /* and where that was */
    uint32_t waits_bits;            /* in a futex wait: a wakeup for one of these is for it */
    uint16_t wait_prev, wait_next;  /* with `waits_for` */
    uint64_t sig_waits;             /* in a wait for signals: which */
    int (*start_c11)(void *);       /* of thrd_create: what `start` calls */
    struct snag__place bound_place; /* with `bound_task`: its place then */
};

extern struct snag__vthread snag__vthreads[SNAG__VTHREADS_MAX];

/* A pending event lies in a vthread, after its numbers, as it will in the log. Logs, holds and the
 * recorder copy words of it, of the sizes in which they were written: no load waits for a store. */
_Static_assert(offsetof(struct snag__vthread, pend) ==
                       offsetof(struct snag__vthread, index) + offsetof(struct snag_event, kind) &&
                   offsetof(struct snag__vthread, task_number) ==
                       offsetof(struct snag__vthread, index) + offsetof(struct snag_event, task),
               "vthread, task, event");
#define SNAG__PENDS_AS(pending, logged)                                                            \
    _Static_assert(offsetof(struct snag_event, kind) + offsetof(struct snag_pending, pending) ==   \
                       offsetof(struct snag_event, logged),                                        \
                   "as it will be in the log")
_Static_assert(offsetof(struct snag__place, ordinal) == 0 &&
                   offsetof(struct snag__place, sub) == 4 &&
                   offsetof(struct snag__place, accesses) == 6,
               "begun anew as one word");
SNAG__PENDS_AS(timed_out, flags);
SNAG__PENDS_AS(op, op);
SNAG__PENDS_AS(ordinal, ordinal);
SNAG__PENDS_AS(sub, sub);
SNAG__PENDS_AS(offset, bytes);

/* `index` and `task_number`: 4 bytes. */
static inline void snag__copy_actor(void *to, const struct snag__vthread *v) {
    memcpy(to, (const char *)v + offsetof(struct snag__vthread, index), 4);
}
/* `kind`, `timed_out`, `op`: 4 bytes. */
static inline void snag__copy_head(void *to, const struct snag_pending *p) {
    memcpy(to, p, 4);
}
/* `ordinal`, `sub`, `offset`: 8 bytes. */
static inline void snag__copy_where(void *to, const struct snag_pending *p) {
    memcpy(to, (const char *)p + offsetof(struct snag_pending, ordinal), 8);
}

/* It runs the task of that number, or 0: none. What is usual of mutexes is so without tasks. */
static inline void snag__vthread_runs(struct snag__vthread *v, uint32_t task_number) {
    v->task_number = (uint16_t)task_number;
    v->usual = snag__object_get(v->object);
}

/* The `object` of a pending plain access. */
static inline uint32_t snag__pending_memory(uintptr_t address) {
    return SNAG_PENDING_MEMORY | (uint32_t)(address >> 3);
}

/* The vthread that runs on this OS thread; NULL: not under control, every wrapper passes through.
 */
extern _Thread_local struct snag__vthread *snag__self __attribute__((tls_model("local-exec")));

#endif
