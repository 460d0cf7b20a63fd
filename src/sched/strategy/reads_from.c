/* reads_from.c: guided by who reads from whom: executions are steered towards abstract schedules.
 *
 * Wolff, Shi, Duck, Mathur, Roychoudhury: Greybox Fuzzing for Concurrency Testing, ASPLOS 2024.
 * Each execution has an abstract schedule (reads_from/corpus.h). The base is partial-order sampling
 * (Yuan, Yang, Gu: Partial Order Aware Concurrency Sampling, CAV 2018): each pending event has a
 * random score, the highest goes on, and those that it raced with get new ones. On top of it
 * some are held back, as long as others can go on: of a positive constraint the reader, until its
 * writer wrote last, and then, until it has read, whoever would overwrite that; of a negative one
 * the reader, while its writer wrote last, and the writer, until the reader has read.
 *
 * Deviations: an object has no name that lasts, so abstract events are call sites alone, and
 * whatever is at the same object counts; a lock, a condition, a semaphore is read like memory; who
 * is wanted is not hastened, only others are held back; a constraint that was met is over; one who
 * yields has a low score, and when for long nothing has come of holding back, there is no more of
 * it in this execution. Accesses while only one vthread can go on are not seen: it is not asked.
 */
#include "sched/strategy/candidates.h"
#include "sched/strategy/reads_from/steering.h"

struct reads_from {
    struct snag__prng prng;
    bool runs; /* an execution of its own, that it was not shown yet */
    struct snag__rf_steering steering;
    struct snag__rf_corpus corpus;
    struct snag__rf_relation relation;
};

static void renew(void *self) {
    struct reads_from *s = self;
    snag__rf_forget(&s->relation);
    snag__rf_corpus_forget(&s->corpus);
    s->runs = false;
}

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct reads_from *s = self;
    (void)goal;
    s->runs = true;
    s->steering.relation = &s->relation;
    s->steering.prng = &s->prng;
    snag__prng_seed(&s->prng, seed);
    snag__rf_begin(&s->relation);
    snag__rf_corpus_draw(&s->corpus, &s->relation, &s->prng);
    snag__rf_steer(&s->steering, &s->corpus.trial, hint->points);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct reads_from *s = self;
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return snag__rf_next(&s->steering, choice);
    }
    return snag__any_candidate(&s->prng, choice);
}

static void saw(void *self, const struct snag_log *log) {
    struct reads_from *s = self;
    static const struct snag__rf_schedule none;
    bool own = s->runs;
    if (!own) {
        s->steering.relation = &s->relation;
        snag__rf_begin(&s->relation);
        snag__rf_steer(&s->steering, &none, 0);
    }
    s->runs = false;
    snag__rf_catch_up(&s->steering, log->events, log->events_count);
    if (own) {
        snag__rf_corpus_saw(&s->corpus, &s->relation, &s->prng);
    }
}

extern const struct snag_strategy snag__strategy_reads_from;
const struct snag_strategy snag__strategy_reads_from = {
    .state_bytes = sizeof(struct reads_from),
    .name = "reads-from",
    .help = "reads-from guided (Wolff et al. 2024): towards who seldom reads from whom",
    .renew = renew,
    .begin = begin,
    .choose = choose,
    .saw = saw,
};
