/* plain_cases.h: which plain accesses become points, and that a replay needs to know none of it.
 *
 * Included by one test file of each flavour: the same cases hold in both. */
#include "../exec/drive.h"

#include "exec/recorder.h"
#include "sched/fault.h"
#include "sched/plain.h"

void torn(void);
void allocations(void);
void copies(void);
void locked(void);
void published(void);
void handed_over(void);
void crowd(void);
void neighbours(void);
void readers_and_writer(void);
void written_by_readers(void);
void reused(void);
void given_back(void);
void given_back_in_time(void);
void stacks(void);
void spinning(void);

enum { LEARNING = 16, SEEDS = 400 };

static const struct snag_verdict *drive_points(void (*body)(void), uint64_t seed,
                                               enum snag__points points, bool learn) {
    struct snag__request r = drive_request("random", seed);
    r.points = points;
    r.learn = learn;
    case_body = body;
    return drive(&r);
}

static uint32_t learn(void (*body)(void), uint64_t seeds) {
    const uint32_t *sites;
    snag__plain_forget();
    for (uint64_t seed = 0; seed < seeds; seed++)
        (void)drive_points(body, seed, SNAG__POINTS_SHARED, true);
    return snag__plain_known(&sites);
}

/* The events of the last execution, kept. */
static struct snag_event kept[4096];
static uint32_t kept_count;

static void keep_events(void) {
    const struct snag_event *e = snag__exec_events(&kept_count);
    CHECK(kept_count <= 4096);
    memcpy(kept, e, kept_count * sizeof *e);
}

static void check_same_events(void) {
    uint32_t n;
    const struct snag_event *e = snag__exec_events(&n);
    CHECK_EQ_INT(n, kept_count);
    CHECK(memcmp(e, kept, n * sizeof *e) == 0);
}

/* ---- copies ---- */

TEST(a_copy_in_pieces_is_the_same_copy) {
    const struct snag_verdict *v = drive_points(copies, 1, SNAG__POINTS_ALL, true);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
}

/* ---- which are points ---- */

TEST(code_whose_accesses_are_ordered_has_no_points) {
    static void (*const bodies[])(void) = {
        locked, published,          handed_over, neighbours, readers_and_writer,
        reused, given_back_in_time, stacks,      spinning};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        case_outs = (int)i; /* shown by a failure */
        CHECK_EQ_INT(learn(bodies[i], SEEDS), 0);
    }
}

TEST(code_that_races_has_points_where_it_does) {
    uint32_t sites = learn(torn, LEARNING);
    CHECK(sites >= 4 && sites <= 8); /* both counters: read and written; read */
    CHECK(learn(written_by_readers, LEARNING) >= 2);
}

TEST(a_race_among_the_last_of_many_threads_is_seen) {
    CHECK_EQ_INT(learn(crowd, LEARNING), learn(torn, LEARNING));
}

TEST(what_is_not_ordered_with_free_races) {
    uint32_t sites = learn(given_back, LEARNING);
    CHECK(sites >= 1 && sites <= 2); /* the increment: read and written; not free itself */
}

TEST(what_is_torn_shows_by_its_effect_only_with_points) {
    uint32_t found[SNAG__POINTS_ALL + 1] = {0};
    (void)learn(torn, LEARNING);
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (int p = 0; p <= SNAG__POINTS_ALL; p++)
            found[p] += has(drive_points(torn, seed, (enum snag__points)p, false), SNAG_ASSERTION);
    printf("# of %d: shared %u, all %u\n", SEEDS, found[SNAG__POINTS_SHARED],
           found[SNAG__POINTS_ALL]);
    CHECK_EQ_INT(found[SNAG__POINTS_SYNC], 0);
    CHECK_EQ_INT(found[SNAG__POINTS_ATOMIC], 0);
    CHECK(found[SNAG__POINTS_SHARED] > SEEDS / 40);
    CHECK(found[SNAG__POINTS_ALL] > SEEDS / 40);
}

TEST(ones_own_stack_is_never_a_point) {
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint32_t without = drive_points(stacks, seed, SNAG__POINTS_ATOMIC, false)->points;
        CHECK_EQ_INT(drive_points(stacks, seed, SNAG__POINTS_ALL, false)->points, without);
    }
}

TEST(without_points_at_atomics_a_spin_still_ends) {
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct snag_verdict *v = drive_points(spinning, seed, SNAG__POINTS_SYNC, false);
        CHECK(v->end == SNAG_END_DONE || v->end == SNAG_END_UNSETTLED);
    }
}

