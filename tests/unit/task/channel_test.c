/* channel_test.c: what channels answer, to whom, in which order; from plain vthreads. That they do
 * so under every schedule, from tasks, is shown by targets/channel.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "snag/channel.h"

enum {
    OK = SNAG_CHANNEL_OK,
    CLOSED = SNAG_CHANNEL_CLOSED,
    FULL = SNAG_CHANNEL_FULL,
    EMPTY = SNAG_CHANNEL_EMPTY,
    LAGGED = SNAG_CHANNEL_LAGGED
};

static bool saw(const struct snag_verdict *v, const int64_t *wanted, int count) {
    bool good = EXPECT_EQ_INT(v->end, SNAG_END_DONE) && EXPECT_EQ_STR(worst(v), "") &&
                EXPECT_EQ_INT(case_outs, count);
    for (int i = 0; good && i < count; i++)
        good = EXPECT_EQ_INT(case_out[i], wanted[i]);
    return good;
}

/* It ends well with these observations, by the default policy: threads run in the order in which
 * they were made. */
static bool gives(void (*body)(void), const int64_t *wanted, int count) {
    return saw(drive_case(body), wanted, count);
}

#define GIVES(body, ...)                                                                           \
    do {                                                                                           \
        void body(void);                                                                           \
        static const int64_t wanted[] = {__VA_ARGS__};                                             \
        CHECK(gives(body, wanted, (int)(sizeof(wanted) / sizeof(wanted[0]))));                     \
    } while (0)

TEST(messages_in_order_as_long_as_there_is_room) {
    GIVES(bounded, OK, OK, FULL, OK, 1, OK, OK, 2, OK, 4, EMPTY, 0);
}

TEST(any_number_of_messages) {
    GIVES(unbounded, 1, 1, 1, 1, OK, 5);
}

TEST(what_was_sent_before_it_closed_is_received) {
    GIVES(closed, OK, CLOSED, CLOSED, CLOSED, OK, 1, OK, 2, CLOSED, 0, CLOSED, 0);
}

TEST(the_last_sender_closes_it) {
    GIVES(senders, OK, OK, 1, CLOSED, 0);
}

TEST(a_receiver_that_goes_drops_what_is_left) {
    GIVES(receiver, 101, 102, CLOSED);
}

TEST(senders_wait_in_a_queue) {
    GIVES(full, OK, 1, OK, 2, OK, OK, CLOSED, OK, 3, CLOSED, 0);
}

TEST(receivers_wait_in_a_queue) {
    GIVES(empty, OK, 1, OK, 2, CLOSED, 0);
}

void full(void);
void empty(void);
TEST(and_end_well_in_any_order) {
    for (uint64_t seed = 0; seed < 1000; seed++) {
        const struct snag_verdict *v = drive_seed(seed % 2 != 0 ? full : empty, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
    }
}

TEST(an_answer_or_none) {
    void answered(void);
    for (case_in = 0; case_in <= 5; case_in += 5) {
        unsigned early = 0;
        for (uint64_t seed = 0; seed < 500; seed++) {
            const struct snag_verdict *v = drive_seed(answered, "random", seed);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            CHECK_EQ_STR(worst(v), "");
            int64_t sum = 0;
            for (int i = 0; i < case_outs; i++)
                sum += case_out[i];
            CHECK_EQ_INT(sum, case_in == 0 ? CLOSED : case_in);
            early += case_out[0] == case_in;
        }
        CHECK(early < 500);
    }
    GIVES(asked_at_once, EMPTY, OK, 7, CLOSED);
}

TEST(an_answer_that_nobody_wants) {
    GIVES(unasked, CLOSED, OK, 108);
}

TEST(who_lags_is_told_how_much) {
    GIVES(lags, EMPTY, LAGGED, 30, OK, 4, OK, 5, EMPTY, OK, CLOSED, CLOSED, OK, 6, CLOSED, 0, OK, 6,
          CLOSED, 0);
}

TEST(everybody_hears_a_message_and_the_end) {
    void heard(void);
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = drive_seed(heard, "random", seed);
        int64_t sum = 0;
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_outs, 8);
        for (int i = 0; i < 8; i++)
            sum += case_out[i];
        CHECK_EQ_INT(sum, INT64_C(2) * (OK + 5 + CLOSED));
    }
}

TEST(only_the_latest_value_counts) {
    GIVES(watched, 1, OK, 3, OK, CLOSED, CLOSED, CLOSED, 3);
}

TEST(whoever_watches_sees_the_last_value) {
    void watched_by_two(void);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        const struct snag_verdict *v =
            drive_seed(watched_by_two, seed % 2 != 0 ? "random" : "pct", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
    }
}
