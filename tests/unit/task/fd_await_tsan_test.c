/* fd_await_tsan_test.c: tasks that wait for descriptors do not race.
 *
 * link: rt_tsan
 * bodies: fd_await
 */
#include "fd_await_drive.h"

TEST(what_is_put_is_taken) {
    MAKE(2, AWAITS, PUTS, TALKS, PUTS, AWAITS);
    CHECK_EQ_INT(found("", 300), 0);
}
