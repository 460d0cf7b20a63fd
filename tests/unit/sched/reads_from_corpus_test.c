/* reads_from_corpus_test.c: what is known of who read from whom, and which schedules it makes.
 *
 * link: rt_fast
 * bodies: reads_from
 */
#include "../exec/drive.h"

#include "sched/strategy/reads_from/corpus.h"

static struct snag__rf_relation relation;
static struct snag__rf_corpus corpus;
static struct snag__prng prng;

static void begin(void) {
    snag__rf_forget(&relation);
    snag__rf_corpus_forget(&corpus);
    snag__rf_begin(&relation);
    snag__prng_seed(&prng, 1);
}

static uint32_t event(uint8_t kind, uint32_t site) {
    return snag__rf_event(&relation, kind, site);
}

/* An event of `vthread` at object 8 `object`. */
static uint32_t at(uint8_t kind, uint32_t site, uint32_t vthread, uint64_t object) {
    return snag__rf_happens(&relation, event(kind, site), vthread, 8 * object, false);
}

TEST(a_reader_reads_from_who_wrote_last) {
    begin();
    CHECK_EQ_U64(at(SNAG_EV_LOAD, 30, 3, 1), SNAG__RF_START);
    (void)at(SNAG_EV_STORE, 10, 1, 1);
    (void)at(SNAG_EV_STORE, 20, 2, 2);
    CHECK_EQ_U64(at(SNAG_EV_LOAD, 30, 3, 1), event(SNAG_EV_STORE, 10));
    CHECK_EQ_U64(at(SNAG_EV_LOAD, 31, 3, 2), event(SNAG_EV_STORE, 20));
    CHECK_EQ_U64(snag__rf_writer(&relation, 8), event(SNAG_EV_STORE, 10));
    CHECK_EQ_U64(snag__rf_writer(&relation, 24), SNAG__RF_START);
    /* What fails writes nothing; what is none of these is not known. */
    (void)snag__rf_happens(&relation, event(SNAG_EV_CAS, 11), 1, 8, true);
    CHECK_EQ_U64(at(SNAG_EV_LOAD, 30, 3, 1), event(SNAG_EV_STORE, 10));
    CHECK_EQ_U64(event(SNAG_EV_YIELD, 12), SNAG__RF_OTHER);
    /* In the next execution nothing was written yet. */
    snag__rf_begin(&relation);
    CHECK_EQ_U64(at(SNAG_EV_LOAD, 30, 3, 1), SNAG__RF_START);
    CHECK_EQ_U64(relation.pairs[event(SNAG_EV_LOAD, 30)][SNAG__RF_START].seen, 2);
}

TEST(who_may_read_from_whom) {
    begin();
    uint32_t load = event(SNAG_EV_LOAD, 30), own = event(SNAG_EV_STORE, 31);
    uint32_t store = event(SNAG_EV_STORE, 10), far = event(SNAG_EV_STORE, 20);
    (void)at(SNAG_EV_LOAD, 30, 3, 1);
    (void)at(SNAG_EV_STORE, 10, 1, 1);
    (void)at(SNAG_EV_STORE, 31, 3, 1);
    (void)at(SNAG_EV_STORE, 20, 2, 2);
    CHECK(snag__rf_plausible(&relation, load, SNAG__RF_START));
    CHECK(snag__rf_plausible(&relation, load, store)); /* though it was not seen yet */
    CHECK(!snag__rf_plausible(&relation, load, far));
    CHECK(!snag__rf_plausible(&relation, load, own)); /* what it wrote itself, after it read */
    (void)at(SNAG_EV_STORE, 10, 1, 2);                /* an array, perhaps */
    CHECK(snag__rf_plausible(&relation, load, far));
    /* A lock that is taken is not free. */
    (void)at(SNAG_EV_LOCK, 40, 1, 3);
    (void)at(SNAG_EV_UNLOCK, 41, 1, 3);
    (void)at(SNAG_EV_LOCK, 42, 2, 3);
    uint32_t lock = event(SNAG_EV_LOCK, 42);
    CHECK(snag__rf_plausible(&relation, lock, event(SNAG_EV_UNLOCK, 41)));
    CHECK(!snag__rf_plausible(&relation, lock, event(SNAG_EV_LOCK, 40)));
}

