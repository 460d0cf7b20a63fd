/* kinds_test.c: the finding registry: names are unique, read back, and carry their grade and rule.
 */
#include "snag/finding.h"

#include <string.h>

#include "test.h"

TEST(every_name_reads_back_and_is_unique) {
    for (unsigned i = 1; i < SNAG_FINDING_KINDS; i++) {
        enum snag_finding_kind kind = (enum snag_finding_kind)i;
        CHECK(snag_finding_name(kind)[0] != '\0');
        CHECK(snag_finding_help(kind)[0] != '\0');
        CHECK_EQ_INT(snag_finding_parse(snag_finding_name(kind)), kind);
        CHECK(strlen(snag_finding_rule(kind)) < sizeof(((struct snag_finding *)0)->rule));
    }
}

TEST(unknown_names_and_numbers_are_no_finding) {
    CHECK_EQ_INT(snag_finding_parse("deadlocks"), SNAG_NO_FINDING);
    CHECK_EQ_INT(snag_finding_parse(""), SNAG_NO_FINDING);
    CHECK_EQ_STR(snag_finding_name(SNAG_FINDING_KINDS), snag_finding_name(SNAG_NO_FINDING));
    CHECK_EQ_STR(snag_finding_rule(SNAG_NO_FINDING), "");
}

TEST(grades_and_rules_stand_where_the_mechanism_implies_them) {
    CHECK_EQ_STR(snag_finding_rule(SNAG_SELF_DEADLOCK), "R5");
    CHECK_EQ_STR(snag_finding_rule(SNAG_SUSPENDED_OWNER), "R1");
    CHECK_EQ_STR(snag_finding_rule(SNAG_NON_LINEARIZABLE), "");
    CHECK_EQ_INT(snag_finding_grade(SNAG_DEADLOCK), SNAG_GRADE_FINDING);
    CHECK_EQ_INT(snag_finding_grade(SNAG_SUSPEND_HOLDING_LOCK), SNAG_GRADE_HAZARD);
    CHECK_EQ_STR(snag_grade_name(SNAG_GRADE_FINDING), "finding");
    CHECK_EQ_STR(snag_grade_name(SNAG_GRADE_HAZARD), "hazard");
    CHECK_EQ_STR(snag_grade_name(SNAG_GRADE_HINT), "hint");
}
