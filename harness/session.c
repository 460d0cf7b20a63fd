/* session.c: opens the target of this executable and runs single executions. See session.h. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "exec/recorder.h"
#include "exec/rt.h"
#include "exec/target.h"
#include "invoke.h"
#include "portfolio.h"
#include "sched/plain.h"
#include "sched/strategy/directed.h"
#include "sched/strategy/exhaustive.h"
#include "shim/streams.h"

enum { DEPTH_OF_BUGS = 3, PROGRAM_STACK_BYTES = 8 << 20 };

const char *snag__target_name = snag__target_own_name;

static struct snag_strategy_hint nothing_learned(void) {
    return (struct snag_strategy_hint){.points = 32, .vthreads = 4, .depth = DEPTH_OF_BUGS};
}

bool snag__session_use(struct snag__session *s, const char *name) {
    uint32_t i = 0;
    s->portfolio = strcmp(name, SNAG__PORTFOLIO_NAME) == 0;
    s->strategy = s->walk;
    while (!s->portfolio && i < s->strategies && strcmp(snag_strategy_at(i)->name, name) != 0)
        i++;
    if (!s->portfolio && i < s->strategies)
        s->strategy = i;
    s->learners = 0;
    for (uint32_t k = 0; k < s->strategies; k++)
        if (snag_strategy_at(k)->saw != NULL && (s->portfolio || k == s->strategy))
            s->learners |= UINT64_C(1) << k;
    return i < s->strategies;
}

void snag__session_strategies(FILE *out) {
    const char *format = "%-12s %s\n";
    fprintf(out, format, SNAG__PORTFOLIO_NAME, SNAG__PORTFOLIO_HELP);
    for (uint32_t i = 0; snag_strategy_at(i) != NULL; i++)
        fprintf(out, format, snag_strategy_at(i)->name, snag_strategy_at(i)->help);
}

/* Finds --strategy among all, and makes room for the state of each. 0 or an exit status. */
static int open_strategies(struct snag__session *s) {
    const char *wanted = s->options->strategy;
    for (; snag_strategy_at(s->strategies) != NULL; s->strategies++) {
        if (strcmp(snag_strategy_at(s->strategies)->name, "random") == 0)
            s->walk = s->strategies;
    }
    if (!snag__session_use(s, wanted)) {
        fprintf(stderr, "snag: no strategy '%s'; there are: " SNAG__PORTFOLIO_NAME, wanted);
        for (uint32_t i = 0; i < s->strategies; i++)
            fprintf(stderr, " %s", snag_strategy_at(i)->name);
        fprintf(stderr, "\n");
        return SNAG__EXIT_USAGE;
    }
    s->strategy_states = calloc(s->strategies, sizeof s->strategy_states[0]);
    s->directed_state = calloc(1, snag__strategy_directed.state_bytes);
    bool ok = s->strategy_states != NULL && s->directed_state != NULL;
    for (uint32_t i = 0; ok && i < s->strategies; i++) {
        s->strategy_states[i] = calloc(1, snag_strategy_at(i)->state_bytes);
        ok = s->strategy_states[i] != NULL;
    }
    if (!ok)
        fprintf(stderr, "snag: out of memory\n");
    return ok ? 0 : SNAG__EXIT_TROUBLE;
}

static enum snag__points points_of(const char *word) {
    static const char *const words[] = {[SNAG__POINTS_ATOMIC] = "atomic",
                                        [SNAG__POINTS_SYNC] = "sync",
                                        [SNAG__POINTS_SHARED] = "shared",
                                        [SNAG__POINTS_ALL] = "all"};
    unsigned i = 0;
    while (strcmp(words[i], word) != 0) { /* one of them: options.def */
        i++;
    }
    return (enum snag__points)i;
}

/* A program counts on stacks as large as the system's, unless the user says how large. */
static uint32_t stack_bytes(const struct snag__options *o) {
    bool given = (o->given >> SNAG__OPTION_stack_bytes & 1) != 0;
    return snag__is_program && !given ? PROGRAM_STACK_BYTES : (uint32_t)o->stack_bytes;
}

static bool no_timeouts(const struct snag__session *s) {
    return (s->faults & SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT)) == 0;
}

void snag__session_inject(struct snag__session *s, uint32_t faults) {
    s->faults = faults;
    s->search = (struct snag__request){.hint = &s->hint,
                                       .faults = faults,
                                       .no_timeouts = no_timeouts(s),
                                       .no_sync_digest = true,
                                       .points = s->points};
}

