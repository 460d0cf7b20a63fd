/* reads_from_test.c: executions are steered as wanted, and never held for good; what is learned.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"
#include "reads_from_bodies.h"

#include "sched/strategy/reads_from/steering.h"

/* ---- steered by hand ---- */

static struct snag__prng prng;
static struct snag__rf_relation relation;
static struct snag__rf_schedule wanted;
static enum snag__points points;
static struct snag__rf_steering steering = {.relation = &relation, .prng = &prng};

static const struct snag_strategy_hint hint = {.points = 100, .vthreads = 12, .depth = 3};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *h,
                  const struct snag_goal *goal) {
    (void)self;
    (void)goal;
    snag__prng_seed(&prng, seed);
    snag__rf_begin(&relation);
    snag__rf_steer(&steering, &wanted, h->points);
}

static uint32_t choose(void *self, const struct snag_choice *c) {
    (void)self;
    if (c->kind == SNAG_CHOOSE_NEXT)
        return snag__rf_next(&steering, c);
    return snag_choice_candidate(c, snag__prng_below(&prng, c->n));
}

static const struct snag_strategy steered = {.name = "steered", .begin = begin, .choose = choose};

static const struct snag_verdict *steer(void (*body)(void), uint64_t seed) {
    struct snag__request r = {.strategy = &steered, .hint = &hint, .seed = seed, .points = points};
    case_body = body;
    const struct snag_verdict *v = drive(&r);
    uint32_t count;
    const struct snag_event *log = snag__exec_events(&count);
    snag__rf_catch_up(&steering, log, count);
    return v;
}

static void want_nothing(void) {
    wanted = (struct snag__rf_schedule){.count = 0};
}

static void want(uint32_t reader, uint32_t writer, bool negative) {
    wanted = (struct snag__rf_schedule){.count = 1};
    wanted.list[0] = (struct snag__rf_constraint){
        .reader = (uint8_t)reader, .writer = (uint8_t)writer, .negative = negative};
}

/* In how many of a hundred executions does it read from it? */
static unsigned shown(void (*body)(void), uint32_t reader, uint32_t writer) {
    unsigned times = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        EXPECT(steer(body, 1000 + seed)->end == SNAG_END_DONE);
        times += relation.pairs[reader][writer].execution == relation.execution;
    }
    return times;
}

static void learn(void (*body)(void)) {
    snag__rf_forget(&relation);
    want_nothing();
    for (uint64_t seed = 0; seed < 300; seed++)
        CHECK_EQ_INT(steer(body, seed)->end, SNAG_END_DONE);
}

/* The only abstract event of that kind. */
static uint32_t only(enum snag_event_kind kind) {
    uint32_t found = 0, count = 0;
    for (uint32_t i = SNAG__RF_FIRST; i < relation.count; i++) {
        if (relation.events[i].kind == kind) {
            found = i;
            count++;
        }
    }
    EXPECT_EQ_U64(count, 1);
    return found;
}

TEST(who_is_to_read_from_whom_does) {
    unsigned seldom = 0;
    learn(three_stores);
    uint32_t reader = only(SNAG_EV_LOAD), writers = 0;
    for (uint32_t w = SNAG__RF_START; w < relation.count; w++) {
        if (!snag__rf_plausible(&relation, reader, w))
            continue;
        writers++;
        want_nothing();
        seldom += shown(three_stores, reader, w) < 50;
        want(reader, w, false);
        CHECK(shown(three_stores, reader, w) >= 95);
    }
    CHECK_EQ_U64(writers, 4); /* nobody, both stores, and the addition */
    CHECK(seldom >= 3);       /* left alone, it does not */
}

TEST(who_is_not_to_read_from_whom_does_not) {
    unsigned often = 0;
    learn(three_stores);
    uint32_t reader = only(SNAG_EV_LOAD);
    for (uint32_t w = SNAG__RF_FIRST; w < relation.count; w++) {
        if (!snag__rf_plausible(&relation, reader, w))
            continue;
        want_nothing();
        often += shown(three_stores, reader, w) > 15;
        want(reader, w, true);
        CHECK(shown(three_stores, reader, w) <= 5);
    }
    CHECK(often >= 2);
}

/* In how many of a hundred executions does the load number `i` read `value`? */
static unsigned loaded(int i, int64_t value) {
    unsigned times = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        (void)steer(three_loads, 1000 + seed);
        times += case_out[i] == value;
    }
    return times;
}

TEST(of_several_reads_the_one_that_is_meant_does) {
    learn(three_loads);
    uint32_t reader = only(SNAG_EV_LOAD), writer = only(SNAG_EV_STORE);
    CHECK_EQ_U64(relation.events[reader].times_most, 3);
    want_nothing();
    CHECK(loaded(2, 0) < 50 && loaded(0, 1) < 90);
    for (int i = 0; i < 3; i++) {
        want(reader, SNAG__RF_START, false);
        wanted.list[0].skips = (uint16_t)i;
        CHECK(loaded(i, 0) >= 95);
        want(reader, writer, false);
        wanted.list[0].skips = (uint16_t)i;
        CHECK(loaded(i, 1) >= 95);
        want(reader, writer, true);
        wanted.list[0].skips = (uint16_t)i;
        CHECK(loaded(i, 0) >= 95);
    }
}

