/* io_test.c: simulated reads of tasks fail and are cut short as the search chooses, and as nobody
 * else does.
 *
 * link: rt_fast
 */
#include "io_drive.h"

#include "snag/task.h"

TEST(who_copes_reads_all) {
    for (unsigned workers = 1; workers <= 2; workers++) {
        MAKE(workers, READS, READS, READS);
        for (uint64_t seed = 0; seed < 500; seed++) {
            CHECK_EQ_STR(worst(run_faults(seed, READ_FAULTS)), "");
            for (unsigned i = 0; i < 3; i++)
                CHECK_EQ_INT(result_of(i), FULL);
        }
    }
}

TEST(a_read_fails_or_is_cut_short_or_neither) {
    unsigned failed = 0, cut = 0, whole = 0;
    MAKE(1, ONCE);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        CHECK_EQ_STR(worst(run_faults(seed, READ_FAULTS)), "");
        CHECK_EQ_INT(result_of(0), 0); /* the bytes are those of the request, and no others */
        CHECK_EQ_INT(case_out[0], case_out[1] == 0 ? SNAG_IO_FAILED : SNAG_IO_DONE);
        failed += case_out[1] == 0;
        cut += case_out[1] == FULL / 2;
        whole += case_out[1] == FULL;
    }
    CHECK_EQ_INT(failed + cut + whole, 1000);
    CHECK(failed > 50 && cut > 50 && whole > 300);
}

TEST(only_if_asked_for) {
    MAKE(1, ONCE);
    for (uint64_t seed = 0; seed < 200; seed++) {
        CHECK_EQ_STR(worst(run_seed(seed)), "");
        CHECK_EQ_INT(case_out[1], FULL);
        CHECK_EQ_STR(worst(run_faults(seed, SNAG_FAULT_SET(SNAG_FAULT_IO_ERROR))), "");
        CHECK(case_out[1] == FULL || case_out[1] == 0);
    }
    CHECK_EQ_U64(snag_faults_parse("default") & READ_FAULTS, READ_FAULTS);
}

TEST(one_byte_is_not_cut) {
    MAKE(1, ONE_BYTE);
    for (uint64_t seed = 0; seed < 300; seed++) {
        (void)run_faults(seed, SNAG_FAULT_SET(SNAG_FAULT_SHORT_READ));
        CHECK_EQ_INT(result_of(0), 1);
    }
}

/* What happened stands in the schedule, and nothing else is needed to see it again. */
TEST(it_is_followed_by_its_entries) {
    struct snag_schedule schedule = {0};
    unsigned entries = 0;
    MAKE(2, READS, ONCE, READS);
    for (uint64_t seed = 0; seed < 300; seed++) {
        uint64_t first = run_faults(seed, READ_FAULTS)->digest;
        CHECK(snag__exec_schedule(&schedule));
        struct snag__request followed = {.program = &program, .schedule = &schedule};
        CHECK_EQ_U64(drive(&followed)->digest, first);
        CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
        for (uint32_t i = 0; i < schedule.count; i++)
            entries += snag_fault_of(schedule.list[i].kind) != SNAG_FAULT_KINDS;
    }
    CHECK(entries > 100);
    snag__schedule_free(&schedule);
}
