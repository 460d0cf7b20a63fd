/* explore_test.c: an execution is its choices: repeated, followed as a sparse schedule, by seed,
 * after any history of the process and in another process, it leaves the same logs.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "drive.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

void lock2x4(void);
void lock3x4(void);
void everything(void);
void inversion(void);
void null_write(void);
void litter(void);
void crowd(void);
void unwritten(void);
void dirty_stacks(void);

extern char **environ;

/* ---- copies of logs ---- */

struct logs {
    struct snag_verdict verdict;
    uint32_t events, choices;
    struct snag_event *event;
    struct snag_choice_entry *choice;
};

static struct logs keep(const struct snag_verdict *v) {
    struct logs l = {.verdict = *v};
    const struct snag_event *e = snag__exec_events(&l.events);
    const struct snag_choice_entry *c = snag__exec_choices(&l.choices);
    l.event = malloc(l.events * sizeof(*e) + 1);
    l.choice = malloc(l.choices * sizeof(*c) + 1);
    memcpy(l.event, e, l.events * sizeof(*e));
    memcpy(l.choice, c, l.choices * sizeof(*c));
    return l;
}

static void drop(struct logs *l) {
    free(l->event);
    free(l->choice);
}

/* Is the last execution the same as `l`, byte for byte? */
static bool same_logs(const struct logs *l, const struct snag_verdict *v) {
    uint32_t events, choices;
    const struct snag_event *e = snag__exec_events(&events);
    const struct snag_choice_entry *c = snag__exec_choices(&choices);
    return EXPECT_EQ_U64(v->digest, l->verdict.digest) &&
           EXPECT_EQ_U64(v->sync_digest, l->verdict.sync_digest) &&
           EXPECT_EQ_INT(v->end, l->verdict.end) && EXPECT_EQ_U64(events, l->events) &&
           EXPECT_EQ_U64(choices, l->choices) && EXPECT_EQ_MEM(e, l->event, events * sizeof(*e)) &&
           EXPECT_EQ_MEM(c, l->choice, choices * sizeof(*c)) &&
           EXPECT_EQ_U64(v->points, l->verdict.points) &&
           EXPECT_EQ_U64(v->switches, l->verdict.switches) &&
           EXPECT_EQ_U64(v->preemptions, l->verdict.preemptions);
}

/* ---- the same again ---- */

/* All that there are, in turn. */
static const char *strategy_of(uint64_t seed) {
    size_t count = 0;
    while (snag_strategy_at(count) != NULL)
        count++;
    return snag_strategy_at(seed % count)->name;
}

static void again_by(void (*body)(void), uint64_t seeds, bool (*check)(const struct logs *)) {
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        const struct snag_verdict *v = drive_seed(body, strategy_of(seed), seed);
        struct logs first = keep(v);
        bool good = check(&first);
        drop(&first);
        if (!EXPECT(good)) {
            printf("  seed %llu\n", (unsigned long long)seed);
            return;
        }
    }
}

static bool repeats(const struct logs *first) {
    struct snag__request r = {.repeat = first->choice, .repeat_count = first->choices};
    const struct snag_verdict *v = drive(&r);
    return EXPECT(!snag__exec_divergence()->diverged) &&
           EXPECT_EQ_U64(snag__exec_divergence()->unused, 0) && same_logs(first, v);
}

TEST(repeating_the_choice_log_gives_the_same_logs) {
    again_by(lock2x4, 500, repeats);
    again_by(everything, 3000, repeats);
    again_by(inversion, 500, repeats);
}

static struct snag_schedule schedule;

static bool follows(const struct logs *first) {
    if (!EXPECT(snag__exec_schedule(&schedule)))
        return false;
    struct snag__request r = {.schedule = &schedule};
    const struct snag_verdict *v = drive(&r);
    const struct snag__divergence *d = snag__exec_divergence();
    if (!EXPECT(!d->diverged))
        printf("  entry %u of %u at event %u: %s\n", d->entry, schedule.count, d->event, d->why);
    return !d->diverged && EXPECT_EQ_U64(d->unused, 0) && same_logs(first, v);
}

TEST(the_sparse_schedule_alone_gives_the_same_logs) {
    again_by(lock2x4, 1000, follows);
    again_by(everything, 8000, follows);
    again_by(inversion, 1000, follows);
}

TEST(more_threads_than_a_name_has_room_for_keep_their_schedules) {
    case_in = 300;
    again_by(crowd, 4, follows);
}

TEST(a_seed_names_one_execution) {
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct logs first = keep(drive_seed(everything, strategy_of(seed), seed));
        (void)drive_seed(lock2x4, "random", seed);
        CHECK(same_logs(&first, drive_seed(everything, strategy_of(seed), seed)));
        drop(&first);
    }
}

