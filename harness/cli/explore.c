/* explore.c: `explore`: schedules of generated programs, without libFuzzer.
 *
 * A pure function of its options. What an execution is depends on its number, and on what those
 * before it showed: on that the portfolio decides, and where a race was seen there are more points.
 * All of this lies with what the campaign covered (coverage.h), so that a process that goes on for
 * another goes on as that would have; but not what a strategy has learned of its own: it begins
 * anew. A job among several (base/job.h) runs the batches that are its own, each as it is in the
 * whole sequence, and learns from those alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/prng.h"
#include "campaign.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "exhaustive/exhaustive.h"
#include "explore.h"
#include "invoke.h"
#include "isolate.h"
#include "progress.h"
#include "sched/plain.h"

enum { FIRST_QUIET_MS = 1000 };

/* Programs come in batches. The first execution of a batch takes the default schedule, and tells
 * the strategies how long the program is. A scenario is one program for ever, and takes it again
 * only if more places have become points since. */
struct batch {
    struct snag_program *program; /* NULL: the scenario */
    uint64_t id;
    uint64_t number, first; /* and its first execution, so that none divides to find its place */
    uint32_t sites;         /* known to race when the last default schedule ended */
};

static void enter_batch(struct snag__campaign *c, struct batch *b) {
    uint64_t number = c->executions / c->session->options->batch;
    b->number = number;
    b->first = number * c->session->options->batch;
    if (b->program != NULL) {
        uint64_t seed = snag__mix64(c->session->options->seed) + number;
        snag__program_generate(b->program, c->session->impl, seed);
        snag__session_fix_workers(c->session, b->program);
        b->id = snag__program_hash(b->program);
        snag__campaign_program(c, b->program, b->id);
        snag__session_renew(c->session);
    }
}

/* ---- which of them learn ---- */

/* Some executions learn which call sites race: dense at first, then now and then. Of a batch it is
 * the second, for what its first orders by chance, a random one may not. A scenario is the same
 * program again and again: if few of its schedules race, then they are looked for among many, until
 * for long nothing was learned; of many vthreads fewer learn, for each event costs as much as there
 * are vthreads. What they learned is kept with what the campaign covered. */
enum {
    LEARNING_DENSE = 64,
    LEARNING_STRIDE = 64,
    SCENARIO_DENSE = 64, /* executions after something was learned: each of them learns */
    SCENARIO_STEP = 512, /* so many after it, every second does; twice as many, every fourth … */
    SCENARIO_STRIDE_MAX = 256, /* a power of two */
    SCENARIO_VTHREADS = 64,    /* so many more of them: half as many learn, then a third … */
    SCENARIO_WALKS = 8         /* one in so many of them is a walk */
};

static uint64_t scenario_stride(uint64_t quiet) {
    unsigned doubled = 63 - (unsigned)__builtin_clzll((quiet / SCENARIO_STEP) | 1);
    uint64_t stride = UINT64_C(2) << doubled;
    return stride < SCENARIO_STRIDE_MAX ? stride : SCENARIO_STRIDE_MAX;
}

/* By lot, so as not to be in step with turns. */
static bool scenario_learns(const struct snag__share *share, uint32_t vthreads, uint64_t i,
                            uint64_t lot) {
    uint64_t quiet = i - share->learned_at;
    if (quiet >= SCENARIO_DENSE && (lot & (scenario_stride(quiet) - 1)) != 0)
        return false;
    uint32_t crowds = 1 + vthreads / SCENARIO_VTHREADS;
    return crowds == 1 || lot / SCENARIO_STRIDE_MAX % crowds == 0;
}

static bool learns(const struct snag__campaign *c, const struct batch *b, uint64_t i,
                   uint64_t lot) {
    if (c->session->points != SNAG__POINTS_SHARED)
        return false;
    if (c->session->impl == NULL)
        return scenario_learns(c->share, c->session->hint.vthreads, i, lot);
    return i - b->first == (c->session->options->batch > 1 ? 1 : 0) &&
           (b->number < LEARNING_DENSE || b->number % LEARNING_STRIDE == 0);
}

/* ---- one execution ---- */

static bool is_first(const struct snag__campaign *c, const struct batch *b, uint64_t i) {
    uint64_t size = c->session->options->batch;
    return size > 1 && i == b->first &&
           (b->program != NULL || i == 0 || b->sites != c->share->sites_count);
}

/* Which strategy learns: a random walk, for one that switches seldom (pct) leaves most accesses
 * ordered by the locks taken in between; but of a scenario's many only some, and none where turns
 * are taken. */
static bool walks(const struct snag__session *s, uint64_t i) {
    return s->impl != NULL || (!s->portfolio && i % SCENARIO_WALKS == 1);
}

