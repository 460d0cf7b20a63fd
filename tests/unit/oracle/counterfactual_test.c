/* counterfactual_test.c: a lost wakeup is one that would have saved the run; and trying it out
 * leaves nothing behind.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

void two_kinds(void);
void too_few(void);
void no_signal(void);
void leaves_no_trace(void);
void woken_it_runs_for_ever(void);

/* How many of 500 seeds are stuck; each must show `key`. */
static unsigned stuck(void (*body)(void), const char *key) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = drive_seed(body, "random", seed);
        if (v->end != SNAG_END_STUCK)
            continue;
        n++;
        EXPECT_EQ_U64(v->findings_count, 1);
        EXPECT_EQ_STR(v->findings[0].key, key);
    }
    return n;
}

/* Whether producer or consumer missed it is up to the schedule; never both in one. */
TEST(two_kinds_of_waiters_on_one_condition_lose_wakeups) {
    unsigned of_producer = 0, of_consumer = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        const struct snag_verdict *v = drive_seed(two_kinds, "random", seed);
        if (v->end != SNAG_END_STUCK)
            continue;
        CHECK_EQ_U64(v->findings_count, 1);
        of_producer += strcmp(v->findings[0].key, "lost-wakeup: produce") == 0;
        of_consumer += strcmp(v->findings[0].key, "lost-wakeup: consume") == 0;
        CHECK_EQ_STR(worst(v), "lost-wakeup");
    }
    CHECK(of_producer + of_consumer > 5);
}

TEST(who_would_only_wait_again_lost_nothing) {
    CHECK_EQ_INT(stuck(too_few, "hang: consume"), 500);
}

TEST(a_signal_that_is_never_sent_is_missed_as_well) {
    CHECK(stuck(no_signal, "lost-wakeup: consume") > 50);
}

TEST(what_is_tried_out_leaves_no_trace) {
    for (case_in = 0; case_in < 3; case_in++) {
        bool lost = case_in == 0;
        unsigned n = stuck(leaves_no_trace, lost ? "lost-wakeup: waits_before_it_looks"
                                                 : "hang: waits_before_it_looks");
        CHECK(case_in == 2 ? n == 0 : n > 50);
        for (uint64_t seed = 0; seed < 50; seed++) {
            const struct snag_verdict *v = drive_seed(leaves_no_trace, "random", seed);
            if (v->end != SNAG_END_STUCK)
                continue;
            uint32_t events;
            const struct snag_event *e = snag__exec_events(&events);
            CHECK_EQ_INT(events, v->events);
            CHECK_EQ_INT(snag__exec_vthreads(), 3); /* not the one that only the trial started */
            for (uint32_t i = 0; i < events; i++)
                CHECK(e[i].kind != SNAG_EV_ALLOC && e[i].kind != SNAG_EV_COND_RELOCK);
        }
    }
}

TEST(a_trial_that_does_not_end_says_nothing) {
    CHECK(stuck(woken_it_runs_for_ever, "hang: polls_for_ever") > 50);
}

/* The same execution before and after many that were tried out. */
TEST(it_is_the_same_every_time) {
    case_in = 0;
    struct snag_verdict first = *drive_seed(two_kinds, "random", 7);
    for (uint64_t seed = 0; seed < 3000; seed++)
        (void)drive_seed(seed % 2 != 0 ? two_kinds : leaves_no_trace, "random", seed);
    const struct snag_verdict *again = drive_seed(two_kinds, "random", 7);
    CHECK_EQ_U64(again->digest, first.digest);
    CHECK_EQ_INT(again->end, first.end);
    CHECK_EQ_U64(again->findings_count, first.findings_count);
}
