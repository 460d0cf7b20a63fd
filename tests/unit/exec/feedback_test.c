/* feedback_test: which pairs of events count as covered. */
#include "exec/feedback.h"

#include <string.h>

#include "test.h"

static uint8_t counters[SNAG__FEEDBACK_BYTES];

static struct snag_event at(uint16_t vthread, uint8_t kind, uint32_t object, uint32_t site) {
    return (struct snag_event){.vthread = vthread, .kind = kind, .object = object, .site = site};
}

static struct snag_event op(uint16_t vthread, uint8_t kind, uint32_t which) {
    return (struct snag_event){.vthread = vthread, .kind = kind, .value = which};
}

/* Pairs that this log is the first to show. */
static uint32_t fresh(const struct snag_event *events, uint32_t count) {
    return snag__feedback_read(events, count, counters);
}
#define FRESH(events) fresh(events, sizeof(events) / sizeof((events)[0]))

static void begin(void) {
    memset(counters, 0, sizeof counters);
}

TEST(a_lock_handed_over_counts_once) {
    begin();
    const struct snag_event log[] = {at(1, SNAG_EV_LOCK, 1, 10), at(1, SNAG_EV_UNLOCK, 1, 11),
                                     at(2, SNAG_EV_LOCK, 1, 20), at(2, SNAG_EV_UNLOCK, 1, 21)};
    CHECK_EQ_U64(FRESH(log), 1);
    CHECK_EQ_U64(FRESH(log), 0);
}

TEST(an_actor_that_meets_its_own_change_does_not) {
    begin();
    const struct snag_event log[] = {at(1, SNAG_EV_STORE, 1, 10), at(1, SNAG_EV_LOAD, 1, 11),
                                     at(1, SNAG_EV_RMW, 1, 12)};
    CHECK_EQ_U64(FRESH(log), 0);
}

TEST(a_load_reads_from_the_last_store) {
    begin();
    const struct snag_event log[] = {
        at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20),
        at(3, SNAG_EV_LOAD, 1, 20), /* the same pair: the load before it changed nothing */
    };
    CHECK_EQ_U64(FRESH(log), 1);
    const struct snag_event other[] = {at(1, SNAG_EV_STORE, 1, 13), at(2, SNAG_EV_LOAD, 1, 20)};
    CHECK_EQ_U64(FRESH(other), 1);
}

TEST(what_failed_changes_nothing) {
    begin();
    struct snag_event log[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_CAS, 1, 20),
                               at(3, SNAG_EV_LOAD, 1, 30)};
    log[1].flags = SNAG_EVF_FAILED;
    CHECK_EQ_U64(FRESH(log), 2); /* the store met by both */
    const struct snag_event plain[] = {at(1, SNAG_EV_STORE, 1, 10), at(3, SNAG_EV_LOAD, 1, 30)};
    CHECK_EQ_U64(FRESH(plain), 0);
}

TEST(the_order_matters) {
    begin();
    const struct snag_event one[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_STORE, 1, 20)};
    const struct snag_event two[] = {at(2, SNAG_EV_STORE, 1, 20), at(1, SNAG_EV_STORE, 1, 10)};
    CHECK_EQ_U64(FRESH(one), 1);
    CHECK_EQ_U64(FRESH(two), 1);
}

TEST(objects_are_told_apart_but_not_named) {
    begin();
    const struct snag_event apart[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 2, 20)};
    const struct snag_event first[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event second[] = {at(1, SNAG_EV_STORE, 2, 10), at(2, SNAG_EV_LOAD, 2, 20)};
    CHECK_EQ_U64(FRESH(apart), 0);
    CHECK_EQ_U64(FRESH(first), 1);
    CHECK_EQ_U64(FRESH(second), 0);
}

TEST(a_log_does_not_see_the_one_before) {
    begin();
    const struct snag_event store[] = {at(1, SNAG_EV_STORE, 1, 10)};
    const struct snag_event load[] = {at(2, SNAG_EV_LOAD, 1, 20)};
    CHECK_EQ_U64(FRESH(store), 0);
    CHECK_EQ_U64(FRESH(load), 0);
}

TEST(one_call_site_in_two_operations_is_two) {
    begin();
    const struct snag_event put[] = {
        op(1, SNAG_EV_OP_BEGIN, 3), at(1, SNAG_EV_UNLOCK, 1, 10), op(1, SNAG_EV_OP_END, 0),
        op(2, SNAG_EV_OP_BEGIN, 3), at(2, SNAG_EV_LOCK, 1, 10),
    };
    const struct snag_event get[] = {
        op(1, SNAG_EV_OP_BEGIN, 4), at(1, SNAG_EV_UNLOCK, 1, 10), op(1, SNAG_EV_OP_END, 0),
        op(2, SNAG_EV_OP_BEGIN, 3), at(2, SNAG_EV_LOCK, 1, 10),
    };
    CHECK_EQ_U64(FRESH(put), 1);
    CHECK_EQ_U64(FRESH(get), 1);
    CHECK_EQ_U64(FRESH(put), 0);
}

TEST(after_a_nested_operation_comes_the_rest_of_the_outer_one) {
    begin();
    const struct snag_event nested[] = {at(1, SNAG_EV_START, 9, 0),  op(1, SNAG_EV_OP_BEGIN, 3),
                                        op(1, SNAG_EV_OP_BEGIN, 5),  op(1, SNAG_EV_OP_END, 0),
                                        at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event plain[] = {at(1, SNAG_EV_START, 9, 0), op(1, SNAG_EV_OP_BEGIN, 3),
                                       at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event outside[] = {at(1, SNAG_EV_START, 9, 0), at(1, SNAG_EV_STORE, 1, 10),
                                         at(2, SNAG_EV_LOAD, 1, 20)};
    CHECK_EQ_U64(FRESH(nested), 1);
    CHECK_EQ_U64(FRESH(plain), 0);
    CHECK_EQ_U64(FRESH(outside), 1);
}

TEST(a_task_is_the_same_actor_on_another_worker) {
    begin();
    struct snag_event log[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    log[0].task = log[1].task = 7;
    CHECK_EQ_U64(FRESH(log), 0);
    log[1].task = 8;
    CHECK_EQ_U64(FRESH(log), 1);
}

static void count_visit(void *to, uint64_t pair) {
    uint64_t *seen = to;
    seen[0]++;
    seen[1] = pair;
}

TEST(a_visit_is_of_each_pair_as_often_as_it_occurs) {
    const struct snag_event once[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event twice[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20),
                                       at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event other[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 30)};
    uint64_t a[2] = {0}, b[2] = {0}, c[2] = {0};
    snag__feedback_visit(once, 2, count_visit, a);
    snag__feedback_visit(twice, 3, count_visit, b);
    snag__feedback_visit(other, 2, count_visit, c);
    CHECK_EQ_U64(a[0], 1);
    CHECK_EQ_U64(b[0], 2);
    CHECK_EQ_U64(b[1], a[1]);
    CHECK(c[1] != a[1]);
}
