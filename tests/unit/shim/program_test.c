/* program_test.c: what a program with a main of its own finds, and what it leaves: streams.c,
 * environment.c, exit.c, files.c, maps.c, libc_state.c, and the verdict of its leaks.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../exec/drive.h"

#include "exec/recorder.h"
#include "shim/streams.h"

#include <fcntl.h>
#include <unistd.h>

#define CASES(X)                                                                                   \
    X(writes)                                                                                      \
    X(copies_its_streams)                                                                          \
    X(reopens_its_streams)                                                                         \
    X(writes_much)                                                                                 \
    X(changes_its_streams)                                                                         \
    X(reads)                                                                                       \
    X(looks_at_its_environment)                                                                    \
    X(exits_with_handlers)                                                                         \
    X(ends_with_a_timer_set)                                                                       \
    X(registers_too_many)                                                                          \
    X(leaves_much)                                                                                 \
    X(leaves_mapped)                                                                               \
    X(opens_by_number)                                                                             \
    X(opens_a_pipe_by_number)                                                                      \
    X(leaves_blocks)                                                                               \
    X(locks_a_stream)
#define DECLARE(name) void name(void);
CASES(DECLARE)

/* As a program, called in that way. */
static const struct snag_verdict *call(void (*body)(void), bool show) {
    static const struct snag__bounds bounds = {.steps_max = DRIVE_STEPS};
    struct snag__request r = {.show = show};
    drive_init(&bounds);
    struct snag__invocation *v = &snag__recorder->invocation;
    if (v->path[0] == '\0') {
        strcpy(v->path, "./program");
        EXPECT(snag__invocation_variable(v, "HOME=/own"));
    }
    case_body = body;
    return drive(&r);
}

static const char *wrote(void) {
    static char text[100];
    size_t bytes;
    bool cut;
    const char *from = snag__streams_text(&bytes, &cut);
    snprintf(text, sizeof text, "%.*s", (int)bytes, from);
    return text;
}

/* A timer is no thread of its own, that somebody would have to wait for. */
TEST(handlers_run_though_a_timer_is_set) {
    CHECK_EQ_INT(call(ends_with_a_timer_set, false)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 1);
}

TEST(what_it_writes_is_kept_where_it_is_shown) {
    call(writes, true);
    CHECK_EQ_STR(wrote(), "err\nraw\nout left");
    CHECK_EQ_INT(case_out[0], 4);
    CHECK_EQ_INT(case_out[1], -1);
    call(writes, false);
    CHECK_EQ_STR(wrote(), "");
}

TEST(what_it_does_to_their_numbers_the_process_does_not_notice) {
    int before = fcntl(STDOUT_FILENO, F_GETFL);
    call(copies_its_streams, true);
    CHECK_EQ_STR(wrote(), "kept");
    const int64_t expected[] = {4, 0, 0, 0, 0, 4, -1, 1};
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK_EQ_INT(case_out[i], expected[i]);
    CHECK_EQ_INT(fcntl(STDOUT_FILENO, F_GETFL), before);
}

TEST(a_stream_that_is_opened_anew_is_another_until_the_end) {
    const int64_t expected[] = {1, 0, 1, 5, 1};
    for (int again = 0; again < 2; again++) {
        call(reopens_its_streams, true);
        CHECK_EQ_STR(wrote(), "before all");
        for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
            CHECK_EQ_INT(case_out[i], expected[i]);
    }
}

TEST(as_much_as_there_is_room_for) {
    size_t bytes;
    bool cut;
    call(writes_much, true);
    (void)snag__streams_text(&bytes, &cut);
    CHECK(cut && bytes == 64 << 10);
    call(writes, true);
    (void)snag__streams_text(&bytes, &cut);
    CHECK(!cut && bytes == 16);
}

TEST(the_next_one_finds_its_streams_as_new) {
    for (int i = 0; i < 12; i++) {
        case_in = i % 4;
        const struct snag_verdict *v = call(changes_its_streams, true);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_out[0], 0);
        CHECK_EQ_INT(case_out[1], 0);
        CHECK_EQ_INT(case_out[2], case_in == 1 ? 0 : 1);
        CHECK_EQ_STR(wrote(), case_in == 0 ? "plain" : "");
    }
}

TEST(what_it_reads_is_the_same_each_time) {
    snag__streams_input("xy\nz", 4);
    for (int i = 0; i < 3; i++) {
        static const int expected[] = {'x', 'Z', 1, 'Z', 'y', 0, -1};
        call(reads, false);
        for (int k = 0; k < 7; k++)
            CHECK_EQ_INT(case_out[k], expected[k]);
    }
    snag__streams_input(NULL, 0);
}

TEST(its_environment_is_fixed_and_new_each_time) {
    for (int i = 0; i < 3; i++) {
        static const int expected[] = {4, 0, 1, 0};
        call(looks_at_its_environment, false);
        for (int k = 0; k < 4; k++)
            CHECK_EQ_INT(case_out[k], expected[k]);
    }
    CHECK(getenv("NEW") == NULL && getenv("PATH") != NULL);
}

