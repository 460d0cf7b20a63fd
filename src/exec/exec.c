/* exec.c: one execution: set-up, run, judgement, and everything as new again. See exec.h. */
#include "exec/exec.h"

#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "exec/body.h"
#include "exec/crash.h"
#include "exec/globals.h"
#include "exec/parts.h"
#include "exec/recorder.h"
#include "exec/rt.h"
#include "exec/target.h"
#include "finding/key.h"
#include "finding/outward.h"
#include "oracle/judge.h"
#include "oracle/lasting.h"
#include "oracle/left.h"
#include "oracle/lock_order.h"
#include "oracle/needless.h"
#include "oracle/raise.h"
#include "oracle/stacks.h"
#include "sched/log.h"
#include "sched/name.h"
#include "sched/plain.h"
#include "sched/sched.h"
#include "sched/schedule.h"
#include "shim/chance.h"
#include "shim/cxx/cxx.h"
#include "shim/environment.h"
#include "shim/exit.h"
#include "shim/fd/fd.h"
#include "shim/files.h"
#include "shim/heap.h"
#include "shim/key.h"
#include "shim/libc_state.h"
#include "shim/maps.h"
#include "shim/process.h"
#include "shim/sem.h"
#include "shim/signal/signal.h"
#include "shim/streams.h"
#include "shim/thread.h"
#include "shim/tls.h"
#include "task/task_internal.h"

enum {
    STEPS_DEFAULT = 20000,
    STACK_BYTES_DEFAULT = 256 << 10,
    QUEUE_DEFAULT = 100,
    BLOCK_MS_DEFAULT = 10,
    HELD_OPS_DEFAULT = 4
};
#define HEAP_BYTES_DEFAULT (UINT64_C(256) << 20)

static struct snag__bounds limits;
static struct snag__actor_info info;
static enum snag__points points_asked; /* by the last request */

enum snag_err snag__exec_init(const struct snag__bounds *bounds, struct snag_error *e) {
    limits = *bounds;
    limits.steps_max = limits.steps_max != 0 ? limits.steps_max : STEPS_DEFAULT;
    if (limits.vthreads_max == 0 || limits.vthreads_max > SNAG__VTHREADS_MAX)
        limits.vthreads_max = SNAG__VTHREADS_MAX;
    limits.stack_bytes = limits.stack_bytes != 0 ? limits.stack_bytes : STACK_BYTES_DEFAULT;
    limits.heap_bytes_max = limits.heap_bytes_max != 0 ? limits.heap_bytes_max : HEAP_BYTES_DEFAULT;
    limits.queue_max = limits.queue_max != 0 ? limits.queue_max : QUEUE_DEFAULT;
    limits.block_max_ms = limits.block_max_ms != 0 ? limits.block_max_ms : BLOCK_MS_DEFAULT;
    limits.held_max_ops = limits.held_max_ops != 0 ? limits.held_max_ops : HELD_OPS_DEFAULT;
    if (!snag__target_load()) {
        return snag_fail(
            e, SNAG_ERR_TARGET,
            "this executable has no target: put SNAG_TARGET(...) or SNAG_SCENARIO(...) "
            "into one of its sources");
    }
    enum snag_err err = snag__impl != NULL ? snag__spec_check(snag__impl, e) : SNAG_ERR_OK;
    if (err == SNAG_ERR_OK)
        err = snag__recorder_open(e);
    if (err == SNAG_ERR_OK) {
        snag__cxx_streams_make();
        err = snag__globals_save(e);
    }
    if (err == SNAG_ERR_OK) {
        err = snag__crash_init(e);
    }
    if (err == SNAG_ERR_OK) {
        err = snag__judge_init(e);
    }
    if (err != SNAG_ERR_OK) {
        return err;
    }
    if (!snag__fiber_pool_init(limits.stack_bytes)) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "no room for stacks of %u bytes; use fewer",
                         limits.stack_bytes);
    }
    snag__sched_init();
    snag__sched.passed = snag__lasting_passed;
    snag__parts_used = UINT32_MAX; /* whatever was left by those of other bounds */
    err = snag__plain_init(e);
    if (err != SNAG_ERR_OK) {
        return err;
    }
    snag__rt_init();
    return SNAG_ERR_OK;
}

/* Programs are large; only what is used is copied. */
static void copy_program(struct snag_program *to, const struct snag_program *from) {
    memcpy(to, from, offsetof(struct snag_program, ops));
    memcpy(to->ops, from->ops, from->first[from->tasks] * sizeof(from->ops[0]));
}

