/* feedback_test: which pairs of events count as covered. */
#include "exec/feedback.h"

#include <string.h>

#include "snag/strategy.h"
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
    const struct snag__trace t = {.events = events, .events_count = count};
    return snag__feedback_read(&t, 0, counters);
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

/* ---- reads, and who came first ---- */

TEST(a_read_that_a_change_overtakes_is_another_pair_than_one_that_meets_it) {
    begin();
    const struct snag_event before[] = {at(1, SNAG_EV_LOAD, 1, 10), at(2, SNAG_EV_STORE, 1, 20)};
    const struct snag_event after[] = {at(2, SNAG_EV_STORE, 1, 20), at(1, SNAG_EV_LOAD, 1, 10)};
    CHECK_EQ_U64(FRESH(before), 1);
    CHECK_EQ_U64(FRESH(after), 1);
    CHECK_EQ_U64(FRESH(before), 0);
}

TEST(readers_are_in_no_order) {
    begin();
    const struct snag_event log[] = {at(1, SNAG_EV_RDLOCK, 1, 10), at(2, SNAG_EV_RDLOCK, 1, 20)};
    CHECK_EQ_U64(FRESH(log), 0);
}

TEST(a_read_before_ones_own_change_is_none) {
    begin();
    const struct snag_event log[] = {at(1, SNAG_EV_LOAD, 1, 10), at(1, SNAG_EV_STORE, 1, 11)};
    CHECK_EQ_U64(FRESH(log), 0);
}

TEST(an_overtaken_read_is_forgotten_with_the_change) {
    begin();
    const struct snag_event log[] = {at(1, SNAG_EV_LOAD, 1, 10), at(2, SNAG_EV_STORE, 1, 20),
                                     at(2, SNAG_EV_STORE, 1, 21)};
    CHECK_EQ_U64(FRESH(log), 1);
}

/* ---- plain accesses ---- */

/* To memory number `where`, made when `after` events were in the log. */
static struct snag_event access(uint16_t vthread, uint8_t kind, uint32_t where, uint32_t site,
                                uint32_t after) {
    struct snag_event e = at(vthread, kind, SNAG_PENDING_MEMORY | where, site);
    e.value = after;
    return e;
}

static uint32_t fresh_with(const struct snag_event *events, uint32_t count,
                           const struct snag_event *accesses, uint32_t accesses_count) {
    const struct snag__trace t = {events, accesses, count, accesses_count};
    return snag__feedback_read(&t, 0, counters);
}

TEST(a_plain_read_meets_what_another_wrote) {
    begin();
    const struct snag_event meets[] = {access(1, SNAG_EV_WRITE, 5, 10, 0),
                                       access(2, SNAG_EV_READ, 5, 20, 0)};
    const struct snag_event elsewhere[] = {access(1, SNAG_EV_WRITE, 5, 10, 0),
                                           access(2, SNAG_EV_READ, 6, 20, 0)};
    const struct snag_event overtaken[] = {access(2, SNAG_EV_READ, 5, 20, 0),
                                           access(1, SNAG_EV_WRITE, 5, 10, 0)};
    CHECK_EQ_U64(fresh_with(NULL, 0, elsewhere, 2), 0);
    CHECK_EQ_U64(fresh_with(NULL, 0, meets, 2), 1);
    CHECK_EQ_U64(fresh_with(NULL, 0, overtaken, 2), 1);
    CHECK_EQ_U64(fresh_with(NULL, 0, meets, 2), 0);
}

TEST(memory_that_shares_a_slot_is_not_the_same) {
    begin();
    const struct snag_event log[] = {
        access(1, SNAG_EV_WRITE, 5, 10, 0), access(1, SNAG_EV_WRITE, 5 + (1 << 20), 11, 0),
        access(2, SNAG_EV_READ, 5 + (1 << 20), 20, 0), access(2, SNAG_EV_READ, 5, 21, 0)};
    CHECK_EQ_U64(fresh_with(NULL, 0, log, 4), 1);
}

TEST(a_plain_access_is_in_the_operation_that_has_begun_by_then) {
    begin();
    const struct snag_event events[] = {op(1, SNAG_EV_OP_BEGIN, 3), op(2, SNAG_EV_OP_BEGIN, 3),
                                        op(2, SNAG_EV_OP_END, 0), op(2, SNAG_EV_OP_BEGIN, 4)};
    const struct snag_event early[] = {access(1, SNAG_EV_WRITE, 5, 10, 1),
                                       access(2, SNAG_EV_READ, 5, 20, 2)};
    const struct snag_event late[] = {access(1, SNAG_EV_WRITE, 5, 10, 1),
                                      access(2, SNAG_EV_READ, 5, 20, 4)};
    (void)fresh_with(events, 4, early, 2);
    CHECK_EQ_U64(fresh_with(events, 4, early, 2), 0);
    CHECK(fresh_with(events, 4, late, 2) > 0);
}

/* ---- overlapping operations ---- */