TEST(more_than_there_is_room_for_is_nobody_who_is_known) {
    begin();
    for (uint32_t i = 0; i < 2 * SNAG__RF_EVENTS_MAX; i++)
        (void)at(SNAG_EV_RMW, 1 + i, 1, 1);
    CHECK_EQ_U64(event(SNAG_EV_RMW, 2 * SNAG__RF_EVENTS_MAX), SNAG__RF_OTHER);
    CHECK_EQ_U64(snag__rf_writer(&relation, 8), SNAG__RF_OTHER);
    CHECK_EQ_U64(at(SNAG_EV_RMW, 1, 1, 1), SNAG__RF_OTHER);
    for (uint64_t i = 0; i < UINT64_C(2) * SNAG__RF_OBJECTS_MAX; i++)
        (void)at(SNAG_EV_RMW, 1, 1, i);
    CHECK_EQ_U64(snag__rf_writer(&relation, 80), event(SNAG_EV_RMW, 1));
    CHECK_EQ_U64(snag__rf_writer(&relation, UINT64_C(16) * SNAG__RF_OBJECTS_MAX), SNAG__RF_OTHER);
    snag__rf_forget(&relation);
    snag__rf_begin(&relation);
    CHECK_EQ_U64(at(SNAG_EV_RMW, 2 * SNAG__RF_EVENTS_MAX, 1, 1), SNAG__RF_START);
}

/* Two readers and three writers, of two objects. */
static void small_world(void) {
    begin();
    (void)at(SNAG_EV_LOAD, 30, 3, 1);
    (void)at(SNAG_EV_STORE, 10, 1, 1);
    (void)at(SNAG_EV_STORE, 11, 2, 1);
    (void)at(SNAG_EV_LOAD, 31, 3, 2);
    (void)at(SNAG_EV_STORE, 20, 2, 2);
}

TEST(what_was_never_seen_is_tried_soon) {
    small_world();
    unsigned tries = 0, untried = 0;
    bool tried[SNAG__RF_EVENTS_MAX][SNAG__RF_EVENTS_MAX] = {0};
    for (; tries < 60; tries++) {
        snag__rf_begin(&relation);
        snag__rf_corpus_draw(&corpus, &relation, &prng);
        for (uint32_t i = 0; i < corpus.trial.count; i++)
            tried[corpus.trial.list[i].reader][corpus.trial.list[i].writer] |=
                !corpus.trial.list[i].negative;
        snag__rf_corpus_saw(&corpus, &relation, &prng); /* which never succeeds */
    }
    for (uint32_t r = SNAG__RF_FIRST; r < relation.count; r++)
        for (uint32_t w = 0; w < relation.count; w++)
            untried += relation.events[r].kind == SNAG_EV_LOAD && !tried[r][w] &&
                       snag__rf_plausible(&relation, r, w) && relation.pairs[r][w].seen == 0;
    CHECK_EQ_U64(untried, 0);
}

TEST(schedules_are_made_of_what_may_be_and_kept_if_they_show_something) {
    small_world();
    unsigned negative = 0, empty = 0, longest = 0;
    uint32_t kept = 0;
    for (unsigned n = 0; n < 5000; n++) {
        snag__rf_begin(&relation);
        snag__rf_corpus_draw(&corpus, &relation, &prng);
        const struct snag__rf_schedule *s = &corpus.trial;
        empty += s->count == 0;
        longest = s->count > longest ? s->count : longest;
        for (uint32_t i = 0; i < s->count; i++) {
            negative += s->list[i].negative;
            CHECK(snag__rf_plausible(&relation, s->list[i].reader, s->list[i].writer));
        }
        /* Now and then there is something that no execution has shown. */
        (void)at(SNAG_EV_LOAD, 30, 3, 1);
        bool news = n % 64 == 0 && corpus.count < SNAG__RF_CORPUS_MAX;
        for (uint32_t i = 0; news && i < 2; i++)
            (void)at(i == 0 ? SNAG_EV_STORE : SNAG_EV_LOAD, 50 + n, i, 3);
        kept = corpus.count;
        snag__rf_corpus_saw(&corpus, &relation, &prng);
        if (news && s->count != 0)
            CHECK(corpus.count == kept + 1);
    }
    CHECK(negative > 100);
    CHECK(empty > 100);
    CHECK_EQ_U64(longest, SNAG__RF_CONSTRAINTS_MAX);
    CHECK(corpus.count > 1);
    snag__rf_corpus_forget(&corpus);
    CHECK_EQ_U64(corpus.count, 1);
}

TEST(the_rarer_and_the_less_tried_is_drawn_more_often) {
    small_world();
    /* Two schedules are kept; the combination of the first one then shows a hundred times. */
    for (uint64_t i = 1; i <= 2; i++) {
        corpus.trial = (struct snag__rf_schedule){.count = 1};
        corpus.trial.list[0].reader = (uint8_t)event(SNAG_EV_LOAD, 30);
        relation.shown = i;
        snag__rf_corpus_saw(&corpus, &relation, &prng);
    }
    CHECK_EQ_U64(corpus.count, 3);
    for (int i = 0; i < 100; i++) {
        corpus.trial = (struct snag__rf_schedule){.count = 0};
        relation.shown = 1;
        relation.news = false;
        snag__rf_corpus_saw(&corpus, &relation, &prng);
    }
    for (int i = 0; i < 100; i++)
        snag__rf_corpus_draw(&corpus, &relation, &prng);
    CHECK(corpus.kept[2].tried > 2 * corpus.kept[1].tried);
    CHECK(corpus.kept[1].tried > 0);
}
