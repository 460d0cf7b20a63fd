/* io_threads_test.c: the same reads, of plain vthreads.
 *
 * link: rt_fast
 * bodies: io
 */
#define OPS_MODE SNAG_THREADS
#include "io_drive.h"

TEST(who_copes_reads_all) {
    unsigned faults = 0;
    MAKE(1, READS, READS);
    for (uint64_t seed = 0; seed < 500; seed++) {
        CHECK_EQ_STR(worst(run_faults(seed, READ_FAULTS)), "");
        CHECK_EQ_INT(result_of(0), FULL);
        CHECK_EQ_INT(result_of(1), FULL);
        uint32_t count;
        const struct snag_event *e = snag__exec_events(&count);
        for (uint32_t i = 0; i < count; i++)
            faults += e[i].kind == SNAG_EV_IO_READ && (e[i].flags & SNAG_EVF_FAULT) != 0;
    }
    CHECK(faults > 200);
}
