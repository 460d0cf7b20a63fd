/* summary_test.c: the end of a campaign, in both forms, against tests/golden. */
#include "fixture.h"

#include "report/summary.h"

static struct snag__ledger_entry entries[] = {
    {.kind = SNAG_SUSPEND_HOLDING_LOCK,
     .grade = SNAG_GRADE_HAZARD,
     .rule = "R1",
     .flavour = "fast",
     .executions = 3,
     .key =
         "suspend-holding-lock: store_to_disk suspended holding the lock of a function with quite "
         "a long name that does not fit",
     .repro = "snag-out/kv-await-holding-mutex/suspend-holding-lock-77.repro"},
    {.kind = SNAG_SUSPENDED_OWNER,
     .grade = SNAG_GRADE_FINDING,
     .rule = "R1",
     .flavour = "fast",
     .executions = 1234,
     .key = "suspended-owner: store_to_disk suspended holding the lock of a function with quite "
            "a long name that does not fit",
     .repro = "snag-out/kv-await-holding-mutex/suspended-owner-1b.repro"},
    {.kind = SNAG_NON_LINEARIZABLE,
     .grade = SNAG_GRADE_FINDING,
     .flavour = "fast",
     .executions = 20000,
     .standing = SNAG__KNOWN,
     .key = "non-linearizable"},
    {.kind = SNAG_CHILD_DIED,
     .grade = SNAG_GRADE_FINDING,
     .flavour = "fast",
     .executions = 20001,
     .standing = SNAG__UNREPRODUCED,
     .key = "child-died: put",
     .repro = "snag-out/x.repro"},
};
static const struct snag__summary_finding found[] = {
    {&entries[0], 15000}, {&entries[1], 812}, {&entries[2], 1}, {&entries[3], 0}};

static const char *const never[] = {"put/len"};
static const struct snag__summary full = {.target = "kv/await-holding-mutex",
                                          .flavour = "fast",
                                          .executions = 1234567,
                                          .first_finding = 1234,
                                          .programs = 77000,
                                          .traces = 900123,
                                          .tasks_mean = 3.4,
                                          .ops_mean = 11.25,
                                          .points_mean = 41.5,
                                          .switches_mean = 6.1,
                                          .strategy = "random",
                                          .seed = 7,
                                          .limits = {[SNAG_LIMIT_STEPS] = 12},
                                          .unknown = 1,
                                          .pairs = 36,
                                          .pairs_seen = 35,
                                          .pairs_missing = never,
                                          .findings = found,
                                          .findings_count = 4};
static const struct snag__summary silent = {.target = "kv/mutex",
                                            .flavour = "tsan",
                                            .executions = 1,
                                            .traces = 1,
                                            .points_mean = 4,
                                            .switches_mean = 1};

static char *as_text(const struct snag__summary *s, uint32_t columns, bool json) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (json) {
        snag__summary_json(out, s);
        (void)fputc('\n', out);
    } else {
        snag__summary_print(out, s, columns, false);
    }
    (void)fclose(out);
    return text;
}

static void check_summary(const char *name, const struct snag__summary *s, bool json) {
    char *text = as_text(s, 80, json);
    EXPECT(json || fits(text, 80));
    check_golden(name, text);
    free(text);
}

TEST(findings_stand_before_hazards_each_with_its_file) {
    check_summary("summary_full.txt", &full, false);
}

TEST(silence_says_how_much_was_tried) {
    check_summary("summary_silent.txt", &silent, false);
}

TEST(the_same_as_json) {
    check_summary("summary_full.json", &full, true);
    check_summary("summary_silent.json", &silent, true);
}

TEST(flavours_that_took_turns_count_apart_and_nothing_is_said_of_the_coverage) {
    static struct snag__ledger_entry entry = {
        .kind = SNAG_RACE, .flavour = "tsan", .executions = 94, .key = "race: a / b"};
    static const struct snag__summary_finding one[] = {{&entry, 0}};
    const struct snag__summary turns = {.target = "t",
                                        .flavour = "fast",
                                        .seed = 1,
                                        .executions = 1234,
                                        .first_finding = 94,
                                        .first_flavour = "tsan",
                                        .turns = {{"fast", 1000}, {"tsan", 234}},
                                        .turns_count = 2,
                                        .partial = true,
                                        .findings = one,
                                        .findings_count = 1};
    char *text = as_text(&turns, 80, false);
    CHECK_EQ_STR(text, "t (fast, tsan): 1 finding in 1,234 schedules (1,000 in fast, 234 in "
                       "tsan), the\n    first in schedule 94 of tsan\n\n"
                       "   kind                 rule    first in     flavour\n"
                       "   -------------------- ---- ----------- -----------\n"
                       " 1 race                               94        tsan\n"
                       "    a / b\n");
    free(text);
    text = as_text(&turns, 80, true);
    CHECK_EQ_STR(text, "{\"target\":\"t\",\"flavour\":\"fast, tsan\",\"seed\":1,"
                       "\"schedules\":1234,\"schedules_by_flavour\":{\"fast\":1000,"
                       "\"tsan\":234},\"first_finding\":94,\"first_finding_flavour\":"
                       "\"tsan\",\"findings\":[{\"kind\":\"race\",\"grade\":\"finding\","
                       "\"rule\":\"\",\"key\":\"race: a / b\",\"flavour\":\"tsan\","
                       "\"standing\":\"new\",\"schedule\":94,\"repro\":\"\"}]}\n");
    free(text);
}

TEST(the_command_can_be_pasted_into_a_shell) {
    static const struct snag__ledger_entry entry = {
        .kind = SNAG_LEAK, .flavour = "fast", .key = "leak", .repro = "it's here/a.repro"};
    static const struct snag__summary_finding one[] = {{&entry, 0}};
    const struct snag__summary only = {.target = "t",
                                       .flavour = "fast",
                                       .command = "../my build/snag",
                                       .executions = 1,
                                       .findings = one,
                                       .findings_count = 1};
    char *text = as_text(&only, 80, false);
    const char *end = strstr(text, "\n\n");
    while (end != NULL && strstr(end + 1, "\n\n") != NULL)
        end = strstr(end + 1, "\n\n");
    CHECK_EQ_STR(end, "\n\nTo see it happen, step by step:\n"
                      "    '../my build/snag' replay 'it'\\''s here/a.repro'\n");
    EXPECT(strstr(text, "\n\n\n") == NULL);
    free(text);
}
