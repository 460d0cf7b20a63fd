/* repro_test: what was written is read back as it was, and written again byte for byte; what is
 * wrong is refused with a line and a column.
 */
#include "repro/repro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../program/inputs.h"
#include "../program/specs.h"
#include "base/prng.h"
#include "test.h"

static struct snag__repro made, back;
static struct snag_error e;

/* The example of FORMAT.md, but for its comment. */
static const char example[] =
    "snag repro 1\n"
    "# Found by `snag fuzz`, shrunk from 6 tasks and 23 operations.\n"
    "target store/async\n"
    "spec a8d99fa0148b2bb6\n"
    "finding suspended-owner\n"
    "key suspended-owner: store_visit suspended holding lock of store_visit, store_put\n"
    "expect fast sync 90d1c4a5b2e3f687 key suspended-owner: store_visit suspended holding lock of "
    "store_visit, store_put\n"
    "expect tsan silent\n"
    "workers 2\n"
    "config capacity=4 shards=2\n"
    "task 1 {\n"
    "    open(key=1)\n"
    "    visit(key=2) {\n"
    "        put(key=1, value=-7, data=\"abc\")\n"
    "        len()\n"
    "    }\n"
    "    close(at=#1)\n"
    "}\n"
    "task 2 {\n"
    "    put(key=1, value=0, data=x00ff) aborted 2\n"
    "}\n"
    "schedule {\n"
    "    preempt t1 op 2 event 3 -> 0.2\n"
    "    next t2 op 1 event 4 -> 0.1\n"
    "    wake t1 op 2 event 7 -> 0.2\n"
    "    task 0.1 op 0 event 2 -> t2\n"
    "    latency t1 op 2 event 3 = 3\n"
    "}\n"
    "end\n";

static const struct snag_impl store_async = {.name = "store/async",
                                             .spec = &store_spec,
                                             .mode = SNAG_TASKS,
                                             .cancel = true,
                                             .without = 1u << STORE_GONE};

static enum snag_err parse(const char *text) {
    e.line[0] = '\0';
    return snag__repro_parse(text, "f.repro", &store_async, "store/async", &back, &e);
}

TEST(the_example_is_read_and_written_back) {
    CHECK_EQ_INT(parse(example), SNAG_ERR_OK);
    CHECK_EQ_STR(back.target, "store/async");
    CHECK_EQ_U64(back.spec_hash, snag__spec_hash(&store_spec));
    CHECK_EQ_INT(back.kind, SNAG_SUSPENDED_OWNER);
    CHECK_EQ_STR(back.note, "Found by `snag fuzz`, shrunk from 6 tasks and 23 operations.");
    CHECK_EQ_STR(back.expect[0].flavour, "fast");
    CHECK_EQ_STR(back.expect[0].key, back.key);
    CHECK_EQ_U64(back.expect[0].sync_digest, UINT64_C(0x90d1c4a5b2e3f687));
    CHECK_EQ_STR(back.expect[1].flavour, "tsan");
    CHECK_EQ_STR(back.expect[1].key, "");
    CHECK_EQ_INT(back.program.workers, 2);
    CHECK_EQ_INT(back.program.first[2], 6);
    CHECK_EQ_INT(back.program.ops[1].nested, 2);
    CHECK_EQ_INT(back.program.ops[2].args[1].i, -7);
    CHECK_EQ_INT(back.program.ops[5].args[2].bytes[1], 0xff);
    CHECK_EQ_INT(back.schedule.count, 5);
    CHECK_EQ_INT(back.schedule.list[0].preempts, 1);
    CHECK_EQ_INT(back.schedule.list[4].number, 3);
    char *text = snag__repro_text(&back, &store_async);
    EXPECT_EQ_STR(text, example);
    free(text);
    snag__repro_free(&back);
}

static const struct snag_impl *const impls[] = {&store_impl, &pool_impl, NULL};

static void random_text(struct snag__prng *rng, char *text, size_t room) {
    size_t n = snag__prng_below(rng, (uint32_t)room);
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)(1 + snag__prng_below(rng, snag__prng_chance(rng, 1, 2) ? 255 : 40));
    }
    text[n] = '\0';
}

