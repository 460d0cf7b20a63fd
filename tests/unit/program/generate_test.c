/* generate_test: generated programs are legal, spread as promised, and quick to make. */
#include "program/program.h"

#include <stdio.h>
#include <string.h>

#include "specs.h"
#include "test.h"

enum { SEEDS = 20000 };

static struct snag_program program; /* never cleared: what it held before must not show */

static void all_legal(const struct snag_impl *impl) {
    struct snag_error e;
    CHECK_EQ_INT(snag__spec_check(impl, &e), SNAG_ERR_OK);
    memset(&program, 0xa5, sizeof program);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        snag__program_generate(&program, impl, seed);
        e.line[0] = '\0';
        enum snag_err err = snag__program_check(&program, impl, &e);
        CHECK_EQ_STR(e.line, "");
        CHECK_EQ_INT(err, SNAG_ERR_OK);
    }
}

TEST(generated_programs_are_legal) {
    all_legal(&store_impl);
    all_legal(&pool_impl);
}

TEST(same_seed_same_program_whatever_was_there_before) {
    static struct snag_program other;
    memset(&other, 0x11, sizeof other);
    for (uint64_t seed = 0; seed < 100; seed++) {
        snag__program_generate(&program, &store_impl, seed);
        snag__program_generate(&other, &store_impl, seed);
        CHECK_EQ_U64(snag__program_hash(&program), snag__program_hash(&other));
        snag__program_generate(&other, &store_impl, seed + 1);
        CHECK(snag__program_hash(&program) != snag__program_hash(&other));
    }
}

struct spread {
    double tasks, ops, tasks_of[8], workers_of[SNAG__WORKERS_MAX + 1], kinds[SNAG_OPS_MAX];
    double colliding; /* programs in which two tasks name the same key */
    unsigned most_in_task;
};

static bool collide(const struct snag_program *p) {
    unsigned by_task[8] = {0}; /* bit t: task t names the key */
    for (unsigned t = 0; t < p->tasks; t++) {
        for (unsigned i = p->first[t]; i < p->first[t + 1]; i++) {
            if (p->ops[i].op == STORE_PUT || p->ops[i].op == STORE_OPEN) {
                by_task[p->ops[i].args[0].i] |= 1u << t;
            }
        }
    }
    for (int k = 0; k < 8; k++) {
        if ((by_task[k] & (by_task[k] - 1)) != 0) {
            return true;
        }
    }
    return false;
}

static struct spread measure(const struct snag_impl *impl) {
    struct spread s = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        snag__program_generate(&program, impl, seed);
        s.tasks += program.tasks;
        s.ops += program.first[program.tasks];
        EXPECT(program.tasks >= 2 && program.tasks <= 6);
        s.tasks_of[program.tasks]++;
        s.workers_of[program.workers]++;
        s.colliding += impl == &store_impl && collide(&program);
        for (unsigned t = 0; t < program.tasks; t++) {
            unsigned n = (unsigned)(program.first[t + 1] - program.first[t]);
            EXPECT(n > 0);
            s.most_in_task = n > s.most_in_task ? n : s.most_in_task;
        }
        for (unsigned i = 0; i < program.first[program.tasks]; i++) {
            s.kinds[program.ops[i].op]++;
        }
        EXPECT(program.workers <= program.tasks && program.workers <= 4);
    }
    return s;
}

TEST(distribution_is_as_promised) {
    struct spread s = measure(&store_impl);
    printf("# store: tasks %.2f, operations %.2f, most in a task %u, colliding %.3f\n",
           s.tasks / SEEDS, s.ops / SEEDS, s.most_in_task, s.colliding / SEEDS);
    CHECK(s.tasks / SEEDS >= 3.0 && s.tasks / SEEDS <= 4.0);
    CHECK(s.ops / SEEDS >= 10.0 && s.ops / SEEDS <= 13.0);
    CHECK_EQ_INT(s.most_in_task, 6);
    CHECK(s.colliding / SEEDS >= 0.5);
    CHECK_EQ_INT(s.workers_of[0], SEEDS);
    CHECK_EQ_INT(s.kinds[STORE_GONE], 0);
    for (int i = 0; i < STORE_GONE; i++) {
        printf("# %s: %.3f a program\n", store_spec.ops[i].name, s.kinds[i] / SEEDS);
        /* `merge` needs two cursors at a time: open, open, itself and close. */
        CHECK(s.kinds[i] > (i == STORE_MERGE ? SEEDS / 20 : SEEDS / 10));
    }
    s = measure(&pool_impl);
    printf("# pool: tasks %.2f, operations %.2f, most in a task %u, workers 1: %.0f 2: %.0f\n",
           s.tasks / SEEDS, s.ops / SEEDS, s.most_in_task, s.workers_of[1], s.workers_of[2]);
    CHECK_EQ_INT(s.workers_of[0], 0);
    CHECK(s.workers_of[1] + s.workers_of[2] > 0.8 * SEEDS);
    CHECK(s.workers_of[3] > 0 && s.workers_of[4] > 0);
    for (int i = 0; i <= POOL_SLEEP; i++) {
        /* `with` needs lease, upgrade, itself, two nested and return: six, a whole long task. */
        CHECK(s.kinds[i] > (i == POOL_WITH ? SEEDS / 100 : SEEDS / 10));
    }
}

TEST(one_in_eight_of_those_that_may_is_cancelled) {
    unsigned may = 0, turns[SNAG__ABORT_MAX + 1] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        snag__program_generate(&program, &pool_impl, seed);
        for (unsigned i = 0; i < program.first[program.tasks]; i++) {
            const struct snag__op *op = &program.ops[i];
            bool can = op->depth == 0 && (op->op == POOL_TICK || op->op == POOL_SLEEP);
            may += can;
            turns[op->abort]++;
            EXPECT(can || op->abort == 0);
        }
    }
    double share = (turns[1] + turns[2] + turns[3]) / (double)may;
    CHECK(share > 0.1 && share < 0.15);
    for (unsigned i = 1; i <= SNAG__ABORT_MAX; i++) {
        CHECK(turns[i] > may / 40);
    }
}

TEST(async_only_operations_are_for_tasks) {
    struct snag_impl threads = pool_impl;
    threads.mode = SNAG_THREADS;
    struct spread s = measure(&threads);
    CHECK_EQ_INT(s.kinds[POOL_SLEEP], 0);
    CHECK_EQ_INT(s.workers_of[0], SEEDS);
}

TEST(configuration_covers_its_domain_and_its_ends) {
    bool least = false, most = false, between = false;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        snag__program_generate(&program, &store_impl, seed);
        int64_t c = program.config.values[0];
        CHECK(c >= 1 && c <= 64);
        least = least || c == 1;
        most = most || c == 64;
        between = between || (c > 8 && c < 60);
    }
    CHECK(least && most && between);
}
