/* job_test.c: which executions are whose, and what names a job. */
#include "base/job.h"
#include "test.h"

/* All that the job runs of `total`, in order, into `to`; how many. */
static uint32_t deal(struct snag__job job, uint64_t batch, uint64_t total, uint64_t *to) {
    uint32_t n = 0;
    uint64_t i = 0;
    for (;;) {
        i = snag__job_next(job, i, batch);
        uint64_t end = (i / batch + 1) * batch;
        for (; i < end; i++) {
            if (i >= total) {
                return n;
            }
            to[n++] = i;
        }
    }
}

TEST(each_execution_is_of_one_job) {
    static const uint64_t batches[] = {1, 3, 16};
    for (uint32_t count = 1; count <= 5; count++) {
        for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
            unsigned seen[100] = {0};
            for (uint32_t index = 0; index < count; index++) {
                uint64_t mine[100];
                uint32_t n = deal((struct snag__job){index, count}, batches[b], 100, mine);
                for (uint32_t i = 0; i < n; i++) {
                    CHECK_EQ_U64(mine[i] / batches[b] % count, index);
                    seen[mine[i]]++;
                }
            }
            for (int i = 0; i < 100; i++) {
                CHECK_EQ_U64(seen[i], 1);
            }
        }
    }
}

TEST(the_only_one_has_all) {
    CHECK_EQ_U64(snag__job_next((struct snag__job){0, 1}, 0, 16), 0);
    CHECK_EQ_U64(snag__job_next((struct snag__job){0, 1}, 37, 16), 37);
}

TEST(in_its_own_batch_it_goes_on_and_elsewhere_it_skips) {
    struct snag__job second = {1, 3};
    CHECK_EQ_U64(snag__job_next(second, 0, 16), 16);
    CHECK_EQ_U64(snag__job_next(second, 16, 16), 16);
    CHECK_EQ_U64(snag__job_next(second, 21, 16), 21);
    CHECK_EQ_U64(snag__job_next(second, 32, 16), 64);
    CHECK_EQ_U64(snag__job_next(second, 63, 16), 64);
}

TEST(names) {
    struct snag__job job;
    CHECK(snag__job_parse(NULL, &job) && job.index == 0 && job.count == 1);
    CHECK(snag__job_parse("2/4", &job) && job.index == 2 && job.count == 4);
    CHECK(snag__job_parse("63/64", &job) && job.index == 63 && job.count == 64);
}

TEST(what_is_no_name) {
    static const char *const wrong[] = {"", "1", "1/", "/2", "4/4", "1/0", "0/65", "1/2x", "-1/2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct snag__job job;
        CHECK(!snag__job_parse(wrong[i], &job));
        CHECK(job.index == 0 && job.count == 1);
    }
}

TEST(who_counts_for_itself_has_every_so_manyth) {
    for (uint32_t index = 0; index < 3; index++) {
        struct snag__job job = {index, 3};
        CHECK_EQ_U64(snag__job_number(job, 0), 0); /* nobody knows which */
        CHECK_EQ_U64(snag__job_number(job, 1), index + 1);
        CHECK_EQ_U64(snag__job_number(job, 5), 13 + index);
    }
    CHECK_EQ_U64(snag__job_number((struct snag__job){0, 1}, 37), 37);
}