static void make_invocation(struct snag__prng *rng, struct snag__invocation *v) {
    char word[40];
    random_text(rng, v->path, 40);
    if (v->path[0] == '\0') {
        return; /* a scenario */
    }
    random_text(rng, v->input, 40);
    v->judged = snag__prng_below(rng, 4);
    for (unsigned i = snag__prng_below(rng, 4); i > 0; i--) {
        random_text(rng, word, sizeof word);
        EXPECT(snag__invocation_argument(v, word));
    }
    for (unsigned i = snag__prng_below(rng, 4); i > 0; i--) {
        random_text(rng, word, sizeof word);
        (void)snag__invocation_variable(v, word); /* not if it is not NAME=VALUE */
    }
    EXPECT(snag__invocation_variable(v, "NAME=a value"));
}

/* Everything random that a repro may hold. */
static void make(uint64_t seed, const struct snag_impl *impl) {
    static struct snag__input in;
    struct snag__prng rng;
    snag__prng_seed(&rng, seed);
    memset(&made, 0, sizeof made);
    snprintf(made.target, sizeof made.target, "%s", impl == NULL ? "scene" : impl->name);
    made.kind = (enum snag_finding_kind)snag__prng_below(&rng, SNAG_FINDING_KINDS);
    random_text(&rng, made.key, sizeof made.key);
    made.unreproduced = snag__prng_chance(&rng, 1, 4);
    if (impl == NULL) {
        make_invocation(&rng, &made.invocation);
    }
    unsigned flavours = snag__prng_below(&rng, SNAG__REPRO_FLAVOURS + 1);
    for (unsigned i = 0; i < flavours; i++) {
        snprintf(made.expect[i].flavour, sizeof made.expect[i].flavour, "flavour-%u", i);
        made.expect[i].sync_digest = snag__prng_chance(&rng, 1, 2) ? snag__prng_next(&rng) : 0;
        random_text(&rng, made.expect[i].key, i % 2 ? 2 : sizeof made.expect[i].key);
    }
    size_t note = snag__prng_below(&rng, 200);
    for (size_t i = 0; i < note; i++) {
        made.note[i] = "ab #\n"[snag__prng_below(&rng, 5)];
        if (i > 0 && made.note[i] == '\n' && made.note[i - 1] == ' ') {
            made.note[i - 1] = '.'; /* blanks at the end of a line are not kept */
        }
    }
    if (note > 0) {
        made.note[note - 1] = 'z';
    }
    made.has_program = impl != NULL;
    snag__input_decode(&in, impl, (const uint8_t *)&seed, sizeof seed);
    for (uint64_t m = 0; m < seed % 40; m++) {
        snag__input_mutate(&in, impl, UINT32_MAX, seed + m);
    }
    made.program = in.program;
    made.spec_hash = impl == NULL ? 0 : snag__spec_hash(impl->spec);
    EXPECT(snag__schedule_copy(&made.schedule, &in.schedule));
    snag__input_free(&in);
}

static void same(const struct snag__repro *a, const struct snag__repro *b) {
    CHECK_EQ_STR(a->target, b->target);
    CHECK_EQ_U64(a->spec_hash, b->spec_hash);
    CHECK_EQ_INT(a->kind, b->kind);
    CHECK_EQ_STR(a->key, b->key);
    CHECK_EQ_INT(a->unreproduced, b->unreproduced);
    CHECK(memcmp(&a->invocation, &b->invocation, sizeof a->invocation) == 0);
    CHECK_EQ_STR(a->note, b->note);
    for (int i = 0; i < SNAG__REPRO_FLAVOURS; i++) {
        CHECK_EQ_STR(a->expect[i].flavour, b->expect[i].flavour);
        CHECK_EQ_STR(a->expect[i].key, b->expect[i].key);
        CHECK_EQ_U64(a->expect[i].sync_digest, b->expect[i].sync_digest);
    }
    CHECK_EQ_INT(a->has_program, b->has_program);
    CHECK(!a->has_program || program_equal(&a->program, &b->program));
    CHECK(schedule_equal(&a->schedule, &b->schedule));
}

