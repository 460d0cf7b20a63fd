/* signal_test.c: signals as the schedule has them, and what goes wrong with them.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../exec/drive.h"

#include <errno.h>
#include <signal.h>

void handler_locks(void);
void kills_the_process(void);
void to_another_process(void);
void at_any_time(void);
void by_any_thread(void);
void nobody_sends(void);
void checks_then_pauses(void);
void pauses_at_once(void);
void handled_before_it_waits(void);
void goes_off_at_any_time(void);
void outlived_by_a_timer(void);
void stopped(void);
void waits_with_if(void);
void leaves_all(void);
void to_nobody(void);

enum { SEEDS = 500 };

static unsigned found(void (*body)(void), const char *key) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(body, "random", seed);
        if (v->findings_count > 0 && !EXPECT_EQ_STR(v->findings[0].key, key))
            break;
        n += v->findings_count > 0;
    }
    return n;
}

TEST(a_handler_that_locks_what_it_interrupts_hangs) {
    case_in = 0;
    unsigned n = found(handler_locks, "self-deadlock: locks holding works's lock");
    CHECK(n > SEEDS / 20 && n < SEEDS);
    case_in = 1;
    CHECK_EQ_INT(found(handler_locks, ""), 0);
}

TEST(a_signal_that_nobody_handles_ends_the_process) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(kills_the_process);
    CHECK_EQ_STR(v->findings[0].key, "abort: kills_the_process: ended by signal SIGTERM");
    CHECK_EQ_INT(v->end, SNAG_END_STOPPED);
    CHECK_EQ_INT(case_outs, 0);
    case_in = 1;
    CHECK_EQ_INT(found(kills_the_process, ""), 0);
    CHECK_EQ_INT(case_out[0], 1);
}

TEST(nothing_is_sent_to_another_process) {
    const struct snag_verdict *v = drive_case(to_another_process);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_NOT_MODELLED);
    CHECK_EQ_INT(case_outs, 0);
}

TEST(a_signal_that_stops_the_process_is_not_modelled) {
    static const int stopping[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    for (size_t i = 0; i < 4; i++) {
        case_in = stopping[i];
        const struct snag_verdict *v = drive_case(stopped);
        CHECK_EQ_INT(v->limit, SNAG_LIMIT_NOT_MODELLED);
        CHECK_EQ_INT(v->findings_count, 0);
        CHECK_EQ_INT(case_outs, 0);
    }
}

TEST(it_comes_at_any_time_and_the_same_way_again) {
    unsigned after[4] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(at_any_time, "random", seed);
        uint64_t digest = v->digest;
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        after[case_out[0]]++;
        CHECK_EQ_U64(drive_seed(at_any_time, "random", seed)->digest, digest);
    }
    CHECK(after[1] > 0 && after[2] > 0 && after[3] > 0);
}

TEST(what_is_for_the_process_any_thread_may_handle) {
    unsigned by_other = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        CHECK_EQ_STR(worst(drive_seed(by_any_thread, "random", seed)), "");
        by_other += (unsigned)case_out[0];
    }
    CHECK(by_other > SEEDS / 10 && by_other < SEEDS - SEEDS / 10);
}

TEST(who_waits_for_a_signal_that_nobody_sends_hangs) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(nobody_sends);
    CHECK_EQ_INT(v->end, SNAG_END_STUCK);
    CHECK_EQ_STR(worst(v), "hang");
    case_in = 1;
    CHECK_EQ_STR(worst(drive_case(nobody_sends)), "");
    CHECK_EQ_INT(case_out[0], SIGUSR1);
}

TEST(a_signal_between_the_check_and_the_wait_is_lost) {
    case_in = 0;
    unsigned n = found(checks_then_pauses, "hang: checks");
    CHECK(n > SEEDS / 20 && n < SEEDS);
    case_in = 1;
    CHECK_EQ_INT(found(checks_then_pauses, ""), 0);
}

/* Wakeups that come while the handler runs are for who waits: else it would hang. */
TEST(a_condition_wait_goes_on_after_the_handler) {
    for (case_in = 0; case_in < 4; case_in++) {
        unsigned interrupted = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = drive_seed(waits_with_if, "random", seed);
            if (!EXPECT_EQ_STR(worst(v), ""))
                break;
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            if (case_in != 2) /* whose time may be over first */
                CHECK_EQ_INT(case_out[0], case_in == 3 ? ETIMEDOUT : 0);
            interrupted += (unsigned)case_out[1];
        }
        CHECK(interrupted > SEEDS / 20);
    }
}

TEST(also_when_nothing_stands_between_them) {
    unsigned n = found(pauses_at_once, "hang: pauses");
    CHECK(n > SEEDS / 20 && n < SEEDS);
}

TEST(what_was_sent_before_a_wait_or_the_end_is_handled) {
    for (case_in = 0; case_in < 2; case_in++)
        CHECK_EQ_INT(found(handled_before_it_waits, ""), 0);
}

TEST(a_timer_goes_off_at_any_time) {
    unsigned early = 0, late = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct snag_verdict *v = drive_seed(goes_off_at_any_time, "random", seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        early += case_out[0] < 20;
        late += case_out[0] > 3;
    }
    CHECK(early > 0 && late > 0);
}

TEST(a_timer_keeps_nobody_alive_and_hides_no_hang) {
    for (case_in = 0; case_in < 2; case_in++) {
        const struct snag_verdict *v = drive_case(outlived_by_a_timer);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], case_in);
    }
    const struct snag_verdict *v = drive_case(outlived_by_a_timer);
    CHECK_EQ_INT(v->end, SNAG_END_STUCK);
    CHECK_EQ_STR(v->findings[0].key, "hang: outlived_by_a_timer");
}

TEST(every_execution_begins_without_signals) {
    for (int i = 0; i < 3; i++) {
        CHECK_EQ_STR(worst(drive_case(leaves_all)), "");
        CHECK_EQ_INT(case_out[0], 1);
        CHECK_EQ_INT(case_out[1], 0);
        CHECK_EQ_INT(case_out[2], 0);
    }
}

TEST(to_who_is_no_thread_any_more_it_is_a_misuse) {
    case_in = 0;
    CHECK_EQ_STR(drive_case(to_nobody)->findings[0].key,
                 "misuse: to_nobody after to_nobody: a signal to what is no thread any more");
    CHECK_EQ_INT(case_out[0], ESRCH);
    case_in = 1;
    CHECK_EQ_STR(worst(drive_case(to_nobody)), "");
}
