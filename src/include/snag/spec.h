/* spec.h: how a state manager is plugged in: its specification and its implementations.
 *
 * A *spec* names the operations, the domains of their arguments, and a sequential model. An
 * *implementation* (any number per spec) performs those operations on the real code. snag writes
 * the programs (several tasks, each a list of operations), owns the schedule, and asks the model
 * whether the results can be explained. This header is not about threads: an implementation uses
 * pthreads, C11 threads or <snag/task.h> as it always did.
 *
 * The rule that keeps it right: the spec is *pure*. `init`, `step` and `partition` read their
 * arguments and write the state they are handed, nothing else; the state is flat bytes, copied,
 * hashed and compared as bytes (so zero its padding: `init` gets it zeroed). The model *accepts* a
 * result, it never predicts one, so that spurious failure, lag and ENOMEM can be specified.
 */
#ifndef SNAG_SPEC_H
#define SNAG_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SNAG_ARGS_MAX = 4,         /* arguments of one operation */
    SNAG_OPS_MAX = 32,         /* operations of one spec */
    SNAG_CONFIG_MAX = 8,       /* configuration values of one spec */
    SNAG_BYTES_MAX = 16,       /* bytes in one SNAG_BYTES argument or result */
    SNAG_MODEL_BYTES_MAX = 512 /* size of a model's state */
};

/* ---- arguments ------------------------------------------------------------------------------- */

enum snag_arg_type {
    SNAG_NONE = 0, /* ends the list */
    SNAG_INT,      /* an integer in [min, max]; shrinks towards min (towards 0 if 0 is in range) */
    SNAG_KEY,      /* an identity out of a small set, [min, max]: equal or not is what matters */
    SNAG_BYTES,    /* min..max bytes of data (max <= SNAG_BYTES_MAX) */
    SNAG_HANDLE,   /* the result of an earlier operation of the same task, whose `returns` names the
                      same `tag`; the operation is generated only where such a handle is live */
    SNAG_PROGRAM   /* min..max operations that a callback runs *inside* this operation; nested
                      programs may use only operations with SNAG_OP_NESTS and do not nest further */
};

/* One argument's domain. `name` is shown in repros: `put(key=2, value=7)`. */
struct snag_arg_decl {
    const char *name;
    enum snag_arg_type type;
    int64_t min, max;
    const char *tag; /* SNAG_HANDLE: the handle's type, compared as a string */
    bool takes;      /* SNAG_HANDLE: the operation consumes the handle (close, release) */
};

/* One argument's value, in a program. */
struct snag_value {
    int64_t
        i; /* INT, KEY: the value. HANDLE: what the producer returned. PROGRAM: operation count */
    void *handle; /* HANDLE, in `run` only: the producer's result.handle. Elsewhere NULL */
    uint8_t bytes_count;
    uint8_t bytes[SNAG_BYTES_MAX]; /* BYTES */
};

/* ---- operations ------------------------------------------------------------------------------ */

enum snag_result_type {
    SNAG_RESULT_INT = 0, /* result.i */
    SNAG_RESULT_NONE,
    SNAG_RESULT_BYTES, /* result.bytes, result.bytes_count; result.i too (a status) */
    SNAG_RESULT_HANDLE /* result.handle for later operations of this task; result.i is its status:
                          0 means no handle was produced */
};

enum snag_op_flags {
    SNAG_OP_NESTS = 1,    /* may be run inside another operation's callback */
    SNAG_OP_HOLDS = 2,    /* may return holding a lock (a guard); any other that does is a misuse */
    SNAG_OP_MAY_WAIT = 4, /* `step` may answer SNAG_BLOCKED for it */
    SNAG_OP_ASYNC_ONLY = 8 /* generated only for implementations of mode SNAG_TASKS */
};

/* What an operation returned: plain data, filled in by the implementation's `run`. */
struct snag_result {
    int64_t i;
    void *handle; /* never shown to the model, which sees `i` only */
    uint8_t bytes_count;
    uint8_t bytes[SNAG_BYTES_MAX];
};

/* One call as the model sees it. A *pending* call was invoked and never returned (a hang, an
 * abort); its result is all zero and must not be read: see `step`. */
struct snag_call {
    uint16_t op; /* index into spec->ops */
    bool pending;
    uint16_t variant; /* pending only: which of its possible effects to apply, from 0 */
    bool dropped;  /* pending only: it was aborted at one of its awaits (struct snag_impl.cancel),
                      and is over. It may have had an effect or not; where it must not, for it is
                      safe to cancel, answer SNAG_REJECT */
    uint16_t task; /* which client task, from 0: for session guarantees; most models ignore it */
    struct snag_value args[SNAG_ARGS_MAX];
    struct snag_result result;
};