/* Is there an invariant to be asked at every point? */
static bool asks_always(void) {
    return snag__impl != NULL
               ? snag__impl->invariant != NULL && (snag__impl->invariant_when & SNAG_ALWAYS) != 0
               : snag__scenario->invariant != NULL &&
                     (snag__scenario->invariant_when & SNAG_ALWAYS) != 0;
}

/* At every point of an execution that is shown. */
static void look(void) {
    if (!snag__raise_muted()) {
        snag__stacks_look();
    }
    if (asks_always()) {
        snag__body_always();
    }
}

/* ---- what it uses ---- */

uint32_t snag__parts_used = UINT32_MAX;

static void begin_heap(void) {
    snag__heap_begin(limits.heap_bytes_max);
}

static void begin_lasting(void) {
    snag__lasting_begin(UINT64_C(1000000) * limits.block_max_ms, limits.held_max_ops);
}

/* The parts that were used since. */
static __attribute__((noinline)) void renew_parts(void) {
#define SNAG__PART(name, renew)                                                                    \
    if (snag__part_used(SNAG__PART_##name)) {                                                      \
        renew();                                                                                   \
    }
#include "exec/parts.def"
#undef SNAG__PART
    snag__parts_used = 0;
}

/* ---- from the beginning to the end ---- */

static void begin_with(const struct snag__request *r) {
    struct snag__recorder *rec = snag__recorder;
    rec->has_program = 0;
    if (r->program != NULL) {
        if (rec->program_id != r->program_id || r->program_id == 0) {
            copy_program(&rec->program, r->program);
            rec->program_id = r->program_id;
        }
        rec->has_program = 1;
    }
    points_asked = r->points;
    if (r->show) {
        snag__stacks_reset();
    }
    if (snag__parts_used != 0) {
        renew_parts();
    }
    snag__needless_begin();
    snag__libc_state_begin();
    if (snag__unlikely(snag__runs_program())) {
        snag__environment_begin();
        snag__streams_begin(r->show);
    }
    snag__body_begin(r->program);
    snag__sched_begin(r, &limits);
    if (snag__unlikely(r->show || asks_always())) {
        snag__sched_watch(r->show ? look : snag__body_always);
    }
    if (r->strategy != NULL) {
        r->strategy->begin(r->strategy_state, r->seed, r->hint, r->goal);
    }
    rec->runs++;
}

/* Raised at several sites of one function, it may still be one bug. */
static void add_finding(struct snag_verdict *v, const struct snag_finding *f) {
    for (uint32_t i = 0; i < v->findings_count; i++) {
        if (strcmp(v->findings[i].key, f->key) == 0) {
            return;
        }
    }
    v->findings[v->findings_count++] = *f;
}

/* Worst first: a stable sort by grade. */
static void collect(struct snag_verdict *v) {
    uint32_t n;
    struct snag_finding *raised = snag__raised(&n);
    for (int grade = SNAG_GRADE_FINDING; n > 0 && grade <= SNAG_GRADE_HINT; grade++) {
        for (uint32_t i = 0; i < n; i++) {
            if (raised[i].grade == (enum snag_grade)grade) {
                snag__finding_outward(&raised[i]);
                snag__finding_key(&raised[i]);
                if (snag__sched.request->show) {
                    snag__stacks_fill(&raised[i]);
                }
                add_finding(v, &raised[i]);
            }
        }
    }
}

/* Has it used what is to be put back beside stacks, thread-locals and globals? */
static inline bool leaves_more(void) {
    const uint32_t parts = UINT32_C(1) << SNAG__PART_RAISED | UINT32_C(1) << SNAG__PART_TASKS |
                           UINT32_C(1) << SNAG__PART_HEAP;
    return (snag__parts_used & parts) != 0 || snag__fds_used || snag__files_used ||
           snag__maps_used || snag__libc_state_used || snag__runs_program();
}

/* In order: as long as it stands as it ended. */
static __attribute__((noinline)) void finish_actors(struct snag_verdict *v) {
    if (snag__part_used(SNAG__PART_RAISED)) {
        collect(v);
    }
    if (snag__runs_program()) {
        snag__streams_end();
    }
    if (snag__part_used(SNAG__PART_TASKS)) {
        snag__tasks_finish();
    }
}

/* Nobody of it is left. */
static __attribute__((noinline)) void finish_memory(void) {
    if (snag__part_used(SNAG__PART_HEAP)) {
        snag__heap_end();
    }
    if (snag__fds_used) {
        snag__fds_end();
    }
}

/* Its globals, too, are as new. */
static __attribute__((noinline)) void finish_process(void) {
    if (snag__files_used) {
        snag__files_end();
    }
    if (snag__maps_used) { /* a stream may have its buffer there */
        snag__maps_end();
    }
    if (snag__runs_program()) {
        snag__environment_end();
    }
    if (snag__libc_state_used) {
        snag__libc_state_end();
    }
}

static void finish(struct snag_verdict *v) {
    const struct snag__recorder *rec = snag__recorder;
    v->events = rec->events_count;
    v->choices = rec->choices_count;
    v->limit = snag__sched.limit;
    v->points = snag__sched.points;
    v->switches = snag__sched.switches;
    v->preemptions = snag__sched.preemptions;
    v->findings_count = 0;
    bool more = leaves_more();
    if (more) {
        finish_actors(v);
    }
    snag__sched_finish();
    /* Now, while what that stores is on its way: a digest waits for itself, and stores nothing. */
    v->sync_digest = 0;
    snag__log_digest(rec->events, v->events, &v->digest,
                     snag__sched.request->no_sync_digest ? NULL : &v->sync_digest);
    if (more) {
        finish_memory();
    }
    snag__tls_reset();
    snag__globals_restore();
    if (more) {
        finish_process();
    }
}

void snag__exec_run(const struct snag__request *request, struct snag_verdict *v) {
    snag__assert(snag__self == NULL);
    begin_with(request);
    v->history_unknown = 0;
    snag__rt_begin();
    snag__recorder->running = 1;
    v->end = snag__sched_run(snag__body_root, NULL);
    snag__recorder->running = 0;
    if (v->end != SNAG_END_DONE) {
        snag__judge_end(request, v);
    }
    snag__rt_over();
    snag__judge(request, v);
    finish(v);
    snag__rt_end();
}

/* ---- logs of the last execution ---- */

enum snag__points snag__exec_points(void) {
    return points_asked;
}

const struct snag_event *snag__exec_events(uint32_t *count) {
    *count = snag__recorder->events_count;
    return snag__recorder->events;
}

struct snag__trace snag__exec_trace(void) {
    struct snag__trace t;
    t.events = snag__exec_events(&t.events_count);
    t.accesses = snag__plain_accesses(&t.accesses_count);
    return t;
}

const struct snag_choice_entry *snag__exec_choices(uint32_t *count) {
    *count = snag__recorder->choices_count;
    return snag__recorder->choices;
}

const struct snag_history *snag__exec_history(void) {
    return snag__body_history();
}

const struct snag__divergence *snag__exec_divergence(void) {
    return &snag__sched.divergence;
}

void snag__exec_again(struct snag__request *request) {
    request->faults = snag__sched.faults;
    request->no_timeouts = snag__sched.no_timeouts;
}

uint32_t snag__exec_vthreads(void) {
    return snag__recorder->vthreads_count;
}

const struct snag__actor_info *snag__exec_vthread(uint32_t index) {
    const struct snag__vthread *v = &snag__vthreads[index];
    info = (struct snag__actor_info){.actor = v->actor,
                                     .site = v->spawn_site,
                                     .name = v->name,
                                     .client = v->client,
                                     .client_number = v->client_number};
    return &info;
}

const char *snag__exec_name(uint32_t object) {
    uint16_t name = object != 0 ? snag__object_get(object)->name : 0;
    return name != 0 ? snag__name_text(name) : NULL;
}

uint32_t snag__exec_tasks(void) {
    return snag__recorder->tasks_count;
}

const struct snag__actor_info *snag__exec_task(uint32_t index) {
    const struct snag__task *t = snag__task_at(index);
    info = (struct snag__actor_info){.actor = t->actor,
                                     .site = t->spawn_site,
                                     .name = snag__exec_name(t->object),
                                     .client = t->client,
                                     .client_number = t->client_number};
    return &info;
}

bool snag__exec_schedule(struct snag_schedule *out) {
    return snag__recorder_schedule(snag__recorder, out);
}

bool snag__exec_switch(const struct snag_event *before, uint16_t to, struct snag_switch *out) {
    return snag__recorder_switch(snag__recorder, before, to, out);
}
