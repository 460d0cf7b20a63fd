/* lock_order_test.c: cycles in the order of locks: seen in runs that pass, and not where no
 * schedule could close them.
 *
 * link: rt_fast
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"

struct order {
    const char *name;
    void (*body)(void);
    const char *key;
    int64_t twins; /* case_in 1 to so many is silent */
};

void two(void);
void alone(void);
void three(void);
void gated(void);
void read_gated(void);
void started(void);
void thrice(void);
void in_turn(void);
void readers(void);
void spins(void);
void by_hand(void);
void tried(void);
void tried_first(void);
void waited(void);
void recursive(void);
void ways(void);
void rising(void);
void phases(void);
void deep(void);

#define AB "a_then_b holding a_then_b's lock / "
#define BA "b_then_a holding b_then_a's lock"

static const struct order orders[] = {
    {"two", two, "lock-order: " AB BA, 1},
    {"alone", alone, "lock-order: " AB BA, 1},
    {"three", three, "lock-order: " AB "take holding take's lock", 1},
    {"gated", gated, "lock-order: " AB BA, 1},
    {"read gated", read_gated, "lock-order: " AB BA, 1},
    {"started", started, "lock-order: " AB BA, 2},
    {"thrice", thrice, "lock-order: " AB BA, 1},
    {"in turn", in_turn, "lock-order: " AB BA, 1},
    {"readers", readers,
     "lock-order: a_then_rw holding a_then_rw's lock / reads_then_a holding reads_then_a's read "
     "lock",
     1},
    {"spins", spins,
     "lock-order: a_then_spin holding a_then_spin's lock / spin_then_a holding spin_then_a's lock",
     1},
    {"by hand", by_hand,
     "lock-order: a_then_hand holding a_then_hand's lock / hand_then_a holding hand_then_a's lock",
     1},
    {"tried", tried, "lock-order: " AB "b_then_maybe_a holding b_then_maybe_a's lock", 2},
    {"tried first", tried_first, "lock-order: " AB "tries_b_then_a holding tries_b_then_a's lock",
     1},
    {"waited", waited, "lock-order: " AB "waits_holding_b holding waits_holding_b's lock", 1},
    {"recursive", recursive,
     "lock-order: a_then_again holding a_then_again's lock / again_then_a holding again_then_a's "
     "lock",
     1},
};
enum { ORDERS = sizeof(orders) / sizeof(orders[0]), SEEDS = 300 };

static const struct snag_verdict *run(const struct order *o, uint64_t seed) {
    return drive_seed(o->body, seed % 2 != 0 ? "random" : "pct", seed);
}

TEST(a_cycle_is_seen_in_runs_that_pass) {
    for (size_t i = 0; i < ORDERS; i++) {
        unsigned passed = 0, seen = 0;
        case_in = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = run(&orders[i], seed);
            passed += v->end == SNAG_END_DONE;
            if (v->end != SNAG_END_DONE || v->findings_count == 0)
                continue;
            seen++;
            CHECK_EQ_U64(v->findings_count, 1);
            CHECK_EQ_STR(v->findings[0].key, orders[i].key);
            CHECK_EQ_INT(v->findings[0].grade, SNAG_GRADE_HAZARD);
            CHECK_EQ_STR(v->findings[0].rule, "R4");
        }
        if (!EXPECT(passed > SEEDS / 5 && seen > passed / 8))
            printf("  %s: seen in %u of %u\n", orders[i].name, seen, passed);
    }
}

/* The deadlock that comes of it has the same words behind the kind, and is told alone. */
TEST(its_deadlock_has_the_same_key) {
    case_in = 0;
    for (size_t i = 0; i < ORDERS; i++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = run(&orders[i], seed);
            if (v->end == SNAG_END_DONE)
                continue;
            CHECK_EQ_U64(v->findings_count, 1);
            if (!EXPECT_EQ_STR(strchr(v->findings[0].key, ':'), strchr(orders[i].key, ':')))
                printf("  %s\n", orders[i].name);
        }
    }
}

TEST(what_cannot_happen_is_not_told) {
    for (size_t i = 0; i < ORDERS; i++) {
        for (case_in = 1; case_in <= orders[i].twins; case_in++) {
            for (uint64_t seed = 0; seed < SEEDS; seed++) {
                const struct snag_verdict *v = run(&orders[i], seed);
                if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE)) {
                    printf("  %s %d at seed %d\n", orders[i].name, (int)case_in, (int)seed);
                    return;
                }
                CHECK_EQ_INT(v->limit, SNAG_NO_LIMIT);
            }
        }
    }
}

TEST(parties_are_those_of_the_deadlock) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(three);
    CHECK_EQ_U64(v->findings_count, 1);
    const struct snag_finding *f = &v->findings[0];
    CHECK_EQ_U64(f->parties_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQ_U64(f->parties[(i + 1) % 3].holds, f->parties[i].object);
        CHECK(f->parties[i].vthread != f->parties[(i + 1) % 3].vthread);
        CHECK(f->parties[i].at_site != 0 && f->parties[i].holds_site != 0);
    }
    CHECK(f->event > 0 && f->event < v->events);
}

TEST(short_cycles_are_found_first) {
    const struct snag_verdict *v = drive_case(phases);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_LOCK_ORDER);
    CHECK_EQ_U64(v->findings_count, 1);
    CHECK_EQ_INT(v->findings[0].kind, SNAG_LOCK_ORDER);
    CHECK_EQ_U64(v->findings[0].parties_count, 2);
}

TEST(where_locks_have_an_order_nothing_is_tried) {
    CHECK_EQ_INT(drive_case(rising)->limit, SNAG_NO_LIMIT);
    CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
    CHECK_EQ_INT(verdict.findings_count, 0);
}

TEST(a_bound_that_is_reached_is_told) {
    CHECK_EQ_INT(drive_case(ways)->limit, SNAG_LIMIT_LOCK_ORDER);
    CHECK_EQ_INT(verdict.end, SNAG_END_DONE);
    case_in = 9;
    CHECK_EQ_INT(drive_case(deep)->limit, SNAG_NO_LIMIT);
    case_in = 10;
    CHECK_EQ_INT(drive_case(deep)->limit, SNAG_LIMIT_LOCK_ORDER);
    CHECK_EQ_INT(verdict.findings_count, 0);
    case_in = 0;
    CHECK_EQ_INT(drive_case(two)->limit, SNAG_NO_LIMIT);
}
