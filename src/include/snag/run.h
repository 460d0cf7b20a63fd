/* run.h: what one execution is given and what it leaves behind: events, choices, history, verdict.
 *
 * Plain data, no behaviour. The rule: nothing here holds an address, a time or a process id; two
 * executions of the same program under the same choices leave the same bytes.
 *
 * Identities. A *vthread* stands in for an OS thread, a *task* for an async task. Both have an
 * index (dense, by creation, within one execution) and a spawn path, stable when unrelated ones
 * come or go: vthread "0" is the root, "0.2" its second child; task "t1" is the first task, "t1.2"
 * its second child. An *actor* is the task if one is running, else the vthread: it is what a repro
 * names.
 */
#ifndef SNAG_RUN_H
#define SNAG_RUN_H

#include "snag/finding.h"
#include "snag/spec.h"

/* ---- events ---------------------------------------------------------------------------------- */

enum snag_event_kind {
#define X(id, verb, class) SNAG_EV_##id,
#include "snag/events.def"
#undef X
    SNAG_EVENT_KINDS
};

enum snag_event_flags {
    SNAG_EVF_FAILED = 1,  /* the call did not get what it asked for (busy, timed out, CAS failed) */
    SNAG_EVF_TIMEOUT = 2, /* a timed wait ended by its deadline */
    SNAG_EVF_WAITED = 4,  /* it could not run when it was reached */
    SNAG_EVF_FAULT = 8    /* the environment did what it hardly ever does: see fault.h */
};

/* One event, 28 bytes. {actor, op, ordinal, sub} is its anchor: its name in repros.
 *
 * Sub-ordinals count from 1 after each numbered event, and after the beginning of an operation:
 * plain accesses on their own (every instrumented read and write of the actor, on its stack or not,
 * whether it is a scheduling point, is logged, or neither), and SUB events on their own. So they
 * are the same in every flavour and whatever --points says. Past 65,534 accesses between two
 * numbered events there are no further points. A plain access is logged if it was one that others
 * ran before, or is shown (snag__request). */
struct snag_event {
    uint16_t vthread;
    uint16_t task; /* index + 1; 0: none */
    uint8_t kind;  /* enum snag_event_kind */
    uint8_t flags;
    uint16_t
        op; /* preorder number of the operation within the actor's program, from 1; 0: outside */
    uint32_t ordinal; /* n-th SYNC or ATOMIC event of this actor within `op`, from 1 */
    uint16_t sub;     /* n-th ACCESS (or SUB) event after that one, from 1; 0: neither */
    uint16_t bytes;   /* size of an access, in bytes; 0 where that means nothing */
    uint32_t site;    /* call site: offset of the return address in the image; 0: none */
    uint32_t object;  /* number, by first use, from 1; 0: none */
    uint32_t value;   /* low half of what was read, written, returned or who was spawned */
};

const char *snag_event_verb(enum snag_event_kind kind);

/* ---- choices --------------------------------------------------------------------------------- */

/* Every nondeterministic decision is one of these. */
enum snag_choice_kind {
#define X(id, name, takes, help) SNAG_CHOOSE_##id,
#include "snag/choices.def"
#undef X
    SNAG_CHOICE_KINDS
};

/* What a choice is made among. */
enum snag_choice_takes { SNAG_TAKES_VTHREAD, SNAG_TAKES_TASK, SNAG_TAKES_NUMBER };
enum snag_choice_takes snag_choice_takes(enum snag_choice_kind kind);
/* "next"; as in repros. */
const char *snag_choice_name(enum snag_choice_kind kind);

/* One entry of the choice log: 24 bytes. `event` says where: the choice was made with that many
 * events in the log. `picked` and `def` are candidate ids (vthread or task indices, plain numbers).
 */
struct snag_choice_entry {
    uint8_t kind;
    uint8_t current_enabled; /* NEXT: picking another would be a preemption */
    uint16_t n;              /* candidates */
    uint16_t picked, def;
    uint32_t event;
    uint16_t vthread, task; /* who stood at the choice; task: index + 1, 0: none */
    /* The anchor of the pending event of who stood at the choice (NEXT), of the event in progress
     * (others). */
    uint16_t op;
    uint16_t sub;
    uint32_t ordinal;
};

/* ---- schedules ------------------------------------------------------------------------------- */

/* An actor's name that survives edits: the spawn path as numbers. Task paths have is_task set. */
enum { SNAG_PATH_MAX = 6 };
struct snag_actor {
    uint8_t is_task;
    uint8_t depth; /* used entries of `path` */
    uint8_t path[SNAG_PATH_MAX];
};

