/* summary_test.c: the end of a campaign, in both forms, against tests/golden. */
#include "fixture.h"

#include "base/symbol.h"
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

static const struct snag__unmodelled escapes[] = {{.name = "poll", .calls = 1},
                                                  {.name = "sem_wait", .site = 4096, .calls = 3}};
static const char *const never[] = {"put/len"};
static const struct snag__summary full = {
    .target = "kv/await-holding-mutex",
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
    .limits = {[SNAG_NO_LIMIT] = 1234555, [SNAG_LIMIT_STEPS] = 12},
    .unknown = 1,
    .pursuits = 70,
    .pairs = 36,
    .pairs_seen = 35,
    .pairs_missing = never,
    .discoveries = {{.flavour = "fast",
                     .schedules = 1234567,
                     .points = SNAG__DISCOVERY_POINTS,
                     .sampled = 43789,
                     .traces = {128000, 251000, 480123, 900123},
                     .pairs = {812, 1100, 1208, 1251},
                     .new_trace = 0.7012,
                     .new_pair = 0.0021}},
    .discoveries_count = 1,
    .yields = {{.name = SNAG__YIELD_GIVEN, .schedules = 77160, .pairs = 201, .traces = 70411},
               {.name = "random", .schedules = 694444, .pairs = 850, .traces = 512009},
               {.name = "pct", .schedules = 462963, .pairs = 200, .traces = 317703, .findings = 1},
               {.name = SNAG__YIELD_PURSUIT, .schedules = 70, .beside = true}},
    .yields_count = 4,
    .unmodelled = escapes,
    .unmodelled_count = 2,
    .findings = found,
    .findings_count = 4};
