/* judge.c: the oracles that look at an execution as a whole. See judge.h.
 *
 * What is wrong at one event (misuse, self-deadlock, a suspend under a lock) was raised there
 * already.
 */
#include "oracle/judge.h"

#include <stdio.h>
#include <string.h>

#include "exec/body.h"
#include "exec/constructors.h"
#include "exec/parts.h"
#include "exec/rt.h"
#include "exec/target.h"
#include "oracle/endless.h"
#include "oracle/hang.h"
#include "oracle/lasting.h"
#include "oracle/linear.h"
#include "oracle/lock_order.h"
#include "oracle/raise.h"
#include "oracle/reach.h"
#include "sched/sched.h"
#include "shim/fd/fd.h"
#include "shim/heap.h"

enum { LINEAR_BUDGET_STEPS = 200000, EXPLAINED_SLOTS = 8192, EXPLAINED_FEW = 256 };

static struct snag__linear_checker *checker;
static uint64_t explained[EXPLAINED_SLOTS]; /* digests of histories found linearizable */

enum snag_err snag__judge_init(struct snag_error *e) {
    if (snag__impl == NULL || snag__impl->spec->state_bytes == 0) {
        return SNAG_ERR_OK;
    }
    checker = snag__linear_new(snag__impl->spec, LINEAR_BUDGET_STEPS);
    return checker != NULL
               ? SNAG_ERR_OK
               : snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the linearizability checker");
}

/* ---- hangs ----
 *
 * Whoever waits has not been ended yet, so that for a race detector nothing orders what it wrote,
 * the results of its calls, before these questions: it must not look at them. A report takes longer
 * than the execution. */

static const struct snag_program *judged; /* NULL: a scenario */

bool snag__judge_waits_rightly(void) {
    if (checker == NULL || judged == NULL) {
        return false;
    }
    const struct snag_history *h = snag__body_history();
    uint32_t waiting = 0; /* a bit per client */
    for (uint32_t i = 0; i < h->count; i++) {
        bool pending = h->ops[i].returned == 0 && h->ops[i].dropped == 0;
        waiting |= pending ? UINT32_C(1) << h->ops[i].client : 0;
    }
    if (waiting == 0 || (uint32_t)__builtin_popcount(waiting) != snag__body_unfinished()) {
        return false;
    }
    snag__rt_ignore_begin();
    enum snag__linear answer = snag__linear_may_wait(checker, &judged->config, h);
    snag__rt_ignore_end();
    return answer == SNAG__LINEAR_YES;
}

/* What has returned so far can be explained, whatever the pending calls did. Where it cannot,
 * somebody waits because of a wrong result, and that is what there is to mend. */
static bool explainable(const struct snag__request *request) {
    if (checker == NULL || request->program == NULL) {
        return true;
    }
    snag__rt_ignore_begin();
    enum snag__linear answer =
        snag__linear_check(checker, &request->program->config, snag__body_history(), NULL);
    snag__rt_ignore_end();
    return answer != SNAG__LINEAR_NO;
}

/* What a result is that no order of the calls explains: one task alone has only one order, unless
 * it cancels something. */
static enum snag_finding_kind rejected(const struct snag_program *p) {
    uint32_t tasks = 0;
    for (uint16_t i = 0; i < p->tasks; i++) {
        tasks += p->first[i + 1] > p->first[i];
    }
    for (uint16_t i = 0; i < p->first[p->tasks]; i++) {
        tasks += p->ops[i].abort != 0;
    }
    return tasks > 1 ? SNAG_NON_LINEARIZABLE : SNAG_SEQUENTIAL;
}

/* Clients that wait, and may, whatever is wrong with others: a bit for each. */
static uint32_t rightful(const struct snag__request *request) {
    if (checker == NULL || request->program == NULL) {
        return 0;
    }
    snag__rt_ignore_begin();
    uint32_t clients =
        snag__linear_rightful(checker, &request->program->config, snag__body_history());
    snag__rt_ignore_end();
    return clients;
}

static void judge_stuck(const struct snag__request *request) {
    if (snag__judge_waits_rightly())
        return;
    if (explainable(request)) {
        snag__lasting_for_ever();
        snag__hang_explain(rightful(request));
    } else if (!snag__hang_partial())
        snag__raise_done(snag__raise(rejected(request->program)));
}

void snag__judge_end(const struct snag__request *request, const struct snag_verdict *v) {
    judged = request->program;
    if (v->end == SNAG_END_STUCK) {
        judge_stuck(request);
    } else if (v->end == SNAG_END_STEPS || v->end == SNAG_END_LIVELOCK) {
        snag__endless_explain();
    }
}

/* ---- histories ---- */