TEST(expected_points_are_counted) {
    struct snag__request r = {.count = true};
    case_body = torn;
    snag__plain_forget();
    (void)drive(&r);
    CHECK_EQ_INT(snag__plain_expected(), 0);
    (void)learn(torn, LEARNING);
    (void)drive(&r);
    CHECK(snag__plain_expected() >= 4);
}

/* ---- those beside the log ---- */

static bool is_known(uint32_t site) {
    const uint32_t *sites;
    uint32_t n = snag__plain_known(&sites), i = 0;
    while (i < n && sites[i] != site)
        i++;
    return i < n;
}

TEST(accesses_that_race_are_noted_with_their_memory) {
    CHECK(learn(torn, LEARNING) > 0);
    (void)drive_points(torn, 1, SNAG__POINTS_SHARED, false);
    struct snag__trace t = snag__exec_trace();
    uint32_t met = 0, last = 0;
    CHECK(t.accesses_count > 1);
    for (uint32_t i = 0; i < t.accesses_count; i++) {
        const struct snag_event *a = &t.accesses[i];
        CHECK(is_known(a->site));
        CHECK((a->object & SNAG_PENDING_MEMORY) != 0 && a->sub != 0);
        CHECK(a->value >= last && a->value <= t.events_count);
        last = a->value;
        for (uint32_t k = 0; k < i; k++)
            met += t.accesses[k].object == a->object && t.accesses[k].vthread != a->vthread;
    }
    CHECK(met > 0);
    snag__plain_forget();
    (void)drive_points(torn, 1, SNAG__POINTS_SHARED, false);
    CHECK_EQ_INT(snag__exec_trace().accesses_count, 0);
}

/* ---- replays know nothing of that ---- */

static uint32_t subs_of(const struct snag_schedule *s) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->count; i++)
        n += s->list[i].sub != 0;
    return n;
}

TEST(a_schedule_and_a_choice_log_are_enough) {
    struct snag_schedule schedule = {0};
    uint32_t with_subs = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        (void)learn(torn, LEARNING);
        struct snag_verdict first = *drive_points(torn, seed, SNAG__POINTS_SHARED, false);
        keep_events();
        CHECK(snag__exec_schedule(&schedule));
        with_subs += subs_of(&schedule) > 0;
        uint32_t n;
        const struct snag_choice_entry *choices = snag__exec_choices(&n);
        struct snag_choice_entry *log = malloc((n + 1) * sizeof *log);
        CHECK(log != NULL);
        memcpy(log, choices, n * sizeof *log);

        snag__plain_forget();
        struct snag__request again = {
            .repeat = log, .repeat_count = n, .points = SNAG__POINTS_SHARED};
        (void)drive(&again);
        CHECK(!snag__exec_divergence()->diverged && snag__exec_divergence()->unused == 0);
        check_same_events();
        free(log);

        struct snag__request replay = {.schedule = &schedule};
        const struct snag_verdict *v = drive(&replay);
        CHECK(!snag__exec_divergence()->diverged && snag__exec_divergence()->unused == 0);
        CHECK_EQ_U64(v->digest, first.digest);
        CHECK_EQ_INT(v->findings_count, first.findings_count);
        check_same_events();
    }
    CHECK(with_subs > SEEDS / 4);
    snag__schedule_free(&schedule);
}

/* ---- sub-ordinals are the same whatever is a point ---- */

TEST(watching_renumbers_nothing) {
    struct snag__request r = {0};
    case_body = torn;
    snag__plain_forget();
    (void)drive(&r);
    keep_events();
    r.learn = true;
    (void)drive(&r);
    check_same_events();
    r = (struct snag__request){.count = true, .points = SNAG__POINTS_ALL};
    (void)drive(&r);
    check_same_events();
}