static const struct snag__summary silent = {.target = "kv/mutex",
                                            .flavour = "tsan",
                                            .executions = 1,
                                            .limits = {[SNAG_NO_LIMIT] = 1},
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
    snag__symbol_preset(4096, "take_all", "cache.c", 88);
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

/* The words for a discovery of these chances, after 1,000 schedules, all of them looked at. */
static void check_chance(double new_pair, double new_trace, const char *words) {
    struct snag__summary s = silent;
    s.executions = 1000;
    s.discoveries_count = 1;
    s.discoveries[0] = (struct snag__discovery){.flavour = "fast",
                                                .schedules = 1000,
                                                .points = SNAG__DISCOVERY_POINTS,
                                                .sampled = 1000,
                                                .new_pair = new_pair,
                                                .new_trace = new_trace};
    char *text = as_text(&s, 400, false);
    if (!EXPECT(strstr(text, words) != NULL))
        (void)fprintf(stderr, "%s", text);
    free(text);
}

TEST(a_chance_is_told_in_plain_words) {
    check_chance(0.82, 0.999,
                 "with probability about 0.82, a trace with nearly 1: the search is "
                 "far from done\n");
    check_chance(0.05, 1.0, "about 0.05, a trace with nearly 1: the search is far from done\n");
    check_chance(0.0021, 0.5, "about 1 in 476, a trace with about 0.50: there is more to find\n");
    check_chance(0.0, 0.0,
                 "less than 1 in 1,000, a trace with less than 1 in 1,000: interleavings "
                 "have levelled off\n");
}

TEST(a_short_run_does_not_say_that_it_has_levelled_off) {
    struct snag__summary s = silent;
    s.discoveries_count = 1;
    s.discoveries[0] = (struct snag__discovery){
        .flavour = "fast", .schedules = 999, .points = SNAG__DISCOVERY_POINTS, .sampled = 999};
    char *text = as_text(&s, 400, false);
    EXPECT(strstr(text, "less than 1 in 999: too few schedules to say more\n") != NULL);
    free(text);
}

TEST(several_jobs_are_told_as_one_without_a_curve) {
    struct snag__summary s = full;
    s.jobs = 4;
    s.discoveries[0].points = 1;
    char *text = as_text(&s, 400, false);
    EXPECT(strstr(text, " run by 4 jobs, about ") != NULL);
    EXPECT(strstr(text, "discovery: after all of the schedules: 812 different interleavings; "
                        "128,000 traces\n") != NULL);
    EXPECT(strstr(text, "(each job counts what was new to it)\n") != NULL);
    free(text);
    text = as_text(&s, 400, true);
    EXPECT(strstr(text, "\"jobs\":4,") != NULL);
    EXPECT(strstr(text, "\"interleavings\":[812],\"traces\":[128000]") != NULL);
    free(text);
}

TEST(each_flavour_has_its_own_discovery) {
    struct snag__summary s = silent;
    s.turns_count = s.discoveries_count = 2;
    (void)strcpy(s.discoveries[0].flavour, "fast");
    (void)strcpy(s.discoveries[1].flavour, "tsan");
    s.discoveries[0].schedules = s.discoveries[0].sampled = 10;
    s.discoveries[0].points = SNAG__DISCOVERY_POINTS;
    s.discoveries[1] = s.discoveries[0];
    (void)strcpy(s.discoveries[1].flavour, "tsan");
    char *text = as_text(&s, 400, false);
    EXPECT(strstr(text, "discovery: after 1/8, 1/4, 1/2 and all of the schedules in fast: 0") !=
           NULL);
    EXPECT(strstr(text, "discovery: after 1/8, 1/4, 1/2 and all of the schedules in tsan: 0") !=
           NULL);
    EXPECT(strstr(text, "unseen:    the next schedule in tsan would show") != NULL);
    free(text);
}

TEST(many_calls_that_are_not_modelled_are_cut_but_counted) {
    struct snag__unmodelled many[11];
    for (int i = 0; i < 11; i++)
        many[i] = (struct snag__unmodelled){.name = "sigwait", .calls = 1};
    struct snag__summary s = silent;
    s.unmodelled = many;
    s.unmodelled_count = 11;
    char *text = as_text(&s, 80, false);
    EXPECT(strstr(text, "and 3 more") != NULL);
    EXPECT(fits(text, 80));
    free(text);
}

TEST(inputs_are_named_unless_they_are_fixed) {
    static const struct snag__unmodelled inputs[] = {
        {.name = "fopen", .calls = 1, .input = "files"},
        {.name = "getpid", .calls = 1, .input = "process", .fixed = true}};
    struct snag__summary s = silent;
    s.inputs = inputs;
    s.inputs_count = 2;
    char *text = as_text(&s, 80, false);
    EXPECT(strstr(text, "inputs:    fopen (by its address): the program learns") != NULL);
    EXPECT(strstr(text, "getpid") == NULL);
    free(text);
    text = as_text(&s, 80, true);
    EXPECT(strstr(text, "\"about\":\"process\",\"fixed\":true") != NULL);
    free(text);
    s.inputs++;
    s.inputs_count = 1;
    text = as_text(&s, 80, false);
    EXPECT(strstr(text, "inputs:") == NULL);
    free(text);
}

static void check_title(const struct snag__summary *s, const char *title) {
    char *text = as_text(s, 200, false), *end = strchr(text, '\n');
    if (end != NULL)
        *end = '\0';
    EXPECT_EQ_STR(text, title);
    free(text);
}

TEST(silence_of_schedules_that_were_cut_short_is_none) {
    struct snag__summary s = silent;
    s.executions = 2000;
    s.limits[SNAG_NO_LIMIT] = 0;
    s.limits[SNAG_LIMIT_NOT_MODELLED] = 2000;
    check_title(&s, "kv/mutex (tsan): no finding, but none of 2,000 schedules came to its end: "
                    "2,000 ran out of what snag models: see 'not modelled'");
    s.limits[SNAG_NO_LIMIT] = 3;
    s.limits[SNAG_LIMIT_STEPS] = 1990;
    s.limits[SNAG_LIMIT_NOT_MODELLED] = 7;
    check_title(&s, "kv/mutex (tsan): no finding, but only 3 of 2,000 schedules came to their end: "
                    "1,990 ran out of scheduling points; --steps-max");
    char *json = as_text(&s, 80, true);
    EXPECT(strstr(json, "\"ended\":3,\"limits\"") != NULL);
    free(json);
    s.limits[SNAG_NO_LIMIT] = 1;
    s.limits[SNAG_LIMIT_LOCK_ORDER] = 1999;
    s.limits[SNAG_LIMIT_STEPS] = s.limits[SNAG_LIMIT_NOT_MODELLED] = 0;
    check_title(&s, "kv/mutex (tsan): no finding in 2,000 schedules"); /* all have ended */
    s.limits[SNAG_LIMIT_LOCK_ORDER] = 999;
    s.limits[SNAG_LIMIT_HEAP] = 1000;
    check_title(&s, "kv/mutex (tsan): no finding in 2,000 schedules"); /* half of them */
    s.findings = found;
    s.findings_count = 4;
    s.limits[SNAG_LIMIT_HEAP] = 5000;
    check_title(&s, "kv/mutex (tsan): 1 finding, 1 hazard, 1 already known in 2,000 schedules");
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
    CHECK_EQ_STR(
        text, "{\"target\":\"t\",\"flavour\":\"fast, tsan\",\"seed\":1,"
              "\"schedules\":1234,\"schedules_by_flavour\":{\"fast\":1000,"
              "\"tsan\":234},\"first_finding\":94,\"first_finding_flavour\":"
              "\"tsan\",\"not_modelled\":[],\"findings\":[{\"kind\":\"race\",\"grade\":\"finding\","
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