/* One choice that differs from the default policy. `at` and {op, ordinal, sub} anchor it: for NEXT
 * it is taken when `at` stands before that event of operation `op` (blocked there or not); for the
 * other kinds, inside it. */
struct snag_switch {
    uint8_t kind;     /* enum snag_choice_kind */
    uint8_t preempts; /* NEXT: `at` could have gone on. Informative, recomputed by a replay */
    uint16_t op;
    uint32_t ordinal;
    struct snag_actor at;
    struct snag_actor to; /* a vthread or task; of a kind that takes a number: nobody */
    uint16_t number;      /* of a kind that takes a number: the value */
    uint16_t sub;         /* of the event; 0: it is the numbered one itself */
};

/* A schedule: the sparse list of choices that differ from the default, in the order they were
 * taken. Empty: the default schedule. */
struct snag_schedule {
    uint32_t count, capacity;
    struct snag_switch *list; /* owned; see src/sched/schedule.h */
};

/* ---- history --------------------------------------------------------------------------------- */

/* One operation of a client task, in the order of invocation. Times are counts of history points.
 */
struct snag_history_op {
    uint16_t client;            /* task of the program, from 0 */
    uint16_t number;            /* preorder number in that task's program, from 1 */
    uint32_t invoked, returned; /* returned == 0: pending */
    uint32_t dropped;           /* pending: when it was aborted; 0: it was not */
    struct snag_call call;
};

struct snag_history {
    uint32_t count;
    struct snag_history_op *ops; /* owned by the execution that made it; valid until the next one */
};

/* ---- verdict --------------------------------------------------------------------------------- */

enum snag_end {
    SNAG_END_DONE,      /* the root ended (or exit was called) */
    SNAG_END_STUCK,     /* nobody can run */
    SNAG_END_STEPS,     /* steps_max was reached, and the fair continuation ran out as well */
    SNAG_END_LIVELOCK,  /* all who can run repeat themselves: nobody will ever change that */
    SNAG_END_UNSETTLED, /* steps_max was reached, the fair continuation ended: inconclusive */
    SNAG_END_LIMIT,     /* another bound (vthreads, objects, heap) was hit: inconclusive */
    SNAG_END_STOPPED    /* an assertion, an abort, a crash, a misuse: a finding says which */
};

/* The bounds of an execution; hitting one is reported, never silent. X(ID, "what, and what to do")
 */
#define SNAG_LIMITS(X)                                                                             \
    X(STEPS, "scheduling points; --steps-max")                                                     \
    X(VTHREADS, "threads; --vthreads-max")                                                         \
    X(STACKS, "stack for a thread that asked for more (16 MiB)")                                   \
    X(TASKS, "async tasks")                                                                        \
    X(OBJECTS, "synchronisation objects")                                                          \
    X(DESCRIPTORS, "descriptors that are open (512), or names of sockets (256)")                   \
    X(HEAP, "live heap; --heap-max")                                                               \
    X(THREAD_LOCALS, "thread-local variables of all threads")                                      \
    X(NOT_MODELLED, "what snag models: see 'not modelled'")                                        \
    X(LOCK_ORDER, "room for locks taken while others are held (512 ways, 8 others)")               \
    X(EVENTS, "events in the log")                                                                 \
    X(CHOICES, "choices in the log")

enum snag_limit {
    SNAG_NO_LIMIT,
#define SNAG_LIMIT_ENUM(id, text) SNAG_LIMIT_##id,
    SNAG_LIMITS(SNAG_LIMIT_ENUM)
#undef SNAG_LIMIT_ENUM
        SNAG_LIMIT_KINDS
};
const char *snag_limit_text(enum snag_limit limit);

enum { SNAG_FINDINGS_PER_RUN = 8 };

/* What one execution came to. */
struct snag_verdict {
    enum snag_end end;
    enum snag_limit limit;   /* the bound that was hit, or SNAG_NO_LIMIT */
    uint32_t findings_count; /* worst first: findings before hazards before hints */
    struct snag_finding findings[SNAG_FINDINGS_PER_RUN];
    uint32_t events, choices;  /* lengths of the logs */
    uint32_t points, switches; /* scheduling points, context switches taken */
    uint32_t preemptions;
    uint64_t digest;      /* of the event log, sites left out */
    uint64_t sync_digest; /* of the SYNC and ATOMIC events only: the same in every flavour; 0: left
                             out */
    uint32_t history_unknown; /* 1: the linearizability budget ran out */
};

#endif
