/* cancel_asan_test.c: functions that a thread leaves without returning from them are no error.
 *
 * link: rt_asan bodies: cancel
 */
#include "../exec/drive.h"

void one_of_two(void);
void leaves_it_locked(void);
void at_any_time(void);

TEST(nothing_is_told_of_who_is_cancelled) {
    static void (*const bodies[])(void) = {one_of_two, leaves_it_locked, at_any_time};
    case_in = 1;
    for (uint64_t seed = 0; seed < 300; seed++)
        CHECK_EQ_STR(worst(drive_seed(bodies[seed % 3], "random", seed)), "");
}
