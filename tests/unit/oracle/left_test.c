/* left_test.c: what comes of a lock that an operation kept, among async tasks: one key, wherever
 * its owner is by then. Among threads: exec/program_test.c.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "left_cases.h"
#include "program/build.h"

const struct snag_spec left_spec = {
    .name = "left",
    .ops = {{.name = "keeps"},
            {.name = "locked"},
            {.name = "io"},
            {.name = "gives"},
            {.name = "many"}},
};

static struct snag__menu menu;
static struct snag__builder builder;
static struct snag_program program;

/* Two workers; a task does `first`, then `second`; two more do `other`. */
static void make(uint16_t first, uint16_t second, uint16_t other) {
    static const struct snag_config config;
    struct snag_error e = {0};
    struct snag__op ops[] = {{.op = first}, {.op = second}, {.op = other}, {.op = other}};
    snag__menu_make(&menu, &left_impl);
    snag__build_begin(&builder, &menu, &program, &config);
    for (int i = 0; i < 4; i++) {
        EXPECT(i == 1 || snag__build_task(&builder));
        EXPECT(snag__build_op(&builder, &ops[i]));
    }
    snag__build_end(&builder, 2);
    EXPECT(snag__program_check(&program, &left_impl, &e) == SNAG_ERR_OK);
}

static const struct snag_verdict *run_seed(uint64_t seed) {
    struct snag__request r = drive_request(seed % 2 != 0 ? "random" : "pct", seed);
    r.program = &program;
    return drive(&r);
}

/* The hang, if there is one; nothing else is told but that the lock was kept. */
static const struct snag_finding *hang_of(const struct snag_verdict *v) {
    const struct snag_finding *hang = NULL;
    for (uint32_t i = 0; i < v->findings_count; i++) {
        const struct snag_finding *f = &v->findings[i];
        if (f->kind == SNAG_HANG)
            hang = f;
        EXPECT_EQ_STR(f->key, f == hang ? "hang: returned holding keeps's lock"
                                        : "misuse: keeps: an operation returned holding a lock");
    }
    return hang;
}

TEST(an_owner_that_has_ended_or_is_suspended) {
    unsigned ended = 0, suspended = 0, well = 0;
    make(KEEPS, IO, LOCKED);
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        const struct snag_finding *f = hang_of(v);
        if (f == NULL) {
            CHECK_EQ_INT(v->end, SNAG_END_DONE);
            well++;
            continue;
        }
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        CHECK_EQ_INT(f->parties[0].task, 1);
        CHECK_EQ_INT(f->parties[0].left_by, 1);
        CHECK(f->parties[1].task != 1);
        CHECK_EQ_INT(f->parties[1].object, f->parties[0].holds);
        ended += f->parties[0].ended;
        suspended += f->parties[0].suspended;
    }
    CHECK(ended > 20);
    CHECK(suspended > 20);
    CHECK(well > 20);
}

TEST(an_owner_that_waits_for_itself) {
    unsigned alone = 0;
    make(KEEPS, LOCKED, IO);
    for (uint64_t seed = 0; seed < 100; seed++) {
        const struct snag_finding *f = hang_of(run_seed(seed));
        alone += f != NULL && f->parties_count == 1 && f->parties[0].object == f->parties[0].holds;
    }
    CHECK_EQ_INT(alone, 100);
}

/* Given up in the end and taken anew, it is a lock like any other: R1 is broken with it. */
TEST(a_lock_that_was_given_up_after_all) {
    unsigned hangs = 0;
    make(KEEPS, GIVES, LOCKED);
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK(!has(v, SNAG_HANG));
        hangs += has(v, SNAG_SUSPENDED_OWNER);
    }
    CHECK(hangs > 20);
}

TEST(more_than_are_kept_account_of) {
    make(MANY, IO, IO);
    const struct snag_verdict *v = run_seed(1);
    CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_OBJECTS);
}