TEST(handlers_run_at_its_exit_the_last_first) {
    for (case_in = 0; case_in < 3; case_in++) {
        const struct snag_verdict *v = call(exits_with_handlers, false);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_outs, 4);
        CHECK_EQ_INT(case_out[0], 3);
        CHECK_EQ_INT(case_out[1], 1);
        CHECK_EQ_INT(case_out[2], 10 * case_in + 5);
        CHECK_EQ_INT(case_out[3], 1);
    }
}

TEST(a_status_is_a_finding_where_it_is_asked_for) {
    case_in = 1;
    call(exits_with_handlers, false);
    snag__recorder->invocation.judged = SNAG__JUDGE_EXIT;
    CHECK_EQ_STR(worst(call(exits_with_handlers, false)), "abort");
    case_in = 0;
    CHECK_EQ_STR(worst(call(exits_with_handlers, false)), "");
    snag__recorder->invocation.judged = 0;
}

TEST(too_many_handlers_are_refused) {
    call(registers_too_many, false);
    CHECK_EQ_INT(case_out[0], 2000 - 1024);
}

TEST(nothing_stays_open_and_nothing_stays_set) {
    char before[200], after[200];
    CHECK(getcwd(before, sizeof before) != NULL);
    for (int i = 0; i < 3; i++) {
        int first[2] = {(int)case_out[1], (int)case_out[2]};
        call(leaves_much, false);
        CHECK_EQ_INT(case_out[0], 1);
        CHECK_EQ_INT(case_out[3], 0);
        CHECK_EQ_INT(case_out[4], 1);
        CHECK(i == 0 || (case_out[1] == first[0] && case_out[2] == first[1]));
        CHECK(getcwd(after, sizeof after) != NULL);
        CHECK_EQ_STR(after, before);
    }
}

static int pages(void) {
    char text[100] = "";
    int fd = open("/proc/self/statm", O_RDONLY);
    EXPECT(fd >= 0 && read(fd, text, sizeof text - 1) > 0 && close(fd) == 0);
    return (int)strtol(text, NULL, 10);
}

TEST(nothing_stays_mapped) {
    int before = 0;
    for (int i = 0; i < 20; i++) {
        before = i == 10 ? pages() : before;
        const struct snag_verdict *v = call(leaves_mapped, false);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        static const int expected[] = {1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1};
        CHECK_EQ_INT(case_outs, sizeof expected / sizeof expected[0]);
        for (int k = 0; k < case_outs; k++)
            CHECK_EQ_INT(case_out[k], expected[k]);
    }
    CHECK_EQ_INT(pages(), before);
}

TEST(a_number_of_a_stream_is_closed_by_it_alone) {
    int ends[2];
    char text[10] = "";
    for (int i = 0; i < 2; i++) {
        CHECK(pipe(ends) == 0);
        case_in = ends[1];
        const struct snag_verdict *v = call(opens_by_number, true);
        CHECK_EQ_STR(worst(v), "");
        static const int expected[] = {0, 1, -1, 1, 1, 1};
        CHECK_EQ_INT(case_outs, sizeof expected / sizeof expected[0]);
        for (int k = 0; k < case_outs; k++)
            CHECK(k == 2 || EXPECT_EQ_INT(case_out[k], expected[k]));
        CHECK_EQ_STR(wrote(), "printed.");
        CHECK_EQ_INT(close((int)case_out[2]), 0);
        CHECK_EQ_INT(read(ends[0], text, sizeof text), 7);
        CHECK_EQ_INT(read(ends[0], text, sizeof text), 0);
        CHECK_EQ_INT(close(ends[1]), -1);
        CHECK_EQ_INT(close(ends[0]), 0);
    }
}

TEST(a_stream_that_would_wait_in_the_kernel_is_refused) {
    const struct snag_verdict *v = call(opens_a_pipe_by_number, false);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_NOT_MODELLED);
    CHECK_EQ_INT(case_outs, 1);
}

TEST(a_leak_is_what_nobody_can_reach_where_it_is_asked_for) {
    CHECK_EQ_STR(worst(call(leaves_blocks, false)), "");
    snag__recorder->invocation.judged = SNAG__JUDGE_LEAKS;
    const struct snag_verdict *v = call(leaves_blocks, false);
    CHECK_EQ_STR(worst(v), "leak");
    CHECK_EQ_INT(v->findings_count, 1);
    snag__recorder->invocation.judged = 0;
}

TEST(a_stream_is_locked_by_one_thread_at_a_time) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct snag__request r = drive_request("random", seed);
        r.show = true;
        case_body = locks_a_stream;
        const struct snag_verdict *v = drive(&r);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(case_out[0], 0);
        CHECK(strcmp(wrote(), "aa.bb.") == 0 || strcmp(wrote(), "bb.aa.") == 0);
    }
}