TEST(a_program_is_called_as_it_was) {
    static const char text[] = "snag repro 1\n"
                               "target bank\n"
                               "program ./bank\n"
                               "argument -v\n"
                               "argument\n"
                               "argument \\x20two words\n"
                               "variable MODE=fast\n"
                               "input data/in.txt\n"
                               "judge exit leaks\n"
                               "finding none\n"
                               "key\n"
                               "schedule {\n"
                               "}\n"
                               "end\n";
    e.line[0] = '\0';
    (void)snag__repro_parse(text, "f", NULL, "bank", &back, &e);
    CHECK_EQ_STR(e.line, "");
    const struct snag__invocation *v = &back.invocation;
    CHECK_EQ_STR(v->path, "./bank");
    CHECK_EQ_INT(v->arguments, 3);
    const char *word = snag__invocation_first(v);
    CHECK_EQ_STR(word, "-v");
    word = snag__invocation_next(v, word);
    CHECK_EQ_STR(word, "");
    word = snag__invocation_next(v, word);
    CHECK_EQ_STR(word, " two words");
    word = snag__invocation_next(v, word);
    CHECK_EQ_STR(word, "MODE=fast");
    CHECK(snag__invocation_next(v, word) == NULL);
    CHECK_EQ_STR(v->input, "data/in.txt");
    CHECK_EQ_INT(v->judged, SNAG__JUDGE_EXIT | SNAG__JUDGE_LEAKS);
    char *again = snag__repro_text(&back, NULL);
    EXPECT_EQ_STR(again, text);
    free(again);
    snag__repro_free(&back);
}

TEST(a_program_called_in_no_legal_way_is_refused) {
    static const char *const lines[] = {"program\n",
                                        "program x\nvariable NONE\n",
                                        "program x\njudge\n",
                                        "program x\njudge leaks exit\n",
                                        "program x\nvariable A=1\nargument y\n",
                                        "argument y\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "snag repro 1\ntarget bank\n%sfinding none\nkey\nschedule {\n}\nend\n", lines[i]);
        EXPECT_EQ_INT(snag__repro_parse(text, "f", NULL, "bank", &back, &e), SNAG_ERR_FORMAT);
    }
}

TEST(anything_legal_survives_writing_and_reading) {
    for (uint64_t seed = 0; seed < 3000; seed++) {
        const struct snag_impl *impl = impls[seed % 3];
        make(seed, impl);
        char *text = snag__repro_text(&made, impl);
        CHECK(text != NULL);
        e.line[0] = '\0';
        snag__repro_parse(text, "f", impl, made.target, &back, &e);
        CHECK_EQ_STR(e.line, "");
        same(&made, &back);
        char *again = snag__repro_text(&back, impl);
        CHECK_EQ_STR(again, text);
        free(text);
        free(again);
        snag__repro_free(&made);
        snag__repro_free(&back);
    }
}

TEST(cut_anywhere_is_noticed) {
    char text[sizeof example];
    for (size_t n = 0; n < sizeof example - 5; n++) { /* without its last "end\n" */
        memcpy(text, example, n);
        text[n] = '\0';
        enum snag_err err = parse(text);
        CHECK(err == SNAG_ERR_FORMAT || err == SNAG_ERR_STALE || err == SNAG_ERR_TARGET);
        CHECK(strncmp(e.line, "f.repro:", 8) == 0);
        if (n > 0 && example[n - 1] == '\n') {
            CHECK_EQ_INT(err, SNAG_ERR_FORMAT);
            CHECK(strstr(e.line, "the file ends before its `end`") != NULL);
        }
    }
}

/* The example with the first occurrence of `from` replaced. */
static const char *changed(const char *from, const char *to) {
    static char text[2 * sizeof example];
    const char *at = strstr(example, from);
    EXPECT(at != NULL);
    if (at != NULL) {
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - example), example, to,
                 at + strlen(from));
    }
    return text;
}

