/* conformance_tsan_test.c: what conforms is no race either: every case orders what it shares by the
 * calls that it is about.
 *
 * link: rt_tsan bodies: conformance
 */
#define DRIVE_STEPS 20000
#include "../exec/drive.h"
#include "conformance.h"

static const struct conformance_case *const rooms[] = {
#define ROOM(name) conformance_cases_##name,
    CONFORMANCE_ROOMS(ROOM)
#undef ROOM
};
enum { ROOMS = sizeof(rooms) / sizeof(rooms[0]), SEEDS = 100 };

TEST(no_case_is_a_race) {
    for (int r = 0; r < ROOMS; r++) {
        for (const struct conformance_case *c = rooms[r]; c->name != NULL; c++) {
            for (uint64_t seed = 0; seed < SEEDS; seed++) {
                struct snag__request request = drive_request("random", seed);
                request.no_timeouts = true;
                case_body = c->body;
                const struct snag_verdict *v = drive(&request);
                if (!EXPECT_EQ_STR(worst(v), c->told != NULL ? c->told : "")) {
                    printf("  in: %s, seed %llu: %s\n", c->name, (unsigned long long)seed,
                           v->findings[0].key);
                    break;
                }
            }
        }
    }
}