/* The default schedule, of a batch's first execution. */
static __attribute__((noinline)) void run_first(struct snag__campaign *c, struct batch *b,
                                                struct snag_verdict *v) {
    snag__campaign_begins(c, SNAG__BY_NOBODY);
    b->sites = c->share->sites_count;
    snag__session_first(c->session, b->program, b->id, NULL, UINT64_MAX, v);
}

static inline void run_search(struct snag__campaign *c, const struct batch *b, uint64_t i,
                              struct snag_verdict *v) {
    struct snag__session *s = c->session;
    uint64_t lot = snag__mix64(i), seed = snag__mix64(s->options->seed ^ lot);
    bool learn = learns(c, b, i, lot);
    uint32_t strategy = learn && walks(s, i) ? s->walk
                        : s->portfolio       ? snag__portfolio_next(&c->share->portfolio)
                                             : s->strategy;
    snag__campaign_begins(c, SNAG__BY_FIRST + strategy);
    snag__session_search(s, strategy, b->program, b->id, seed, learn, v);
    if (learn && snag__coverage_learned(c->share))
        c->share->learned_at = i;
}

/* Resumed in the middle of a batch: learns what its first execution told, unless that is one that
 * does not come back: then nobody has ever learned from it. */
static void catch_up(struct snag__campaign *c, struct batch *b, uint64_t i) {
    struct snag_verdict v;
    uint64_t size = c->session->options->batch;
    if (size == 1 || (b->program != NULL ? i % size : i) <= 1)
        return;
    b->sites = c->share->sites_count;
    snag__recorder->watching = 0; /* whatever comes of it is known already */
    if (snag__isolated_run(c->session, b->program, NULL, FIRST_QUIET_MS) == SNAG__ISOLATED_ENDED) {
        snag__session_first(c->session, b->program, b->id, NULL, UINT64_MAX, &v);
    }
    snag__recorder->running = 0;
    snag__recorder->watching = 1;
}

/* At the next execution of this job's, and in its batch. False: there is none. */
static inline bool goes_on(struct snag__campaign *c, struct batch *b) {
    const struct snag__options *o = c->session->options;
    bool begins = b->number == UINT64_MAX;
    if (snag__likely(!begins && c->executions - b->first < o->batch))
        return c->executions < o->schedules;
    c->executions = snag__job_next(c->job, c->executions, o->batch);
    if (c->executions >= o->schedules)
        return false;
    enter_batch(c, b);
    if (begins)
        catch_up(c, b, c->executions);
    return true;
}

void snag__explore(struct snag__campaign *c, struct snag_program *program) {
    struct snag__progress progress;
    const struct snag__options *o = c->session->options;
    struct batch b = {.program = c->session->impl != NULL ? program : NULL, .number = UINT64_MAX};
    snag__progress_begin(&progress, c, NULL, o->schedules);
    snag__plain_forget();
    snag__coverage_recall(c->share);
    while (!snag__campaign_over(c) && goes_on(c, &b)) {
        uint64_t i = c->executions;
        struct snag_verdict v;
        if (snag__unlikely(is_first(c, &b, i)))
            run_first(c, &b, &v);
        else
            run_search(c, &b, i, &v);
        snag__campaign_saw(c, b.program, b.id, &v);
        snag__progress_tick(&progress);
    }
}

int snag__cmd_explore(const struct snag__options *o, int argc, char **positional) {
    if (argc > 0 && !snag__is_program) {
        fprintf(stderr, "snag explore: '%s' is one argument too many: %s is not a program\n",
                positional[0], snag__target_name);
        return SNAG__EXIT_USAGE;
    }
    struct snag__session s;
    struct snag__campaign c;
    if (strcmp(o->strategy, "list") == 0) {
        snag__session_strategies(stdout);
        return SNAG__EXIT_NOTHING;
    }
    int status = snag__exhaustive_asked(o);
    if (status == 0)
        status = snag__session_open(&s, o);
    if (status == 0)
        status = snag__invoke(o, argc, positional);
    if (status != 0)
        return status;
    status = snag__campaign_open(&c, &s);
    if (status != 0)
        return status;
    if (c.executions == 0 && c.job.index == 0)
        snag__invoke_warn();
    struct snag_program *program = calloc(1, sizeof *program);
    if (program == NULL) {
        fprintf(stderr, "snag: out of memory\n");
        return SNAG__EXIT_TROUBLE;
    }
    if (o->exhaustive)
        status = snag__exhaust(&c, program);
    else
        snag__explore(&c, program);
    if (status == 0)
        status = snag__campaign_end(&c);
    else
        snag__campaign_close(&c);
    free(program);
    snag__session_close(&s);
    return status;
}
