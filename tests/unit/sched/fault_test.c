/* fault_test.c: faults: asked where they may happen, injected seldom, repeated and followed
 * exactly.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "sched/fault.h"
#include "snag/fault.h"

void turns(void);
void waits_for_ever(void);
void compare_and_swaps(void);
void allocations(void);
void refusals(void);

static const uint32_t every = UINT32_MAX;

static const struct snag_verdict *drive_faults(void (*body)(void), uint32_t faults, uint64_t seed) {
    struct snag__request r = drive_request(seed % 2 != 0 ? "random" : "pct", seed);
    r.faults = faults;
    case_body = body;
    return drive(&r);
}

/* How often a kind of choice was made in the last execution, and with which answer. */
static uint32_t chosen(enum snag_choice_kind kind, bool only_picked) {
    uint32_t count, n = 0;
    const struct snag_choice_entry *c = snag__exec_choices(&count);
    for (uint32_t i = 0; i < count; i++)
        n += c[i].kind == kind && (!only_picked || c[i].picked != 0);
    return n;
}

TEST(the_words_of_the_option_are_a_set) {
    uint32_t spurious = SNAG_FAULT_SET(SNAG_FAULT_SPURIOUS);
    uint32_t all = (UINT32_C(1) << SNAG_FAULT_KINDS) - 1;
    CHECK_EQ_U64(snag_faults_parse("none"), 0);
    CHECK_EQ_U64(snag_faults_parse("all"), all);
    CHECK_EQ_U64(snag_faults_parse("spurious"), spurious);
    CHECK_EQ_U64(snag_faults_parse("none,spurious"), spurious);
    CHECK_EQ_U64(snag_faults_parse("default") & spurious, spurious);
    CHECK_EQ_U64(snag_faults_parse("timeout,default"), snag_faults_parse("default"));
}

TEST(every_fault_has_a_choice_and_a_word_of_its_own) {
    for (unsigned f = 0; f < SNAG_FAULT_KINDS; f++) {
        CHECK(snag_choice_takes(snag_fault_choice(f)) == SNAG_TAKES_NUMBER);
        CHECK_EQ_INT(snag_fault_of(snag_fault_choice(f)), f);
        CHECK_EQ_STR(snag_choice_name(snag_fault_choice(f)), snag_fault_name(f));
        CHECK_EQ_U64(snag_faults_parse(snag_fault_name(f)), SNAG_FAULT_SET(f));
    }
    CHECK_EQ_INT(snag_fault_of(SNAG_CHOOSE_NEXT), SNAG_FAULT_KINDS);
    CHECK_EQ_INT(snag_fault_of(SNAG_CHOOSE_LATENCY), SNAG_FAULT_KINDS);
}

TEST(none_happens_unless_it_may) {
    uint64_t spurious_wakeups = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        (void)drive_faults(turns, 0, seed);
        CHECK_EQ_U64(chosen(SNAG_CHOOSE_SPURIOUS, false), 0);
        CHECK_EQ_U64(chosen(SNAG_CHOOSE_TIMEOUT, false), 0);
        CHECK_EQ_INT(case_outs, 0);
        (void)drive_faults(turns, SNAG_FAULT_SET(SNAG_FAULT_SPURIOUS), seed);
        CHECK_EQ_U64(chosen(SNAG_CHOOSE_TIMEOUT, false), 0);
        spurious_wakeups += chosen(SNAG_CHOOSE_SPURIOUS, true);
    }
    CHECK(spurious_wakeups > 50);
}

TEST(a_search_injects_few_and_often_none) {
    uint32_t without = 0, with = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        const struct snag_verdict *v = drive_faults(turns, every, seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
        uint32_t n = chosen(SNAG_CHOOSE_SPURIOUS, true);
        CHECK(n <= 4);
        with += n > 0;
        without += n == 0 && chosen(SNAG_CHOOSE_SPURIOUS, false) > 0;
    }
    CHECK(without > 700);
    CHECK(with > 400);
}

/* An endless wait stays one, is seen as a hang, and soon. */
TEST(no_wait_is_kept_going_by_faults) {
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = drive_faults(waits_for_ever, every, seed);
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        CHECK_EQ_STR(worst(v), "hang");
        CHECK(v->points < 20);
    }
}

