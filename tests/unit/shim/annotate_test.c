/* annotate_test.c: what code under test says of itself is known, and changes nothing.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include <errno.h>

/* The name of the n-th object on which an event of that kind is; "": it has none. */
static const char *name_at(enum snag_event_kind kind, uint32_t n) {
    uint32_t count;
    const struct snag_event *events = snag__exec_events(&count);
    for (uint32_t i = 0; i < count; i++)
        if (events[i].kind == kind && n-- == 0) {
            const char *name = snag__exec_name(events[i].object);
            return name != NULL ? name : "";
        }
    return "no such event";
}

void named(void);
void unnamed(void);
TEST(objects_have_names_in_this_execution_only) {
    for (int again = 0; again < 3; again++) {
        const struct snag_verdict *v = drive_case(named);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 0), "shard[0]");
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 1), "shard[1] of all, and more t");
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 2), "shard[2]");
        CHECK_EQ_STR(name_at(SNAG_EV_COND_SIGNAL, 2), "odd??name");
        CHECK_EQ_STR(name_at(SNAG_EV_RMW, 2), "count");
        CHECK_EQ_STR(name_at(SNAG_EV_RMW, 3), ""); /* the same memory, allocated anew */
        (void)drive_case(unnamed);
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 0), "");
    }
}

void observed(void);
TEST(a_name_leaves_no_trace_in_the_log) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(observed);
    uint64_t digest = v->digest, sync = v->sync_digest;
    case_in = 1;
    v = drive_case(observed);
    CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 0), "lock 2");
    CHECK_EQ_U64(v->digest, digest);
    CHECK_EQ_U64(v->sync_digest, sync);
}

void thread_names(void);
TEST(threads_have_the_names_of_pthread) {
    static const int64_t wanted[] = {0, 1, 0, 0, 1, ERANGE, ERANGE, 0, 0, 1};
    CHECK_EQ_INT(drive_case(thread_names)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 10);
    for (int i = 0; i < 10; i++)
        CHECK_EQ_INT(case_out[i], wanted[i]);
    CHECK_EQ_STR(snag__exec_vthread(0)->name, "fifteen letters");
    CHECK_EQ_STR(snag__exec_vthread(1)->name, "flusher");
    (void)drive_case(unnamed);
    CHECK_EQ_STR(snag__exec_vthread(0)->name, "");
}

/* ---- locks and waits made by hand ---- */

void spins_abba(void);
void parks_abba(void);
void spin_and_mutex(void);
void spin_again(void);
void reader_wants_to_write(void);
void reader_and_writer(void);
void two_at_once(void);
void releases_nothing(void);
void releases_anothers(void);
void destroys_held(void);
void uses_destroyed(void);
void owner_ends(void);
void event_never_comes(void);
void event_undeclared(void);

static const struct bug {
    void (*body)(void);
    const char *key;
} bugs[] = {
    {spins_abba, "deadlock: a_then_b holding a_then_b's lock / b_then_a holding b_then_a's lock"},
    {parks_abba, "deadlock: park_a_then_b holding park_a_then_b's lock / "
                 "park_b_then_a holding park_b_then_a's lock"},
    {spin_and_mutex, "deadlock: mutex_then_spin holding mutex_then_spin's lock / "
                     "spin_then_mutex holding spin_then_mutex's lock"},
    {spin_again, "self-deadlock: asks_again holding spin_again's lock"},
    {reader_wants_to_write,
     "self-deadlock: reader_wants_to_write holding reader_wants_to_write's read lock"},
    {reader_and_writer, "misuse: reads_a_while after reads_or_writes: a lock was acquired that "
                        "another one holds"},
    {two_at_once, "misuse: calls_it after calls_it: a lock was acquired that another one holds"},
    {releases_nothing, "misuse: unlocks: release of a lock that is not held"},
    {releases_anothers,
     "misuse: unlocks after releases_anothers: release of a lock that another one owns"},
    {destroys_held, "misuse: destroys_it after destroys_held: destroy of a lock that is held"},
    {uses_destroyed, "misuse: uses_destroyed after uses_destroyed: use of a destroyed lock"},
    {owner_ends, "hang: ended holding takes_and_ends's lock"},
    {event_never_comes, "hang: awaits"},
    {event_undeclared, "livelock: awaits_silently"},
};

static bool finds(const struct bug *bug, uint64_t seeds) {
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = drive_seed(bug->body, "random", seed);
        for (uint32_t i = 0; i < v->findings_count; i++)
            if (strcmp(v->findings[i].key, bug->key) == 0)
                return true;
    }
    return false;
}

TEST(each_is_found_and_named_and_its_twin_is_silent) {
    for (size_t i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++) {
        case_in = 0;
        if (!EXPECT(finds(&bugs[i], 200)))
            printf("  %s, but at the last seed: %s\n", bugs[i].key,
                   verdict.findings_count > 0 ? verdict.findings[0].key : "nothing");
        case_in = 1;
        for (uint64_t seed = 0; seed < 200; seed++) {
            const struct snag_verdict *v = drive_seed(bugs[i].body, "random", seed);
            if (!EXPECT_EQ_STR(v->findings_count > 0 ? v->findings[0].key : "", ""))
                break;
        }
    }
}

/* Whatever the schedule, and whichever wait closes the cycle. */
TEST(a_deadlock_is_nothing_else) {
    static void (*const bodies[])(void) = {spins_abba, parks_abba, spin_and_mutex};
    case_in = 0;
    for (int b = 0; b < 3; b++) {
        int deadlocks = 0;
        for (uint64_t seed = 0; seed < 300; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[b], "random", seed);
            bool found = has(v, SNAG_DEADLOCK);
            deadlocks += found;
            CHECK(found ? v->findings_count == 1 : only_orders(v));
            CHECK(found || v->end == SNAG_END_DONE);
        }
        CHECK(deadlocks > 10 && deadlocks < 300);
    }
}

void gives_up(void);
void gave_up(void);
TEST(who_gives_up_is_in_no_deadlock) {
    static void (*const bodies[])(void) = {gives_up, gave_up};
    for (int b = 0; b < 2; b++) {
        for (uint64_t seed = 0; seed < 500; seed++) {
            const struct snag_verdict *v = drive_seed(bodies[b], "random", seed);
            CHECK_EQ_INT(v->findings_count, 0);
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
        }
    }
}

void event_beside_work(void);
TEST(a_wait_beside_somebody_at_work_is_no_hang) {
    for (uint64_t seed = 0; seed < 20; seed++)
        CHECK(!has(drive_seed(event_beside_work, "random", seed), SNAG_HANG));
    CHECK(has(&verdict, SNAG_LIVELOCK));
}

TEST(a_lock_is_another_object_than_its_word) {
    case_in = 1;
    const struct snag_verdict *v = drive_case(spins_abba);
    uint32_t count, locks = 0, words = 0;
    const struct snag_event *events = snag__exec_events(&count);
    for (uint32_t i = 0; i < count; i++) {
        if (events[i].kind == SNAG_EV_ACQUIRE)
            locks |= 1U << events[i].object;
        if (events[i].kind == SNAG_EV_RMW)
            words |= 1U << events[i].object;
    }
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_INT(__builtin_popcount(locks), 2);
    CHECK_EQ_INT(__builtin_popcount(words), 2);
    CHECK_EQ_INT(locks & words, 0);
}
