/* explore.c: `explore`: schedules of generated programs, without libFuzzer.
 *
 * A pure function of its options: execution i of a campaign is the same whoever runs it, in
 * whichever process, however many came before it there.
 */
#include <stdlib.h>

#include "base/prng.h"
#include "campaign.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "explore.h"
#include "invoke.h"
#include "isolate.h"
#include "progress.h"
#include "sched/plain.h"

enum { FIRST_QUIET_MS = 1000 };

/* Programs come in batches. The first execution of a batch takes the default schedule, and tells
 * the strategy how long the program is. */
struct batch {
    struct snag_program *program; /* NULL: the scenario */
    uint64_t id;
    uint64_t number;
};

static void enter_batch(struct snag__campaign *c, struct batch *b, uint64_t number) {
    b->number = number;
    if (b->program != NULL) {
        uint64_t seed = snag__mix64(c->session->options->seed) + number;
        snag__program_generate(b->program, c->session->impl, seed);
        snag__session_fix_workers(c->session, b->program);
        b->id = snag__program_hash(b->program);
        snag__campaign_program(c, b->program, b->id);
        snag__session_renew(c->session);
    }
}

/* Some executions learn which call sites race: dense at first, then now and then. The second of a
 * batch, for what its first orders by chance, a random one may not; and a random walk whatever the
 * strategy, for one that switches seldom (pct) leaves most accesses ordered by the locks taken in
 * between. A scenario is the same program again and again: if few of its schedules race, then they
 * are looked for among many. What they learned is kept with what the campaign covered, so that a
 * process that goes on for another knows it, too. */
enum { LEARNING_DENSE = 64, LEARNING_STRIDE = 64, SCENARIO_STRIDE = 8 };

static bool learns(const struct snag__session *s, uint64_t i) {
    const struct snag__options *o = s->options;
    uint64_t batch = i / o->batch;
    if (s->impl == NULL)
        return i % SCENARIO_STRIDE == 1;
    return i % o->batch == (o->batch > 1 ? 1 : 0) &&
           (batch < LEARNING_DENSE || batch % LEARNING_STRIDE == 0);
}

static void run(struct snag__campaign *c, const struct batch *b, uint64_t i,
                struct snag_verdict *v) {
    const struct snag__options *o = c->session->options;
    if (i % o->batch == 0 && o->batch > 1) {
        snag__session_first(c->session, b->program, b->id, NULL, v);
        return;
    }
    bool learn = learns(c->session, i);
    snag__session_search(c->session, learn ? c->session->walk : c->session->strategy, b->program,
                         b->id, snag__mix64(o->seed ^ snag__mix64(i)), learn, v);
    if (learn)
        snag__coverage_learned(c->share);
}

/* Resumed in the middle of a batch: learns what its first execution told, unless that is one that
 * does not come back: then nobody has ever learned from it. */
static void catch_up(struct snag__campaign *c, const struct batch *b, uint64_t member) {
    struct snag_verdict v;
    if (member <= 1)
        return;
    snag__recorder->watching = 0; /* whatever comes of it is known already */
    if (snag__isolated_run(c->session, b->program, NULL, FIRST_QUIET_MS) == SNAG__ISOLATED_ENDED) {
        snag__session_first(c->session, b->program, b->id, NULL, &v);
    }
    snag__recorder->running = 0;
    snag__recorder->watching = 1;
}

void snag__explore(struct snag__campaign *c, struct snag_program *program) {
    struct snag__progress progress;
    const struct snag__options *o = c->session->options;
    struct batch b = {.program = c->session->impl != NULL ? program : NULL, .number = UINT64_MAX};
    snag__progress_begin(&progress, c, NULL, o->schedules);
    snag__plain_forget();
    snag__coverage_recall(c->share);
    while (c->executions < o->schedules && !snag__campaign_over(c)) {
        uint64_t i = c->executions, member = i % o->batch;
        struct snag_verdict v;
        if (i / o->batch != b.number) {
            enter_batch(c, &b, i / o->batch);
            catch_up(c, &b, member);
        }
        snag__campaign_begins(c);
        run(c, &b, i, &v);
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
    int status = snag__session_open(&s, o);
    if (status == 0)
        status = snag__invoke(o, argc, positional);
    if (status != 0)
        return status;
    status = snag__campaign_open(&c, &s);
    if (status != 0)
        return status;
    if (c.executions == 0)
        snag__invoke_warn();
    struct snag_program *program = calloc(1, sizeof *program);
    if (program == NULL) {
        fprintf(stderr, "snag: out of memory\n");
        return SNAG__EXIT_TROUBLE;
    }
    snag__explore(&c, program);
    status = snag__campaign_end(&c);
    free(program);
    snag__session_close(&s);
    return status;
}
