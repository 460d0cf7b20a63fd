/* digest.h: prints what the synchronisation logs of many executions hash to, in whatever flavour.
 *
 * Included by digest_<flavour>_test.c; tests/e2e/flavours_test.sh compares what they print.
 */
#include "run_many.h"

#include <stdio.h>

enum { EXECUTIONS = 5000 };

static uint64_t digest_all(uint32_t *findings, uint32_t *preemptions) {
    struct snag_verdict v;
    uint64_t h = 0;
    for (uint64_t seed = 1; seed <= EXECUTIONS; seed++) {
        run_seed(seed, NULL, &v);
        h = h * 31 + v.sync_digest;
        *findings += v.findings_count;
        *preemptions += v.preemptions;
    }
    return h;
}

TEST(synchronisation_is_the_same_whenever_it_runs) {
    uint32_t findings = 0, preemptions = 0;
    uint64_t first = digest_all(&findings, &preemptions);
    CHECK_EQ_INT(findings, 0);
    CHECK(preemptions > EXECUTIONS);
    CHECK_EQ_U64(digest_all(&findings, &preemptions), first);
    printf("digest %016llx\n", (unsigned long long)first);
}
