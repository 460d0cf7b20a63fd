/* crowd_test.c: the waiters of one object are told alike, however many they are.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS UINT64_C(20000)
#include "../exec/drive.h"

#include "base/prng.h"
#include "sched/crowd.h"
#include "sched/wait.h"

void crowd_takes(void);
void crowd_takes_in_time(void);
void crowd_is_signalled(void);
void crowd_is_woken(void);

enum { WAITERS = 70, TAKEN = 3 * WAITERS };

/* ---- a strategy that looks on: who stands before a lock can go on if and only if it is free ----
 */

static struct snag__prng prng;
static uint32_t wrong, with_crowd, counted_wrong;

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    (void)self, (void)hint, (void)goal;
    snag__prng_seed(&prng, seed);
}

static uint32_t choose(void *self, const struct snag_choice *c) {
    (void)self;
    uint32_t members = 0;
    for (uint32_t i = 0; c->kind == SNAG_CHOOSE_NEXT && i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        members += snag__enabled(v);
        if (v->state != SNAG__VTHREAD_LIVE || v->waits_for == 0)
            continue;
        const struct snag__object *o = snag__object_get(v->waits_for);
        bool called = v->signalled || v->ending != SNAG__WAIT_MET || v->deadline <= snag__sched.now;
        if (called)
            wrong += !snag__enabled(v);
        else if (o->kind == SNAG__OBJECT_MUTEX)
            wrong += snag__enabled(v) != (o->owner.vthread == SNAG__NOBODY);
        with_crowd += o->crowd != 0;
    }
    counted_wrong += c->kind == SNAG_CHOOSE_NEXT && members != c->n;
    return snag_choice_candidate(c, snag__prng_below(&prng, c->n));
}

static const struct snag_strategy onlooker = {.name = "onlooker", .begin = begin, .choose = choose};

static void look_on(void (*body)(void), int sum) {
    static const struct snag_strategy_hint hint = {.points = 400, .vthreads = 70, .depth = 3};
    struct snag__request r = {.strategy = &onlooker, .hint = &hint, .no_timeouts = true};
    case_body = body;
    wrong = with_crowd = counted_wrong = 0;
    for (r.seed = 0; r.seed < 30; r.seed++) {
        const struct snag_verdict *v = drive(&r);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64(v->findings_count, 0);
        if (sum != 0)
            CHECK_EQ_INT(case_out[0], sum);
    }
    CHECK_EQ_U64(wrong, 0);
    CHECK_EQ_U64(counted_wrong, 0);
    CHECK(with_crowd > 0);
}

TEST(a_crowd_goes_on_when_the_lock_is_free_and_only_then) {
    look_on(crowd_takes, TAKEN);
}

TEST(with_deadlines_among_them_too) {
    look_on(crowd_takes_in_time, 0);
}

TEST(with_signals_too) {
    look_on(crowd_is_signalled, TAKEN);
}

TEST(who_is_moved_from_a_condition_to_its_mutex_joins_the_crowd_there) {
    look_on(crowd_is_woken, WAITERS);
}

/* ---- the set itself ---- */

static void stand(struct snag__object *o, uint32_t index) {
    snag__vthreads[index] =
        (struct snag__vthread){.index = (uint16_t)index, .deadline = UINT64_MAX};
    snag__wait_link(&snag__vthreads[index], o);
}

/* Each has had a crowd, and has one waiter left: more than there is room for. */
TEST(objects_beyond_the_last_crowd_have_their_list) {
    enum { OBJECTS = 70, FIRST_OTHER = 100 };
    static const struct snag__bounds bounds = {.steps_max = DRIVE_STEPS};
    static const struct snag__request request;
    static char places[OBJECTS];
    uint32_t crowds = 0;
    drive_init(&bounds);
    snag__sched_begin(&request, &bounds);
    snag__sched.words = SNAG__SET_WORDS;
    memset(snag__sched.set, 0, sizeof snag__sched.set);
    for (uint32_t i = 0; i < OBJECTS; i++) {
        struct snag__object *o = snag__object_new(&places[i], SNAG__OBJECT_MUTEX);
        stand(o, i);
        for (uint32_t k = 1; k < SNAG__CROWD_MIN; k++)
            stand(o, FIRST_OTHER + k);
        snag__waiters_set(o, true);
        crowds += o->crowd != 0;
        CHECK_EQ_U64(snag__sched.candidates, SNAG__CROWD_MIN);
        snag__waiters_set(o, false);
        CHECK_EQ_U64(snag__sched.candidates, 0);
        for (uint32_t k = 1; k < SNAG__CROWD_MIN; k++) {
            snag__waiter_free(&snag__vthreads[FIRST_OTHER + k]);
            snag__disable(&snag__vthreads[FIRST_OTHER + k]);
        }
        snag__waiters_set(o, true);
        CHECK_EQ_U64(snag__sched.candidates, 1);
        snag__waiters_set(o, false);
    }
    CHECK_EQ_U64(crowds, 64);
}