TEST(locks_are_handed_over_as_wanted) {
    unsigned pairs = 0, seldom = 0;
    points = SNAG__POINTS_ATOMIC;
    learn(two_stage);
    for (uint32_t i = 0; i < relation.readers; i++) {
        for (uint32_t w = SNAG__RF_START; w < relation.count; w++) {
            if (!snag__rf_plausible(&relation, relation.reader[i], w))
                continue;
            pairs++;
            want_nothing();
            seldom += shown(two_stage, relation.reader[i], w) < 50;
            want(relation.reader[i], w, false);
            CHECK(shown(two_stage, relation.reader[i], w) >= 95);
        }
    }
    CHECK_EQ_U64(pairs, 10); /* of two readers from two, of two from three */
    CHECK(seldom >= 2);
}

TEST(memory_is_told_apart_by_the_byte) {
    points = SNAG__POINTS_ALL;
    learn(neighbours);
    unsigned classes = 0;
    for (uint32_t i = SNAG__RF_FIRST; i < relation.count; i++)
        if (relation.events[i].kind == SNAG_EV_READ)
            for (uint32_t k = i + 1; k < relation.count; k++)
                if (relation.events[k].kind == SNAG_EV_READ)
                    classes += !snag__rf_same_class(&relation, i, k);
    CHECK(classes >= 1);
}

/* Each of all pairs that there could be, whether or not there can, both ways. */
static void try_all(void (*body)(void)) {
    learn(body);
    for (uint32_t i = 0; i < relation.readers; i++)
        for (uint32_t w = SNAG__RF_START; w < relation.count; w++)
            for (int negative = 0; negative < 2; negative++) {
                want(relation.reader[i], w, negative != 0);
                for (uint64_t seed = 0; seed < 5; seed++)
                    CHECK_EQ_INT(steer(body, seed)->end, SNAG_END_DONE);
            }
}

TEST(nobody_is_held_back_for_good) {
    points = SNAG__POINTS_ALL;
    try_all(after_a_flag);
    try_all(hand_over);
    try_all(neighbours);
    try_all(two_stage);
}

TEST(a_signal_is_read_from_a_wait) {
    learn(hand_over);
    uint32_t wait = only(SNAG_EV_COND_WAIT), signal = only(SNAG_EV_COND_SIGNAL);
    CHECK(relation.pairs[signal][wait].seen > 0);
    /* And the wait gives the lock up. */
    unsigned from_wait = 0;
    for (uint32_t i = SNAG__RF_FIRST; i < relation.count; i++)
        if (relation.events[i].kind == SNAG_EV_LOCK)
            from_wait += relation.pairs[i][wait].seen > 0;
    CHECK(from_wait >= 1);
    CHECK(!snag__rf_same_class(&relation, wait, only(SNAG_EV_COND_RELOCK)));
}

/* ---- the strategy ---- */

static const struct snag_strategy *strategy(void) {
    return snag_strategy_find("reads-from");
}

static void show(void *state) {
    struct snag_log log = {.vthreads = snag__exec_vthreads()};
    log.events = snag__exec_events(&log.events_count);
    log.choices = snag__exec_choices(&log.choices_count);
    strategy()->saw(state, &log);
}

static const struct snag_verdict *search(void *state, void (*body)(void), uint64_t seed) {
    struct snag__request r = {.strategy = strategy(),
                              .strategy_state = state,
                              .hint = &hint,
                              .seed = seed,
                              .points = SNAG__POINTS_ALL};
    case_body = body;
    const struct snag_verdict *v = drive(&r);
    show(state);
    return v;
}

enum { SEQUENCE = 200 };

static void sequence(void *state, void (*body)(void), uint64_t seed, uint64_t digests[SEQUENCE]) {
    (void)drive_case(body);
    show(state); /* that it did not choose */
    for (uint64_t i = 0; i < SEQUENCE; i++)
        digests[i] = search(state, body, seed + i)->digest;
}

TEST(the_same_again_gives_the_same_again) {
    static uint64_t first[SEQUENCE], again[SEQUENCE];
    void *a = calloc(1, strategy()->state_bytes), *b = calloc(1, strategy()->state_bytes);
    sequence(a, two_stage, 1, first);
    sequence(b, hand_over, 7, again);
    sequence(b, three_stores, 7, again);
    CHECK(memcmp(first, again, sizeof first) != 0);
    strategy()->renew(b); /* it has forgotten all of that */
    sequence(b, two_stage, 1, again);
    CHECK_EQ_MEM(first, again, sizeof first);
    sequence(b, two_stage, 1, again); /* and not this */
    CHECK(memcmp(first, again, sizeof first) != 0);
    free(a);
    free(b);
}

TEST(it_finds_what_a_walk_does_not) {
    void *state = calloc(1, strategy()->state_bytes);
    unsigned walks = 0, worst = 0;
    case_in = 20;
    for (uint64_t seed = 0; seed < 20; seed++) {
        strategy()->renew(state);
        unsigned n = 1;
        while (n < 200 && (search(state, reorder, seed * 1000 + n), case_outs == 0))
            n++;
        worst = n > worst ? n : worst;
    }
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct snag__request r = drive_request("random", seed);
        r.points = SNAG__POINTS_ALL;
        (void)drive(&r);
        walks += case_outs != 0;
    }
    CHECK(worst < 100);
    CHECK(walks < 10);
    free(state);
}