static uint64_t mix(uint64_t a, uint64_t b) {
    __uint128_t m =
        (__uint128_t)(a ^ UINT64_C(0x2d358dccaa6c78a5)) * (b ^ UINT64_C(0x8bb84b93962eacc9));
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* A sum over calls, each of which says where it stands: none has to wait for the one before. */
static uint64_t history_digest(const struct snag_history *h, uint64_t seed) {
    uint64_t sum = seed;
    for (uint32_t i = 0; i < h->count; i++) {
        const struct snag_history_op *o = &h->ops[i];
        const struct snag_result *r = &o->call.result;
        uint64_t call = mix((uint64_t)o->client << 48 | (uint64_t)o->number << 32 | o->invoked,
                            (uint64_t)o->returned << 8 | r->bytes_count);
        if (r->bytes_count != 0) {
            uint64_t words[2];
            memcpy(words, r->bytes, sizeof(words));
            call = mix(call ^ words[0], words[1]);
        }
        sum += mix(call ^ (uint64_t)r->i, o->dropped);
    }
    return mix(sum, seed) | 1;
}

/* Where the digest of a history of this program is, if it has been explained. Most programs run a
 * few times and are to stay in a corner, which is at hand. */
static inline uint64_t *explained_slot(uint64_t digest, uint64_t program_id) {
    static uint64_t last;
    static uint32_t asked; /* of that program */
    asked = program_id == last ? asked + 1 : 0;
    last = program_id;
    return &explained[digest % (asked < EXPLAINED_FEW / 4 ? EXPLAINED_FEW : EXPLAINED_SLOTS)];
}

static void judge_history(const struct snag__request *request, struct snag_verdict *v) {
    const struct snag_history *h = snag__body_history();
    uint64_t digest = history_digest(h, request->program_id);
    uint64_t *slot = explained_slot(digest, request->program_id);
    if (request->program_id != 0 && *slot == digest) {
        return;
    }
    switch (snag__linear_check(checker, &request->program->config, h, NULL)) {
    case SNAG__LINEAR_YES:
        *slot = digest;
        break;
    case SNAG__LINEAR_UNKNOWN:
        v->history_unknown = 1;
        break;
    case SNAG__LINEAR_NO:
        snag__raise_done(snag__raise(rejected(request->program)));
        break;
    }
}

/* ---- leaks ---- */

/* What a state manager has not freed by the end is lost; of a program, what it cannot reach. */
static void judge_leaks(bool (*is_kept)(const struct snag__block *b)) {
    uint32_t next = 0;
    const struct snag__block *b;
    while (snag__heap_live() > 0 && (b = snag__heap_next(&next)) != NULL) {
        if (snag__constructors_did(b->event) || (is_kept != NULL && is_kept(b))) {
            continue;
        }
        struct snag_finding *f = snag__raise(SNAG_LEAK);
        struct snag_party *p = snag__raise_party(f, 0, b->site);
        if (p == NULL) {
            return;
        }
        p->vthread = b->vthread;
        p->task = b->task;
        f->event = b->event;
        snag__raise_done(f);
    }
}

/* A descriptor is no block: what it is says the detail. */
static void judge_descriptors(void) {
    uint32_t next = 0;
    const struct snag__fd *d;
    while ((d = snag__fd_next(&next)) != NULL) {
        struct snag_finding *f = snag__raise(SNAG_LEAK);
        struct snag_party *p = snag__raise_party(f, d->object, d->site);
        if (p == NULL) {
            return;
        }
        p->vthread = d->vthread;
        p->task = d->task;
        f->event = d->event;
        f->rule[0] = '\0';
        (void)snprintf(f->detail, sizeof(f->detail), "a descriptor is left open: %s",
                       snag__object_word(snag__object_get(d->object)));
        snag__raise_done(f);
    }
}

/* Many a program leaves its memory to the system when it ends. */
static bool program_is_asked_for_leaks(void) {
    return (snag__recorder->invocation.judged & SNAG__JUDGE_LEAKS) != 0;
}

/* ---- races ---- */

static __attribute__((noinline)) void judge_races(void) {
    struct snag_finding seen[SNAG_FINDINGS_PER_RUN];
    uint32_t n = snag__rt_races(seen, SNAG_FINDINGS_PER_RUN);
    for (uint32_t i = 0; i < n; i++) {
        if (seen[i].event > snag__recorder->events_count) {
            continue; /* only tried out */
        }
        struct snag_finding *f = snag__raise(seen[i].kind);
        if (f != NULL) {
            f->event = seen[i].event;
            f->parties_count = seen[i].parties_count;
            memcpy(f->parties, seen[i].parties, sizeof(f->parties));
        }
        snag__raise_done(f);
    }
}

static inline void judge_left(void) {
    if (snag__impl != NULL && snag__body_destroyed()) {
        judge_leaks(NULL);
        judge_descriptors();
    } else if (program_is_asked_for_leaks() && snag__reach_begin()) {
        judge_leaks(snag__reaches);
        snag__reach_end();
    }
}

static __attribute__((noinline)) void judge_all(const struct snag__request *request,
                                                struct snag_verdict *v) {
    if (snag__rt_sees) { /* else nobody reports any */
        judge_races();
    }
    if (v->end == SNAG_END_DONE || v->end == SNAG_END_UNSETTLED) {
        if (snag__part_used(SNAG__PART_LOCK_ORDER)) {
            snag__lock_order_judge();
        }
        if (checker != NULL && request->program != NULL) {
            judge_history(request, v);
        }
        judge_left();
    }
}

/* Of most executions there is nothing to look at but what they left, if that. */
void snag__judge(const struct snag__request *request, struct snag_verdict *v) {
    if (snag__rt_sees || checker != NULL || snag__part_used(SNAG__PART_LOCK_ORDER)) {
        judge_all(request, v);
    } else if (v->end == SNAG_END_DONE || v->end == SNAG_END_UNSETTLED) {
        judge_left();
    }
}
