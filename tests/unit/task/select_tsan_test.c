/* select_tsan_test.c: no race is seen in a select, nor in what it gets.
 *
 * link: rt_tsan
 * bodies: select
 */
#include "select_drive.h"

TEST(what_comes_is_ordered_with_who_gets_it) {
    for (unsigned workers = 1; workers <= 3; workers++) {
        MAKE(workers, SENDS_A, SENDS_B, CONSUMES, CONSUMES);
        CHECK_EQ_INT(found("", 1000), 0);
        MAKE(workers, NOTIFIED, NOTIFIES, DROPPED, SENDS_A);
        CHECK_EQ_INT(found("", 500), 0);
        MAKE(workers, ENDS, WATCHES, ENDED, DROPPED_END);
        CHECK_EQ_INT(found("", 500), 0);
    }
}