int snag__session_open(struct snag__session *s, const struct snag__options *o) {
    struct snag_error e = {0};
    struct snag__bounds bounds = {.steps_max = (uint32_t)o->steps_max,
                                  .vthreads_max = (uint32_t)o->vthreads_max,
                                  .stack_bytes = stack_bytes(o),
                                  .heap_bytes_max = o->heap_max,
                                  .queue_max = (uint32_t)o->queue_max,
                                  .block_max_ms = (uint32_t)o->block_max,
                                  .held_max_ops = (uint32_t)o->held_max_ops};
    memset(s, 0, sizeof *s);
    s->options = o;
    s->points = points_of(o->points);
    snag__session_inject(s, snag_faults_parse(o->faults));
    int status = open_strategies(s);
    if (status != 0)
        return status;
    if (snag__exec_init(&bounds, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: %s\n", e.line);
        return SNAG__EXIT_TROUBLE;
    }
    s->impl = snag__impl;
    s->hint = nothing_learned();
    snprintf(snag__recorder->target, sizeof snag__recorder->target, "%s", snag__target_name);
    snprintf(snag__recorder->flavour, sizeof snag__recorder->flavour, "%s", snag__target_flavour);
    return snag__invoke_as(NULL);
}

void snag__session_close(struct snag__session *s) {
    for (uint32_t i = 0; s->strategy_states != NULL && i < s->strategies; i++)
        free(s->strategy_states[i]);
    free(s->strategy_states);
    free(s->directed_state);
    s->strategy_states = NULL;
    s->directed_state = NULL;
}

void snag__session_fix_workers(const struct snag__session *s, struct snag_program *program) {
    if (s->options->workers != 0 && program->workers != 0)
        program->workers = (uint16_t)s->options->workers;
}

void snag__session_replay(struct snag__session *s, const struct snag_program *program, uint64_t id,
                          const struct snag_schedule *schedule, struct snag_verdict *v) {
    struct snag__request r = {
        .program = program, .program_id = id, .schedule = schedule, .no_timeouts = no_timeouts(s)};
    snag__exec_run(&r, v);
}

/* ---- what strategies learn ---- */

void snag__session_renew(struct snag__session *s) {
    for (uint32_t i = 0; i < s->strategies; i++) {
        const struct snag_strategy *t = snag_strategy_at(i);
        if (t->renew != NULL)
            t->renew(s->strategy_states[i]);
    }
}

/* The execution that has just ended, to those of the set `which` that learn. */
static void show_to(const struct snag__session *s, uint64_t which) {
    if (which == 0)
        return;
    struct snag_log log = {.vthreads = snag__exec_vthreads()};
    log.events = snag__exec_events(&log.events_count);
    log.choices = snag__exec_choices(&log.choices_count);
    for (; which != 0; which &= which - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(which);
        snag_strategy_at(i)->saw(s->strategy_states[i], &log);
    }
}

void snag__session_first(struct snag__session *s, const struct snag_program *program, uint64_t id,
                         const struct snag_schedule *schedule, uint64_t asked,
                         struct snag_verdict *v) {
    struct snag__request r = {
        .program = program, .program_id = id, .schedule = schedule, .count = true};
    snag__exec_run(&r, v);
    s->hint = nothing_learned();
    s->hint.points = v->points + 1 + snag__plain_expected();
    s->hint.vthreads = snag__exec_vthreads();
    show_to(s, s->learners & asked);
}

void snag__session_study(struct snag__session *s, const struct snag_program *program,
                         const struct snag_schedule *schedule) {
    (void)s;
    struct snag__request r = {.program = program, .schedule = schedule, .learn = true};
    struct snag_verdict v;
    snag__plain_forget();
    snag__exec_run(&r, &v);
}

static struct snag__request searches(const struct snag__session *s,
                                     const struct snag_program *program, uint64_t id,
                                     uint64_t seed) {
    struct snag__request r = s->search;
    r.program = program;
    r.program_id = id;
    r.seed = seed;
    r.strategy = NULL;
    r.strategy_state = NULL;
    r.learn = false;
    return r;
}

/* In place, where most are run: as snag__sched_run. */
__attribute__((always_inline)) void snag__session_search(struct snag__session *s, uint32_t strategy,
                                                         const struct snag_program *program,
                                                         uint64_t id, uint64_t seed, bool learn,
                                                         struct snag_verdict *v) {
    struct snag__request *r = &s->search;
    r->program = program;
    r->program_id = id;
    r->seed = seed;
    r->strategy = snag_strategy_at(strategy);
    r->strategy_state = s->strategy_states[strategy];
    r->learn = learn && s->points == SNAG__POINTS_SHARED;
    snag__exec_run(r, v);
    show_to(s, s->learners & UINT64_C(1) << strategy);
}

void snag__session_follow(struct snag__session *s, const struct snag_program *program, uint64_t id,
                          const struct snag_schedule *schedule, bool learn,
                          struct snag_verdict *v) {
    struct snag__request r = searches(s, program, id, 0);
    r.schedule = schedule;
    r.count = true;
    r.learn = learn && s->points == SNAG__POINTS_SHARED;
    snag__exec_run(&r, v);
}

void snag__session_pursue(struct snag__session *s, const struct snag_goal *goal,
                          const struct snag_program *program, uint64_t id, uint64_t seed,
                          struct snag_verdict *v) {
    struct snag__request r = searches(s, program, id, seed);
    r.strategy = &snag__strategy_directed;
    r.strategy_state = s->directed_state;
    r.goal = goal;
    snag__exec_run(&r, v);
}

void snag__session_exhaust(struct snag__session *s, struct snag__exhaustive *strategy,
                           const struct snag_program *program, uint64_t id,
                           struct snag_verdict *v) {
    struct snag__request r = searches(s, program, id, 0);
    r.strategy = &snag__strategy_exhaustive;
    r.strategy_state = strategy;
    r.every = true;
    r.touch = snag__exhaustive_touch;
    r.learn = s->points == SNAG__POINTS_SHARED;
    snag__exec_run(&r, v);
}

uint32_t snag__session_find(const struct snag_verdict *v, const char *key) {
    for (uint32_t i = 0; i < v->findings_count; i++)
        if (strcmp(v->findings[i].key, key) == 0)
            return i;
    return UINT32_MAX;
}

uint32_t snag__session_seek(const struct snag__request *r, enum snag_finding_kind kind,
                            const char *key, struct snag_verdict *v) {
    uint32_t runs = kind == SNAG_RACE ? SNAG__RACE_RUNS : 1;
    uint32_t i = UINT32_MAX;
    for (uint32_t n = 0; n < runs && i == UINT32_MAX; n++) {
        snag__rt_vary(n);
        snag__exec_run(r, v);
        i = snag__session_find(v, key);
    }
    snag__rt_vary(0);
    return i;
}

uint32_t snag__session_show(struct snag__session *s, const struct snag_program *program,
                            uint64_t id, const struct snag_schedule *schedule,
                            enum snag_finding_kind kind, const char *key, struct snag_verdict *v) {
    (void)s;
    struct snag__request r = {.program = program, .program_id = id, .schedule = schedule};
    return snag__session_seek(&r, kind, key, v);
}

const struct snag__report_input *snag__session_report(struct snag__session *s,
                                                      const struct snag_program *program,
                                                      const struct snag_verdict *v) {
    static struct snag__actor_info actors[2 * SNAG__ACTORS_MAX];
    static const struct snag__actor_info *pointers[2 * SNAG__ACTORS_MAX];
    static struct snag__report_input in;
    uint32_t vthreads = snag__exec_vthreads(), tasks = snag__exec_tasks();
    for (uint32_t i = 0; i < vthreads + tasks; i++) {
        actors[i] = i < vthreads ? *snag__exec_vthread(i) : *snag__exec_task(i - vthreads);
        pointers[i] = &actors[i];
    }
    in = (struct snag__report_input){.target = snag__target_name,
                                     .flavour = snag__target_flavour,
                                     .impl = s->impl,
                                     .program = program,
                                     .verdict = v,
                                     .history = snag__exec_history(),
                                     .vthreads = pointers,
                                     .vthreads_count = vthreads,
                                     .tasks = pointers + vthreads,
                                     .tasks_count = tasks,
                                     .name = snag__exec_name};
    in.events = snag__exec_events(&in.events_count);
    in.choices = snag__exec_choices(&in.choices_count);
    in.output = snag__streams_text(&in.output_bytes, &in.output_cut);
    return &in;
}