/* Different seeds go different ways, or nothing above says anything. */
TEST(seeds_differ) {
    uint64_t digests[256];
    unsigned distinct = 0;
    for (uint64_t seed = 0; seed < 256; seed++) {
        digests[seed] = drive_seed(everything, "random", seed)->digest;
        bool seen = false;
        for (uint64_t i = 0; i < seed; i++)
            seen |= digests[i] == digests[seed];
        distinct += !seen;
    }
    CHECK(distinct > 250);
}

/* An anchor names one event: {vthread, ordinal, sub}. */
TEST(anchors_are_unique_and_count_up) {
    for (uint64_t seed = 0; seed < 100; seed++) {
        uint32_t n, ordinal[8] = {0}, sub[8] = {0};
        (void)drive_seed(everything, "random", seed);
        const struct snag_event *e = snag__exec_events(&n);
        for (uint32_t i = 0; i < n; i++) {
            CHECK(e[i].vthread < 8 && e[i].task == 0 && e[i].op == 0);
            uint32_t *o = &ordinal[e[i].vthread], *s = &sub[e[i].vthread];
            CHECK(e[i].sub != 0 ? e[i].ordinal == *o && e[i].sub == *s + 1 : e[i].ordinal > *o);
            *o = e[i].ordinal;
            *s = e[i].sub;
        }
    }
}

/* ---- what does not fit is said, and harmless ---- */

static struct snag_switch entry_of(uint32_t ordinal, uint8_t to) {
    return (struct snag_switch){.kind = SNAG_CHOOSE_NEXT,
                                .ordinal = ordinal,
                                .at = {.depth = 2, .path = {0, 1}},
                                .to = {.depth = 2, .path = {0, to}}};
}

TEST(a_schedule_that_asks_for_who_cannot_run_diverges_there) {
    struct snag_switch list[2];
    struct snag_schedule s = {.count = 1, .capacity = 2, .list = list};
    struct snag__request r = {.schedule = &s};
    case_body = lock2x4;
    uint64_t plain = drive(&(struct snag__request){0})->digest;
    /* 0.1 took the lock (ordinal 2); let 0.2 come to it before the unlock (ordinal 3): it blocks
     * there. Then 0.1 is asked to give way to 0.2 again, which cannot run. */
    list[0] = entry_of(3, 2);
    const struct snag_verdict *v = drive(&r);
    CHECK(!snag__exec_divergence()->diverged);
    CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_U64(v->preemptions, 1);
    CHECK(v->digest != plain);
    list[1] = entry_of(4, 9); /* there is nobody of that name */
    s.count = 2;
    v = drive(&r);
    CHECK(snag__exec_divergence()->diverged);
    CHECK_EQ_U64(snag__exec_divergence()->entry, 1);
    CHECK(snag__exec_divergence()->event > 0);
    CHECK(snag__exec_divergence()->why[0] != '\0');
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
}

/* Wherever an entry asks for somebody who waits for the lock, or has ended, or is not yet there:
 * the execution goes its default way there, and never lets two into the lock. */
TEST(schedules_out_of_nowhere_do_no_harm) {
    struct snag_switch list[3];
    struct snag_schedule s = {.count = 3, .capacity = 3, .list = list};
    struct snag__request r = {.schedule = &s};
    unsigned diverged = 0, unused = 0;
    case_body = lock3x4;
    for (uint32_t i = 0; i < 12 * 12; i++) {
        list[0] = entry_of(1 + i % 12, 2);
        list[1] = entry_of(1 + i / 12, (uint8_t)(1 + i % 4));
        uint32_t kind = i % 2 != 0 ? SNAG_CHOOSE_NEXT : i / 2 % SNAG_CHOICE_KINDS;
        list[2] = (struct snag_switch){.kind = (uint8_t)kind,
                                       .ordinal = 1 + i % 7,
                                       .at = {.depth = 1},
                                       .to = {.depth = 2, .path = {0, (uint8_t)(i % 3)}},
                                       .number = (uint16_t)i};
        const struct snag_verdict *v = drive(&r);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64(v->findings_count, 0);
        CHECK_EQ_INT(case_out[0], 12);
        diverged += snag__exec_divergence()->diverged;
        unused += snag__exec_divergence()->unused > 0;
    }
    CHECK(diverged > 20);
    CHECK(unused > 20);
}

