/* options_test.c: the parser takes what options.def says and refuses the rest with one line. */
#include "base/options.h"

#include "base/suggest.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static const struct snag__usage explore = {"snag", true, "explore", "TARGET", "Runs.", 1, 1};
static const struct snag__usage recover = {"x.fast", false, "recover", "", "Recovers.", 0, 0};

static struct snag__options o;
static struct snag_error e;
static int first;

/* Parses up to six words after the command. */
static enum snag__parsed parse(const struct snag__usage *u, const char *a, const char *b,
                               const char *c, const char *d) {
    static char words[5][200];
    static char *argv[6];
    const char *given[] = {u->command, a, b, c, d};
    int argc = 0;
    for (size_t i = 0; i < 5 && given[i] != NULL; i++, argc++) {
        snprintf(words[i], sizeof words[i], "%s", given[i]);
        argv[argc] = words[i];
    }
    argv[argc] = NULL;
    memset(&e, 0, sizeof e);
    return snag__options_parse(u, argc, argv, &o, &first, &e);
}

TEST(defaults_are_those_of_the_table) {
    CHECK_EQ_INT(parse(&explore, "kv/mutex", NULL, NULL, NULL), SNAG__PARSED);
    CHECK_EQ_U64(o.schedules, 20000);
    CHECK_EQ_U64(o.seed, 1);
    CHECK_EQ_U64(o.steps_max, 20000);
    CHECK_EQ_U64(o.stack_bytes, 262144);
    CHECK_EQ_U64(o.batch, 16);
    CHECK_EQ_U64(o.timeout_ms, 2000);
    CHECK_EQ_STR(o.strategy, "portfolio");
    CHECK_EQ_STR(o.fail_on, "finding");
    CHECK_EQ_STR(o.on_finding, "continue");
    CHECK(!o.json && !o.no_shrink && o.flavour == NULL);
    CHECK_EQ_U64(o.given, 0);
}

TEST(values_are_taken_wherever_they_stand) {
    CHECK_EQ_INT(parse(&explore, "--schedules=7", "kv/mutex", "-s", "18446744073709551615"),
                 SNAG__PARSED);
    CHECK_EQ_U64(o.schedules, 7);
    CHECK_EQ_U64(o.seed, UINT64_MAX);
    CHECK_EQ_INT(first, 4);
    CHECK_EQ_U64(o.given, UINT64_C(1) << SNAG__OPTION_schedules | UINT64_C(1) << SNAG__OPTION_seed);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--json", "--fail-on", "finding,known"), SNAG__PARSED);
    CHECK(o.json);
    CHECK(snag__options_has(o.fail_on, "known"));
    CHECK(!snag__options_has(o.fail_on, "hazard"));
    CHECK(!snag__options_has(o.fail_on, "find"));
}

TEST(a_wrong_number_says_what_is_wanted) {
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--schedules", "abc", NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: --schedules wants a whole number from 1 to 10^12, not "
                         "'abc'; see snag explore --help");
    const char *const wrong[] = {"0",
                                 "-1",
                                 "+1",
                                 "1x",
                                 " 1",
                                 "0x10",
                                 "1000000000001",
                                 "1.",
                                 "1e3",
                                 "99999999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_EQ_INT(parse(&explore, "kv/mutex", "-n", wrong[i], NULL), SNAG__PARSED_BAD);
        CHECK(strstr(e.line, wrong[i]) != NULL);
    }
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "-n", "1000000000000", NULL), SNAG__PARSED);
}

TEST(a_missing_value_is_named) {
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--schedules", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: --schedules wants a whole number from 1 to 10^12, and "
                         "nothing follows it; see snag explore --help");
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "-n", NULL, NULL), SNAG__PARSED_BAD);
    CHECK(strstr(e.line, "--schedules wants") != NULL);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--out", "--json", NULL), SNAG__PARSED_BAD);
    CHECK(strstr(e.line, "--out wants a DIR, not '--json'") != NULL);
}

TEST(an_unknown_option_gets_the_nearest_name) {
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--shedules=3", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: no option '--shedules'; did you mean '--schedules'? see "
                         "snag explore --help");
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "-Z", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: no option '-Z'; see snag explore --help");
    /* An abbreviation would stop working when an option is added. */
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--sched=3", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--sched", "3", NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--js", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--json=yes", NULL, NULL), SNAG__PARSED_BAD);
    CHECK(strstr(e.line, "takes no value") != NULL);
}