enum snag_step {
    SNAG_REJECT =
        0,       /* no: this call cannot return this in this state. For a pending call: there is no
                    effect number `variant` (0 may be rejected: it can have no effect here) */
    SNAG_ACCEPT, /* yes, and `state` has been advanced */
    SNAG_BLOCKED /* it may rightly wait in this state (a recv on an empty channel). Counts for a
                    pending call of an operation with SNAG_OP_MAY_WAIT, in an execution in which
                    nobody can go on: if every pending call answers it, that is no hang. For a
                    call that returned it is as good as SNAG_REJECT */
};

struct snag_op_decl {
    const char *name;
    struct snag_arg_decl args[SNAG_ARGS_MAX];
    enum snag_result_type result;
    const char *returns; /* SNAG_RESULT_HANDLE: the tag of the handle */
    unsigned flags;
    uint8_t weight; /* how often generated, against the others; 0 stands for 8 */
};

/* ---- the spec -------------------------------------------------------------------------------- */

/* Configuration (capacity, shards): an integer list, fuzzed per program, handed to create and step.
 */
struct snag_config_decl {
    const char *name;
    int64_t min, max;
};
struct snag_config {
    int64_t values[SNAG_CONFIG_MAX]; /* in the order of spec->config */
};

struct snag_spec {
    const char *name;                                /* "kv" */
    struct snag_op_decl ops[SNAG_OPS_MAX];           /* ended by a NULL name */
    struct snag_config_decl config[SNAG_CONFIG_MAX]; /* ended by a NULL name */
    size_t state_bytes; /* of the model, <= SNAG_MODEL_BYTES_MAX; 0: no model,
                           histories are then not checked */
    /* The initial state. May be NULL: all zero. Pure. */
    void (*init)(const struct snag_config *config, void *state);
    /* May `call` return what it returned, here? Pure; see enum snag_step. For a pending call,
     * advance by its effect number `variant`. An operation that runs a nested program is judged by
     * its own call only; each nested operation is a call of its own, inside it. */
    enum snag_step (*step)(const struct snag_config *config, void *state,
                           const struct snag_call *call);
    /* Optional: calls with different partitions commute and are checked apart (a map by its key).
     * A negative answer means "touches everything": the whole history is then one partition. */
    int64_t (*partition)(const struct snag_config *config, const struct snag_call *call);
};

/* ---- implementations ------------------------------------------------------------------------- */

enum snag_mode {
    SNAG_THREADS = 0, /* every task of a program is a pthread */
    SNAG_TASKS        /* every task of a program is an async task (<snag/task.h>) on W workers */
};

enum snag_when {
    SNAG_AT_QUIESCENCE = 1, /* every task has ended; `destroy` not yet called */
    SNAG_ALWAYS = 2 /* before any scheduling point, except while a task stands between two plain
                       accesses: reads only, must allow for locks being held */
};

struct snag_scope; /* the operation in progress, opaque; only for snag_run_nested */

/* One implementation. All slots run on a vthread of the code under test (a worker, for tasks),
 * under control, may block and may allocate, except `invariant` (see there). NULL slots are left
 * out; only `name`, `spec` and `run` may not be NULL. */
struct snag_impl {
    const char *name; /* "kv/mutex" */
    const struct snag_spec *spec;
    enum snag_mode mode;
    /* SNAG_TASKS: a task stays on the worker on which its parent was when it spawned it. False: any
     * worker takes any task. */
    bool pinned;
    /* SNAG_TASKS: now and then an operation is cancelled: it runs as a task of its own, which is
     * aborted (<snag/task.h>) after its caller has waited a few turns. Not those that take or
     * return handles, run nested programs, or may return holding a lock. */
    bool cancel;
    /* Makes the shared state, before any task starts. NULL return: out of memory, execution is
     * void. */
    void *(*create)(const struct snag_config *config);
    /* After every task ended and the invariant held. What is then still allocated is a leak. */
    void (*destroy)(void *shared);
    /* Runs one operation to completion, from any task. `local` is what `enter` returned. */
    void (*run)(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope);
    /* Per task, on the task itself: a connection, a guard. */
    void *(*enter)(void *shared);
    void (*leave)(void *shared, void *local);
    /* NULL if all is well, else what is wrong, as a static string. Runs on the harness's own stack,
     * interposition off, invisible to ThreadSanitizer: it must not lock, wait, allocate or write.
     */
    const char *(*invariant)(void *shared, enum snag_when when);
    unsigned invariant_when; /* a set of enum snag_when */
    uint32_t without; /* bit i: operation i of the spec is not implemented (never generated) */
};

/* Inside `run`, for an operation with a SNAG_PROGRAM argument: runs the argument's operations now,
 * on this task, each recorded as a call of its own. May be called more than once (visit of each
 * entry): the first call runs them, later ones do nothing and return false. */
bool snag_run_nested(struct snag_scope *scope);

/* An executable has one target. At file scope of an implementation: SNAG_TARGET(kv_mutex); */
#define SNAG_TARGET(impl) const struct snag_impl *const snag__target_impl = &(impl)
extern const struct snag_impl *const snag__target_impl __attribute__((weak));

#endif