TEST(where_another_operation_stood_when_one_ended_counts) {
    begin();
    const struct snag_event apart[] = {op(1, SNAG_EV_OP_BEGIN, 3), op(1, SNAG_EV_OP_END, 0),
                                       op(2, SNAG_EV_OP_BEGIN, 4), op(2, SNAG_EV_OP_END, 0)};
    const struct snag_event inside[] = {op(1, SNAG_EV_OP_BEGIN, 3), op(2, SNAG_EV_OP_BEGIN, 4),
                                        op(2, SNAG_EV_OP_END, 0), op(1, SNAG_EV_OP_END, 0)};
    const struct snag_event across[] = {op(2, SNAG_EV_OP_BEGIN, 4), op(1, SNAG_EV_OP_BEGIN, 3),
                                        op(2, SNAG_EV_OP_END, 0), op(1, SNAG_EV_OP_END, 0)};
    const struct snag_event later[] = {op(1, SNAG_EV_OP_BEGIN, 3), at(1, SNAG_EV_LOCK, 1, 10),
                                       op(2, SNAG_EV_OP_BEGIN, 4), op(2, SNAG_EV_OP_END, 0),
                                       op(1, SNAG_EV_OP_END, 0)};
    CHECK_EQ_U64(FRESH(apart), 0);
    CHECK_EQ_U64(FRESH(inside), 1);
    CHECK_EQ_U64(FRESH(across), 1);
    CHECK_EQ_U64(FRESH(later), 1);
    CHECK_EQ_U64(FRESH(inside), 0);
}

TEST(an_operation_that_never_ended_is_not_in_the_next_log) {
    begin();
    const struct snag_event hangs[] = {op(1, SNAG_EV_OP_BEGIN, 3), op(2, SNAG_EV_OP_BEGIN, 4)};
    const struct snag_event other[] = {op(2, SNAG_EV_OP_END, 0), op(2, SNAG_EV_OP_BEGIN, 4),
                                       op(2, SNAG_EV_OP_END, 0)};
    CHECK_EQ_U64(FRESH(hangs), 0);
    CHECK_EQ_U64(FRESH(other), 0);
}

/* ---- names, numbers ---- */

static void count_only(void *to, uint64_t pair) {
    (void)pair;
    ++*(uint64_t *)to;
}

TEST(a_trace_of_a_name_is_counted_again_from_memory) {
    begin();
    const struct snag_event log[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag__trace t = {.events = log, .events_count = 2}, none = {0};
    CHECK_EQ_U64(snag__feedback_read(&t, 77, counters), 1);
    CHECK_EQ_U64(snag__feedback_read(&none, 77, counters), 0);
    begin();
    CHECK_EQ_U64(snag__feedback_read(&none, 77, counters), 1);
    CHECK_EQ_U64(snag__feedback_read(&none, 78, counters), 0);
}

TEST(a_long_log_is_read_to_its_end) {
    enum { LENGTH = 10000 };
    static struct snag_event log[LENGTH], accesses[LENGTH];
    uint64_t n = 0;
    for (uint32_t i = 0; i < LENGTH; i++) {
        log[i] = at((uint16_t)(1 + i % 2), SNAG_EV_STORE, 1, i);
        accesses[i] = access((uint16_t)(1 + i % 2), SNAG_EV_WRITE, 7, i, i);
    }
    const struct snag__trace t = {log, accesses, LENGTH, LENGTH};
    snag__feedback_visit(&t, count_only, &n);
    CHECK_EQ_U64(n, UINT64_C(2) * (LENGTH - 1));
    begin();
    uint32_t fresh = snag__feedback_read(&t, 79, counters);
    CHECK(fresh > SNAG__FEEDBACK_BYTES / 2);
    begin();
    CHECK_EQ_U64(snag__feedback_read(&t, 79, counters), fresh);
}

static void count_visit(void *to, uint64_t pair) {
    uint64_t *seen = to;
    seen[0]++;
    seen[1] = pair;
}

static void visit_events(const struct snag_event *events, uint32_t count, uint64_t *seen) {
    const struct snag__trace t = {.events = events, .events_count = count};
    snag__feedback_visit(&t, count_visit, seen);
}

TEST(a_visit_is_of_each_pair_as_often_as_it_occurs) {
    const struct snag_event once[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event twice[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 20),
                                       at(2, SNAG_EV_LOAD, 1, 20)};
    const struct snag_event other[] = {at(1, SNAG_EV_STORE, 1, 10), at(2, SNAG_EV_LOAD, 1, 30)};
    uint64_t a[2] = {0}, b[2] = {0}, c[2] = {0};
    visit_events(once, 2, a);
    visit_events(twice, 3, b);
    visit_events(other, 2, c);
    CHECK_EQ_U64(a[0], 1);
    CHECK_EQ_U64(b[0], 2);
    CHECK_EQ_U64(b[1], a[1]);
    CHECK(c[1] != a[1]);
}