TEST(an_option_is_known_only_where_it_belongs) {
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--flight=f", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--aim=2", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--jobs=2", NULL, NULL), SNAG__PARSED);
    CHECK_EQ_U64(o.searchers, 2); /* and not the `jobs` of regress, which has another default */
    CHECK_EQ_U64(o.jobs, 0);
    CHECK_EQ_INT(parse(&explore, "kv/mutex", "--flavour=tsan", NULL, NULL), SNAG__PARSED);
    CHECK_EQ_INT(parse(&recover, "--flight=f", "--kind=blocking-call", "--rerun", NULL),
                 SNAG__PARSED);
    CHECK(o.rerun);
    CHECK_EQ_STR(o.kind, "blocking-call");
    CHECK_EQ_INT(parse(&recover, "--kind=deadlock", NULL, NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&recover, "--flavour=fast", NULL, NULL, NULL), SNAG__PARSED_BAD);
}

TEST(arguments_are_counted) {
    CHECK_EQ_INT(parse(&explore, "--json", NULL, NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: wants TARGET; see snag explore --help");
    CHECK_EQ_INT(parse(&explore, "a", "b", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: 'b' is one argument too many; see snag explore --help");
    CHECK_EQ_INT(parse(&explore, "--", "--json", NULL, NULL), SNAG__PARSED);
    CHECK(!o.json);
    CHECK_EQ_INT(parse(&explore, "--help", NULL, NULL, NULL), SNAG__PARSED_HELP);
    CHECK_EQ_INT(parse(&explore, "-h", NULL, NULL, NULL), SNAG__PARSED_HELP);
}

TEST(sets_and_choices_take_their_words_only) {
    CHECK_EQ_INT(parse(&explore, "t", "--fail-on=finding,", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "t", "--fail-on=", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_INT(parse(&explore, "t", "--fail-on=hint,hazard", NULL, NULL), SNAG__PARSED);
    CHECK_EQ_INT(parse(&explore, "t", "--on-finding=stop", NULL, NULL), SNAG__PARSED_BAD);
    CHECK_EQ_STR(e.line, "snag explore: --on-finding wants one of continue|abort, not 'stop'; see "
                         "snag explore --help");
}

/* What the front hands to a target executable parses there to the same values. */
TEST(unparsed_options_parse_to_the_same) {
    char *words[SNAG__OPTIONS + 2];
    struct snag__usage child = explore;
    CHECK_EQ_INT(parse(&explore, "t", "--schedules=5", "--flavour=tsan", "--json"), SNAG__PARSED);
    words[0] = "explore";
    int count = snag__options_unparse(&o, "explore", UINT64_C(1) << SNAG__OPTION_out, words + 1);
    CHECK_EQ_INT(count, 3); /* not --flavour: an executable has one */
    words[count + 1] = NULL;
    child.front = false;
    child.arguments_min = child.arguments_max = 0;
    struct snag__options again;
    CHECK_EQ_INT(snag__options_parse(&child, count + 1, words, &again, &first, &e), SNAG__PARSED);
    CHECK_EQ_U64(again.schedules, 5);
    CHECK(again.json);
    CHECK_EQ_STR(again.out, "snag-out");
    for (int i = 1; i <= count; i++)
        free(words[i]);
}

TEST(help_fits_the_screen_and_says_defaults) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    CHECK(out != NULL);
    snag__options_help(out, &explore);
    fclose(out);
    CHECK(strstr(text, "usage: snag explore TARGET [options]\n") == text);
    CHECK(strstr(text, "--schedules N") != NULL);
    CHECK(strstr(text, "(default 20000)") != NULL);
    CHECK(strstr(text, "--flight") == NULL);
    int column = 0, widest = 0;
    for (const char *c = text; *c != '\0'; c++) {
        column = *c == '\n' ? 0 : column + (((unsigned char)*c & 0xc0) != 0x80);
        widest = column > widest ? column : widest;
    }
    free(text);
    CHECK(widest > 40 && widest <= 80);
}

TEST(a_slip_is_recognised_and_a_stranger_is_not) {
    const char *const names[] = {"kv/mutex", "kv/sharded", "channel/mpsc"};
    CHECK_EQ_STR(snag__suggest("kv/mutx", names, 3), "kv/mutex");
    CHECK_EQ_STR(snag__suggest("kv/shraded", names, 3), "kv/sharded");
    CHECK_EQ_STR(snag__suggest("kv/mutex", names, 3), "kv/mutex");
    CHECK(snag__suggest("oneshot", names, 3) == NULL);
    CHECK(snag__suggest("", names, 3) == NULL);
    char longest[200];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    CHECK(snag__suggest(longest, names, 3) == NULL);
}