TEST(a_repetition_that_meets_something_else_says_so) {
    struct logs first = keep(drive_seed(everything, "random", 5));
    struct snag__request r = {.repeat = first.choice, .repeat_count = first.choices};
    case_body = lock2x4;
    (void)drive(&r);
    CHECK(snag__exec_divergence()->diverged);
    /* Too short, and too long. */
    case_body = everything;
    r.repeat_count = first.choices / 2;
    (void)drive(&r);
    CHECK(snag__exec_divergence()->diverged);
    CHECK_EQ_U64(snag__exec_divergence()->entry, first.choices / 2);
    struct snag_choice_entry *more = calloc(first.choices + 3, sizeof(*more));
    memcpy(more, first.choice, first.choices * sizeof(*more));
    r.repeat = more;
    r.repeat_count = first.choices + 3;
    (void)drive(&r);
    CHECK(!snag__exec_divergence()->diverged);
    CHECK_EQ_U64(snag__exec_divergence()->unused, 3);
    free(more);
    drop(&first);
}

/* ---- whatever the process went through ---- */

static void go_through(unsigned rounds) {
    for (uint64_t i = 0; i < rounds; i++) {
        (void)drive_seed(inversion, "random", i);
        (void)drive_seed(lock2x4, "pct", i);
        if (i % 16 == 0)
            (void)drive_seed(litter, "random", i);
        if (i % 16 == 1)
            (void)drive_seed(null_write, "random", i);
        if (i % 16 == 2)
            (void)drive_seed(everything, "random", i);
    }
}

TEST(a_seed_names_the_same_execution_after_200000_others) {
    enum { SEEDS = 40 };
    static struct logs first[SEEDS];
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        first[seed] = keep(drive_seed(everything, "random", seed));
    int64_t blocks[26];
    (void)drive_seed(litter, "random", 1);
    memcpy(blocks, case_out, sizeof(blocks));
    unsigned deadlocks = 0;
    for (uint64_t seed = 0; seed < 1000; seed++)
        deadlocks += has(drive_seed(inversion, "random", seed), SNAG_DEADLOCK);
    CHECK(deadlocks > 100);
    go_through(92000);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        CHECK(same_logs(&first[seed], drive_seed(everything, "random", seed)));
        drop(&first[seed]);
    }
    (void)drive_seed(litter, "random", 1);
    CHECK_EQ_MEM(blocks, case_out, sizeof(blocks));
    unsigned again = 0;
    for (uint64_t seed = 0; seed < 1000; seed++)
        again += has(drive_seed(inversion, "random", seed), SNAG_DEADLOCK);
    CHECK_EQ_INT(again, deadlocks);
}

/* Memory that was never written, and addresses, are the same too. */
TEST(what_was_never_written_is_the_same_in_every_execution) {
    int64_t first[CASE_OUT];
    (void)drive_case(unwritten);
    CHECK(case_outs > 30 && case_outs < CASE_OUT);
    memcpy(first, case_out, sizeof(first));
    for (int i = 0; i < 40; i++) {
        case_in = i % 2;
        (void)drive_seed(dirty_stacks, "random", (uint64_t)i);
        (void)drive_seed(litter, "random", (uint64_t)i);
        case_in = 40;
        (void)drive_seed(crowd, "random", (uint64_t)i);
        for (int again = 0; again < 2; again++) {
            (void)drive_case(unwritten);
            CHECK_EQ_MEM(first, case_out, sizeof(first));
        }
    }
}

/* ---- in another process ---- */

static uint64_t digest_of_many(void) {
    uint64_t all = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        all = all * 31 + drive_seed(everything, strategy_of(seed), seed)->digest;
        all = all * 31 + drive_seed(inversion, strategy_of(seed), seed)->digest;
    }
    return all;
}

/* With EXPLORE_DIGEST set this is the child of the test below; without, the plain statement. */
TEST(many_seeds_give_one_digest) {
    const char *wanted = getenv("EXPLORE_DIGEST");
    uint64_t d = wanted != NULL ? strtoull(wanted, NULL, 16) : digest_of_many();
    CHECK_EQ_U64(digest_of_many(), d);
}

TEST(another_process_elsewhere_gives_the_same_digest) {
    char wanted[64], self[512];
    if (getenv("EXPLORE_DIGEST") != NULL)
        return;
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    CHECK(n > 0);
    self[n] = '\0';
    snprintf(wanted, sizeof(wanted), "EXPLORE_DIGEST=%llx", (unsigned long long)digest_of_many());
    char *argv[] = {self, "--filter", "many_seeds_give_one_digest", NULL};
    char filler[3000];
    memset(filler, 'x', sizeof(filler));
    memcpy(filler, "FILLER=", 7);
    filler[sizeof(filler) - 1] = '\0';
    char *env[] = {wanted, "LC_ALL=C", filler, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    pid_t pid;
    int status;
    CHECK_EQ_INT(posix_spawn(&pid, self, &actions, NULL, argv, env), 0);
    CHECK_EQ_INT(waitpid(pid, &status, 0), pid);
    CHECK_EQ_INT(status, 0);
    posix_spawn_file_actions_destroy(&actions);
}