#define WRONG(from, to, code, words)                                                               \
    do {                                                                                           \
        enum snag_err err_ = parse(changed(from, to));                                             \
        EXPECT_EQ_INT(err_, SNAG_ERR_##code);                                                      \
        if (!EXPECT(strstr(e.line, words) != NULL)) {                                              \
            EXPECT_EQ_STR(e.line, words);                                                          \
        }                                                                                          \
        if (err_ == SNAG_ERR_OK) {                                                                 \
            snag__repro_free(&back);                                                               \
        }                                                                                          \
    } while (0)

TEST(the_top_is_checked) {
    WRONG("snag repro 1", "snag repro 2", VERSION, "repro format 2, and this snag reads 1");
    WRONG("snag repro 1", "snag repro", FORMAT, "f.repro:1:11: expected the version");
    WRONG("snag repro 1", "#!/bin/sh", FORMAT, "f.repro:1:1: not a repro file");
    WRONG("store/async", "store/plain", TARGET,
          "is for target store/plain, and this is store/async");
    WRONG("spec a8", "spec A8", FORMAT, "f.repro:4:6: expected the spec's hash");
    WRONG("suspended-owner", "gremlin", FORMAT, "f.repro:5:9: this snag knows no finding of kind");
    WRONG("key suspended", "clue suspended", FORMAT, "f.repro:6:1: expected `key`");
    WRONG("visit suspended", "visit\\q", FORMAT, "f.repro:6:33: not an escape");
    WRONG("tsan silent", "fast silent", FORMAT, "flavour fast is given twice");
    WRONG("tsan silent", "tsan", FORMAT, "f.repro:8:12: expected `silent` or `key`");
    WRONG("tsan silent", "tsan key", FORMAT, "no finding is `silent`");
    WRONG("workers 2\n", "workers 9\n", FORMAT, "f.repro:9:9: workers must be from 1 to 8");
    WRONG("workers 2\n", "", STALE, "0 workers");
    WRONG("end\n", "end\nmore\n", FORMAT, "f.repro:30:1: only comments may follow");
    WRONG("end\n", "end now\n", FORMAT, "f.repro:29:5: the line should end here");
}

TEST(the_program_is_checked) {
    WRONG("shards=2", "buckets=2", STALE, "f.repro:10:19: spec store has no configuration value");
    WRONG(" shards=2", "", STALE, "not every configuration value of spec store");
    WRONG("shards=2", "capacity=2", FORMAT, "capacity is given twice");
    WRONG("shards=2", "shards=-1", STALE, "f.repro:10:26: shards must be from 0 to 92233");
    WRONG("config capacity=4 shards=2\n", "", STALE, "add a `config` line");
    WRONG("task 2", "task 3", FORMAT, "f.repro:19:6: the number of the task");
    WRONG("open(", "grab(", STALE, "f.repro:12:5: spec store has no operation `grab`");
    WRONG("visit(key", "visit(k", STALE, "f.repro:13:11: spec store has no argument `k`");
    WRONG(", value=-7", "", STALE, "put needs an argument `value`");
    WRONG("value=-7", "value=101", STALE, "f.repro:14:26: value must be from -100 to 100");
    WRONG("value=-7", "value=99999999999999999999", FORMAT, "value does not fit into 64 bits");
    WRONG("value=-7", "key=1", FORMAT, "key is given twice");
    WRONG("value=-7", "value=x", FORMAT, "f.repro:14:26: expected value here, a number");
    WRONG("\"abc\"", "\"abc", FORMAT, "f.repro:14:40: data lacks its closing quote");
    WRONG("\"abc\")", "\"abc", FORMAT, "data lacks its closing quote");
    WRONG("\"abc\"", "\"0123456789abcdefg\"", STALE, "data is longer than 16 bytes");
    WRONG("x00ff", "x00f", FORMAT, "not a byte of data");
    WRONG("len()", "len(", FORMAT, "f.repro:15:13: expected an argument's name or `)`");
    WRONG("len()", "len() len()", FORMAT, "f.repro:15:15: the line should end here");
    WRONG("len()", "visit(key=1) {", FORMAT, "cannot nest further");
    WRONG("open(key=1)", "open(key=1) {\n}", STALE, "open runs no nested program");
    WRONG("visit(key=2)", "visit(key=2, body=2)", FORMAT, "body is a nested program");
    WRONG("#1", "1", FORMAT, "f.repro:17:14: expected `#`");
    WRONG("#1", "#2", STALE, "task 1, operation 5, close: argument at=#2 names no live handle");
    WRONG("    close(at=#1)\n", "", STALE, "its handle is never given back");
    WRONG("aborted 2", "aborted", FORMAT, "expected turns here, a number");
    WRONG("aborted 2", "aborted 4", FORMAT, "turns must be from 1 to 3");
    WRONG("len()", "len() aborted 1", STALE, "len: may not be aborted");
    WRONG("open(key=1)", "open(key=1) aborted 1", STALE, "open: may not be aborted");
    WRONG("open(key=1)", "gone()", STALE, "not offered by this implementation");
}

TEST(the_schedule_is_checked) {
    WRONG("preempt", "prompt", FORMAT, "f.repro:23:5: expected preempt, next, wake");
    WRONG("t1 op 2 event 3", "t1.x op 2 event 3", FORMAT, "`t1.x` is no actor");
    WRONG("event 3 ->", "event -1 ->", FORMAT, "f.repro:23:27: the event's number must be from 0");
    WRONG("op 2 event 3", "op 65536 event 3", FORMAT, "the operation's number must be from 0");
    WRONG("event 3 -> 0.2", "event 3 = 2", FORMAT, "expected `->`");
    WRONG("event 3 = 3", "event 3 -> 0.1", FORMAT, "expected `=`");
    WRONG("schedule {", "schedules {", FORMAT, "f.repro:22:1: expected `schedule`");
}

TEST(an_event_between_two_numbered_ones_has_a_sub_ordinal) {
    const char *with_sub = changed("op 2 event 3 ->", "op 2 event 3.12 ->");
    CHECK_EQ_INT(parse(with_sub), SNAG_ERR_OK);
    CHECK_EQ_INT(back.schedule.list[0].ordinal, 3);
    CHECK_EQ_INT(back.schedule.list[0].sub, 12);
    CHECK_EQ_INT(back.schedule.list[1].sub, 0);
    char *text = snag__repro_text(&back, &store_async);
    EXPECT_EQ_STR(text, with_sub);
    free(text);
    snag__repro_free(&back);
    WRONG("event 3 ->", "event 3.0 ->", FORMAT, "the number after the point must be from 1");
    WRONG("event 3 ->", "event 3.65536 ->", FORMAT, "f.repro:23:29: the number after the point");
    WRONG("event 3 ->", "event 3. ->", FORMAT, "expected the event's number here, a number");
    WRONG("event 3 ->", "event 3. 1 ->", FORMAT, "expected the event's number here, a number");
    WRONG("event 3 ->", "event .1 ->", FORMAT, "expected the event's number here, a number");
}

TEST(freedoms_are_taken_and_normalised) {
    static const struct {
        const char *from, *to;
    } same_meaning[] = {
        {"key=1, value=-7, data=\"abc\"", "data=x616263 ,value = -7,key=1"},
        {"    open(key=1)\n", "\n  # a comment\n\topen ( key = 1 )  \r\n"},
        {"capacity=4 shards=2", "shards=2   capacity=4"},
        {"event 3 -> 0.2", "event 3->0.2"},
        {"end\n", "end"},
        {"end\n", "end\n\n# farewell\n"},
        {"expect fast", "  expect fast"},
    };
    for (size_t i = 0; i < sizeof same_meaning / sizeof same_meaning[0]; i++) {
        enum snag_err err = parse(changed(same_meaning[i].from, same_meaning[i].to));
        EXPECT_EQ_STR(e.line, "");
        CHECK_EQ_INT(err, SNAG_ERR_OK);
        char *text = snag__repro_text(&back, &store_async);
        EXPECT_EQ_STR(text, example);
        free(text);
        snag__repro_free(&back);
    }
}

TEST(another_spec_hash_alone_is_not_stale) {
    CHECK_EQ_INT(parse(changed("spec a8", "spec b8")), SNAG_ERR_OK);
    CHECK(back.spec_hash != snag__spec_hash(&store_spec));
    snag__repro_free(&back);
}

TEST(a_scenario_has_no_program) {
    CHECK_EQ_INT(snag__repro_parse(example, "f.repro", NULL, "store/async", &back, &e),
                 SNAG_ERR_FORMAT);
    CHECK(strstr(e.line, "f.repro:9:1: expected `schedule`") != NULL);
    CHECK_EQ_INT(snag__repro_parse("snag repro 1\ntarget s\nfinding none\nkey\nschedule {\n}\nend",
                                   "f", NULL, NULL, &back, &e),
                 SNAG_ERR_OK);
    CHECK(!back.has_program);
    snag__repro_free(&back);
}

TEST(random_damage_never_crashes_the_reader) {
    char text[sizeof example + 64];
    struct snag__prng rng;
    snag__prng_seed(&rng, 9);
    unsigned read = 0;
    for (int round = 0; round < 20000; round++) {
        size_t n = sizeof example - 1;
        memcpy(text, example, n + 1);
        for (unsigned k = 1 + snag__prng_below(&rng, 4); k > 0; k--) {
            size_t at = snag__prng_below(&rng, (uint32_t)n),
                   from = snag__prng_below(&rng, (uint32_t)n);
            size_t length = 1 + snag__prng_below(&rng, 12);
            if (at + length < n && from + length < n && snag__prng_chance(&rng, 1, 2)) {
                memmove(text + at, text + from, length);
            } else {
                text[at] = (char)(1 + snag__prng_below(&rng, 255));
            }
        }
        char *exact = strdup(text); /* reading past the end is caught by the sanitizer */
        if (parse(exact) == SNAG_ERR_OK) {
            read++;
            EXPECT_EQ_INT(snag__program_check(&back.program, &store_async, &e), SNAG_ERR_OK);
            snag__repro_free(&back);
        } else {
            EXPECT(e.line[0] != '\0');
        }
        free(exact);
    }
    printf("# %u of 20000 damaged files were still legal\n", read);
    CHECK(read > 100 && read < 19000);
}

TEST(files_are_written_peeked_and_read) {
    char path[] = "/tmp/snag-repro-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    CHECK_EQ_INT(parse(example), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__repro_write(path, &back, &store_async, &e), SNAG_ERR_OK);
    snag__repro_free(&back);
    CHECK_EQ_INT(snag__repro_peek(path, &made, &e), SNAG_ERR_OK);
    CHECK_EQ_STR(made.target, "store/async");
    CHECK_EQ_INT(made.schedule.count, 0);
    CHECK_EQ_INT(snag__repro_read(path, &store_async, "store/async", &made, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(made.schedule.count, 5);
    snag__repro_free(&made);
    CHECK_EQ_INT(truncate(path, 300), 0);
    CHECK_EQ_INT(snag__repro_read(path, &store_async, "store/async", &made, &e), SNAG_ERR_FORMAT);
    CHECK_EQ_INT(truncate(path, 400), 0); /* grown by zero bytes */
    CHECK_EQ_INT(snag__repro_peek(path, &made, &e), SNAG_ERR_FORMAT);
    CHECK(strstr(e.line, "not text") != NULL);
    CHECK_EQ_INT(unlink(path), 0);
    CHECK_EQ_INT(snag__repro_read(path, &store_async, "store/async", &made, &e), SNAG_ERR_IO);
}

TEST(op_print_says_how_long_it_would_be) {
    struct snag__op op = {.op = STORE_PUT};
    op.args[2].bytes_count = 2;
    memcpy(op.args[2].bytes, "a\"", 2);
    char text[64], small[8];
    const char *whole = "put(key=0, value=0, data=x6122)";
    CHECK_EQ_INT(snag__op_print(&store_spec, &op, text, sizeof text), strlen(whole));
    CHECK_EQ_STR(text, whole);
    CHECK_EQ_INT(snag__op_print(&store_spec, &op, small, sizeof small), strlen(whole));
    CHECK_EQ_STR(small, "put(key");
    CHECK_EQ_INT(snag__op_print(&store_spec, &op, NULL, 0), strlen(whole));
    op = (struct snag__op){.op = STORE_PUT};
    snag__op_print(&store_spec, &op, text, sizeof text);
    CHECK_EQ_STR(text, "put(key=0, value=0, data=\"\")");
    op.abort = 3;
    snag__op_print(&store_spec, &op, text, sizeof text);
    CHECK_EQ_STR(text, "put(key=0, value=0, data=\"\") aborted 3");
}
