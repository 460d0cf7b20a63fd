/* ledger_test.c: what one process appends, the next one reads; damage is an error. */
#include "finding/ledger.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];
static struct snag_error e;

static struct snag__ledger_entry entry(enum snag_finding_kind kind, enum snag_grade grade,
                                       enum snag__standing standing, const char *key) {
    struct snag__ledger_entry x = {
        .kind = kind, .grade = grade, .executions = 17, .standing = standing};
    snprintf(x.flavour, sizeof x.flavour, "fast");
    snprintf(x.key, sizeof x.key, "%s", key);
    snprintf(x.repro, sizeof x.repro, "snag-out/a b.repro");
    return x;
}

static void fresh(void) {
    snprintf(path, sizeof path, "/tmp/snag-ledger-test-XXXXXX");
    int fd = mkstemp(path);
    EXPECT(fd >= 0);
    close(fd);
    setenv("SNAG_LEDGER", path, 1);
}

static void spill(const char *text) {
    FILE *out = fopen(path, "w");
    EXPECT(out != NULL);
    fputs(text, out);
    fclose(out);
}

TEST(what_was_appended_is_read) {
    struct snag__ledger_entry *all;
    size_t count;
    fresh();
    struct snag__ledger_entry a =
        entry(SNAG_DEADLOCK, SNAG_GRADE_FINDING, SNAG__NEW, "deadlock a b");
    snprintf(a.rule, sizeof a.rule, "R4");
    struct snag__ledger_entry b =
        entry(SNAG_SUSPEND_HOLDING_LOCK, SNAG_GRADE_HAZARD, SNAG__KNOWN, "held x");
    CHECK_EQ_INT(snag__ledger_append(NULL, &a, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__ledger_append(NULL, &b, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__ledger_read(NULL, &all, &count, &e), SNAG_ERR_OK);
    CHECK_EQ_U64(count, 2);
    CHECK_EQ_INT(all[0].kind, SNAG_DEADLOCK);
    CHECK_EQ_STR(all[0].rule, "R4");
    CHECK_EQ_STR(all[0].key, "deadlock a b");
    CHECK_EQ_STR(all[0].repro, "snag-out/a b.repro");
    CHECK_EQ_U64(all[0].executions, 17);
    CHECK_EQ_INT(all[1].grade, SNAG_GRADE_HAZARD);
    CHECK_EQ_INT(all[1].standing, SNAG__KNOWN);
    CHECK_EQ_STR(all[1].rule, "");
    free(all);
    unlink(path);
}

TEST(what_nobody_knew_is_a_discovery) {
    struct snag__ledger_entry fresh_one = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__NEW, "a"),
                              hazard = entry(SNAG_LEAK, SNAG_GRADE_HAZARD, SNAG__NEW, "b"),
                              known = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__KNOWN, "c"),
                              once = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__UNREPRODUCED, "d");
    CHECK(snag__ledger_is_discovery(&fresh_one));
    CHECK(!snag__ledger_is_discovery(&hazard));
    CHECK(!snag__ledger_is_discovery(&known));
    CHECK(!snag__ledger_is_discovery(&once));
}

TEST(a_named_ledger_needs_no_campaign) {
    struct snag__ledger_entry *all;
    size_t count;
    fresh();
    unsetenv("SNAG_LEDGER");
    struct snag__ledger_entry a = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__NEW, "leak");
    CHECK_EQ_INT(snag__ledger_append(path, &a, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__ledger_read(path, &all, &count, &e), SNAG_ERR_OK);
    CHECK_EQ_U64(count, 1);
    CHECK_EQ_STR(all[0].key, "leak");
    free(all);
    unlink(path);
}

TEST(without_a_campaign_there_is_nothing) {
    struct snag__ledger_entry *all, a = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__NEW, "leak");
    size_t count;
    unsetenv("SNAG_LEDGER");
    CHECK_EQ_INT(snag__ledger_append(NULL, &a, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__ledger_read(NULL, &all, &count, &e), SNAG_ERR_OK);
    CHECK_EQ_U64(count, 0);
    free(all);
}

TEST(damage_is_an_error) {
    static const char *const damaged[] = {
        "deadlock\tfinding\t-\tfast\t1\tnew\tkey\n",                /* a field short */
        "deadlock\tfinding\t-\tfast\t1\tnew\tkey\ta.repro\tmore\n", /* one too many */
        "deadlok\tfinding\t-\tfast\t1\tnew\tkey\ta.repro\n",
        "deadlock\tfound\t-\tfast\t1\tnew\tkey\ta.repro\n",
        "deadlock\tfinding\tR44\t-\tfast\t1\told\tkey\n",
        "deadlock\tfinding\t-\tfast\t1x\tnew\tkey\ta.repro\n",
        "deadlock\tfinding\t-\tfast\t1\tnewer\tkey\ta.repro\n",
        "deadlock\tfinding\t-\tfast\t1\tnew\tkey\ta.rep", /* torn off */
        "\n",
    };
    fresh();
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        struct snag__ledger_entry *all;
        size_t count;
        spill(damaged[i]);
        CHECK_EQ_INT(snag__ledger_read(path, &all, &count, &e), SNAG_ERR_FORMAT);
        CHECK(all == NULL && count == 0);
    }
    unlink(path);
}

TEST(a_name_cannot_break_the_lines) {
    fresh();
    struct snag__ledger_entry a = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__NEW, "leak\tx");
    CHECK_EQ_INT(snag__ledger_append(NULL, &a, &e), SNAG_ERR_FORMAT);
    unlink(path);
}

TEST(the_status_follows_fail_on) {
    struct snag__ledger_entry finding = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__NEW, "k");
    struct snag__ledger_entry known = entry(SNAG_LEAK, SNAG_GRADE_FINDING, SNAG__KNOWN, "k");
    struct snag__ledger_entry once =
        entry(SNAG_CHILD_DIED, SNAG_GRADE_FINDING, SNAG__UNREPRODUCED, "k");
    struct snag__ledger_entry hazard =
        entry(SNAG_SUSPEND_HOLDING_LOCK, SNAG_GRADE_HAZARD, SNAG__NEW, "k");
    CHECK_EQ_INT(snag__ledger_status(NULL, 0, "finding"), 0);
    CHECK_EQ_INT(snag__ledger_status(&finding, 1, "finding"), 1);
    CHECK_EQ_INT(snag__ledger_status(&finding, 1, "hazard"), 0);
    CHECK_EQ_INT(snag__ledger_status(&known, 1, "finding"), 0);
    CHECK_EQ_INT(snag__ledger_status(&known, 1, "finding,known"), 1);
    CHECK_EQ_INT(snag__ledger_status(&once, 1, "finding,hazard,hint,known"), 0);
    CHECK_EQ_INT(snag__ledger_status(&hazard, 1, "finding"), 0);
    CHECK_EQ_INT(snag__ledger_status(&hazard, 1, "finding,hazard"), 1);
}