static bool same_again(const struct snag__request *again, const struct snag_verdict *first) {
    const struct snag_verdict kept = *first;
    const struct snag_verdict *v = drive(again);
    return EXPECT_EQ_U64(v->digest, kept.digest) && EXPECT_EQ_INT(v->end, kept.end) &&
           EXPECT(!snag__exec_divergence()->diverged) &&
           EXPECT_EQ_U64(snag__exec_divergence()->unused, 0);
}

TEST(what_was_injected_is_repeated_and_followed) {
    static struct snag_choice_entry log[4096];
    struct snag_schedule schedule = {0};
    for (uint64_t seed = 0; seed < 1000; seed++) {
        const struct snag_verdict *v = drive_faults(turns, every, seed);
        struct snag__request r = {.repeat = log};
        const struct snag_choice_entry *choices = snag__exec_choices(&r.repeat_count);
        CHECK(r.repeat_count <= 4096);
        memcpy(log, choices, r.repeat_count * sizeof(log[0]));
        snag__exec_again(&r);
        CHECK(snag__exec_schedule(&schedule));
        CHECK(same_again(&r, v));
        /* By the entries alone: no fault is allowed but what they say. */
        struct snag__request followed = {.schedule = &schedule};
        CHECK(same_again(&followed, v));
    }
    snag__schedule_free(&schedule);
}

static uint32_t timeouts(bool off) {
    uint32_t n = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct snag__request r = drive_request("random", seed);
        uint32_t count;
        r.no_timeouts = off;
        case_body = turns;
        (void)drive(&r);
        const struct snag_event *e = snag__exec_events(&count);
        for (uint32_t i = 0; i < count; i++)
            n += (e[i].flags & SNAG_EVF_TIMEOUT) != 0;
    }
    return n;
}

TEST(where_timeouts_are_off_a_timed_wait_expires_only_when_nobody_can_run) {
    CHECK_EQ_U64(timeouts(true), 0);
    CHECK(timeouts(false) > 100);
}

TEST(whatever_way_it_is_written_a_weak_compare_and_swap_may_fail_and_a_strong_one_may_not) {
    uint32_t failed[10] = {0};
    for (uint64_t seed = 0; seed < 2000; seed++) {
        const struct snag_verdict *v = drive_faults(compare_and_swaps, every, seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_outs, 10);
        for (int i = 0; i < 10; i++)
            failed[i] += case_out[i] != 0;
    }
    for (int i = 0; i < 10; i++)
        CHECK(i < 7 ? failed[i] > 20 : failed[i] == 0);
    (void)drive_faults(compare_and_swaps, 0, 1);
    for (int i = 0; i < 10; i++)
        CHECK_EQ_INT(case_out[i], 0);
}

TEST(every_allocation_may_be_refused_and_says_so) {
    uint32_t refused[6] = {0}, all_well = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        const struct snag_verdict *v = drive_faults(allocations, every, seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
        CHECK(case_outs == 6 || case_outs == 0);
        for (int i = 0; i < 6; i++)
            refused[i] += case_out[i] != 0;
        all_well += chosen(SNAG_CHOOSE_OOM, true) == 0;
    }
    for (int i = 0; i < 6; i++)
        CHECK(refused[i] > 20);
    CHECK(all_well > 700);
}

/* Several allocations between two events: the entry says which. */
TEST(which_allocation_is_refused_is_in_the_schedule) {
    for (uint16_t sub = 2; sub <= 3; sub++) {
        struct snag_switch entry = {
            .kind = SNAG_CHOOSE_OOM, .ordinal = 1, .at = {.depth = 1}, .sub = sub, .number = 1};
        struct snag_schedule schedule = {.count = 1, .capacity = 1, .list = &entry};
        struct snag__request r = {.schedule = &schedule};
        case_body = allocations;
        CHECK_EQ_STR(worst(drive(&r)), "");
        CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
        CHECK_EQ_INT(case_outs, 6);
        for (int i = 0; i < 6; i++)
            CHECK_EQ_INT(case_out[i], i == sub - 2);
    }
}

TEST(every_wait_may_be_interrupted_and_every_thread_refused_in_the_way_of_its_call) {
    uint32_t happened[11] = {0};
    for (uint64_t seed = 0; seed < 3000; seed++) {
        const struct snag_verdict *v = drive_faults(refusals, every, seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_outs, 11);
        for (int i = 0; i < 11; i++)
            happened[i] += case_out[i] != 0;
    }
    for (int i = 0; i < 11; i++)
        CHECK(i < 9 ? happened[i] > 20 : happened[i] == 0);
}