/* The same anchor stops at the same access whether all are points or none is. */
TEST(an_anchor_names_one_access) {
    struct snag_switch entry = {.kind = SNAG_CHOOSE_NEXT,
                                .preempts = 1,
                                .ordinal = 1,
                                .at = {.depth = 2, .path = {0, 2}},
                                .to = {.depth = 2, .path = {0, 1}}};
    struct snag_schedule schedule = {.count = 1, .list = &entry};
    struct snag_switch start = entry; /* let 0.2 begin: the default policy would run 0.1 first */
    start.at = (struct snag_actor){.depth = 1};
    start.to = (struct snag_actor){.depth = 2, .path = {0, 2}};
    start.ordinal = 4; /* the first join */
    struct snag_switch both[2];
    uint32_t reached = 0;
    for (uint16_t sub = 1; sub < 8; sub++) {
        both[0] = start;
        both[1] = entry;
        both[1].sub = sub;
        schedule = (struct snag_schedule){.count = 2, .list = both};
        struct snag__request r = {.schedule = &schedule};
        case_body = torn;
        (void)drive(&r);
        keep_events();
        for (uint32_t i = 0; i < kept_count; i++)
            if (kept[i].kind == SNAG_EV_READ || kept[i].kind == SNAG_EV_WRITE) {
                CHECK_EQ_INT(kept[i].sub, sub);
                reached++;
            }
        r.learn = true;
        (void)drive(&r);
        check_same_events();
    }
    CHECK(reached >= 2);
}

TEST(shown_accesses_do_not_change_what_happens) {
    (void)learn(torn, LEARNING);
    struct snag__request r = {0};
    case_body = torn;
    struct snag_verdict v = *drive(&r);
    r.show = true;
    uint32_t accesses = 0, n;
    CHECK_EQ_U64(drive(&r)->sync_digest, v.sync_digest);
    const struct snag_event *e = snag__exec_events(&n);
    for (uint32_t i = 0; i < n; i++)
        accesses += e[i].kind == SNAG_EV_READ || e[i].kind == SNAG_EV_WRITE;
    CHECK(accesses >= 4);
}

/* The events of the last execution but for accesses. */
static uint32_t without_accesses(struct snag_event *to) {
    uint32_t n, kept_here = 0;
    const struct snag_event *e = snag__exec_events(&n);
    for (uint32_t i = 0; EXPECT(n <= 4096) && i < n; i++)
        if (e[i].kind != SNAG_EV_READ && e[i].kind != SNAG_EV_WRITE)
            to[kept_here++] = e[i];
    return kept_here;
}

/* Allocations count apart from accesses: which are refused is the same whatever is a point. */
TEST(refused_allocations_stay_where_they_were) {
    static struct snag_event first_events[4096], again[4096];
    struct snag_schedule schedule = {0};
    uint32_t refused = 0, mixed = 0;
    for (uint64_t seed = 0; seed < UINT64_C(2) * SEEDS; seed++) {
        case_body = allocations;
        if (seed % 16 == 0)
            (void)learn(allocations, LEARNING);
        struct snag__request r = drive_request("random", seed);
        r.points = seed % 2 == 0 ? SNAG__POINTS_SYNC : SNAG__POINTS_SHARED;
        r.faults = SNAG_FAULT_SET(SNAG_FAULT_OOM);
        struct snag_verdict first = *drive(&r);
        uint32_t count = without_accesses(first_events);
        CHECK(snag__exec_schedule(&schedule));
        bool refuses = snag__faults_in(&schedule) != 0;
        refused += refuses;
        mixed += refuses && subs_of(&schedule) > 1;
        const struct snag__request replays[] = {{.schedule = &schedule},
                                                {.schedule = &schedule, .show = true},
                                                {.schedule = &schedule, .learn = true},
                                                {.schedule = &schedule, .count = true}};
        for (size_t i = 0; i < sizeof replays / sizeof replays[0]; i++) {
            const struct snag_verdict *v = drive(&replays[i]);
            CHECK(!snag__exec_divergence()->diverged && snag__exec_divergence()->unused == 0);
            CHECK_EQ_U64(v->sync_digest, first.sync_digest);
            CHECK_EQ_INT(v->findings_count, first.findings_count);
            CHECK_EQ_INT(without_accesses(again), count);
            CHECK(memcmp(again, first_events, count * sizeof again[0]) == 0);
        }
    }
    CHECK(refused > SEEDS / 4 && mixed > SEEDS / 16);
    snag__schedule_free(&schedule);
}

/* ---- the same after anything else ---- */

TEST(a_thousand_executions_later_it_is_the_same) {
    (void)learn(torn, LEARNING);
    (void)drive_points(torn, 77, SNAG__POINTS_SHARED, false);
    keep_events();
    for (uint64_t seed = 0; seed < 1000; seed++)
        (void)drive_points(seed % 2 ? torn : locked, seed, SNAG__POINTS_ALL, false);
    (void)drive_points(torn, 77, SNAG__POINTS_SHARED, false);
    check_same_events();
    (void)learn(handed_over, 3);
    (void)learn(torn, LEARNING);
    (void)drive_points(torn, 77, SNAG__POINTS_SHARED, false);
    check_same_events();
}
