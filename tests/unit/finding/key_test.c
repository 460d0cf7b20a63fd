/* key_test.c: which finding is the harm that a hazard warns of: by kind, and by the words behind
 * it.
 */
#include "finding/key.h"

#include "test.h"

TEST(a_hazard_and_its_harm_say_the_same_behind_the_kind) {
    CHECK(snag__finding_is_harm(SNAG_DEADLOCK, "deadlock: f holding f's lock / g holding g's lock",
                                SNAG_LOCK_ORDER,
                                "lock-order: f holding f's lock / g holding g's lock"));
    CHECK(snag__finding_is_harm(SNAG_SUSPENDED_OWNER, "suspended-owner: f suspended holding f's",
                                SNAG_SUSPEND_HOLDING_LOCK,
                                "suspend-holding-lock: f suspended holding f's"));
    CHECK(!snag__finding_is_harm(SNAG_DEADLOCK, "deadlock: f / g", SNAG_LOCK_ORDER,
                                 "lock-order: f / h"));
}

TEST(of_another_kind_it_is_none) {
    CHECK(!snag__finding_is_harm(SNAG_DEADLOCK, "deadlock: f", SNAG_SUSPEND_HOLDING_LOCK,
                                 "suspend-holding-lock: f"));
    CHECK(!snag__finding_is_harm(SNAG_SUSPENDED_OWNER, "suspended-owner: f", SNAG_LOCK_ORDER,
                                 "lock-order: f"));
    CHECK(!snag__finding_is_harm(SNAG_LOCK_ORDER, "lock-order: f", SNAG_DEADLOCK, "deadlock: f"));
    CHECK(!snag__finding_is_harm(SNAG_NO_FINDING, "none: f", SNAG_DEADLOCK, "deadlock: f"));
    CHECK(!snag__finding_is_harm(SNAG_DEADLOCK, "deadlock", SNAG_LOCK_ORDER, "lock-order"));
}
