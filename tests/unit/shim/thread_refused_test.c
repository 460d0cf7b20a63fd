/* thread_refused_test.c: what cannot be done to another vthread is refused, and never handed on.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../exec/drive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void to_the_living(void);
void to_the_ended(void);
void to_nobody(void);
void a_stack_too_large(void);

static const char *const names[] = {"pthread_kill of another thread",
                                    "pthread_sigqueue to another thread"};
enum { CALLS = sizeof(names) / sizeof(names[0]) };

/* What is written to standard error meanwhile. */
static const struct snag_verdict *drive_heard(void (*body)(void), char *said, size_t room) {
    int kept = dup(STDERR_FILENO), ends[2];
    EXPECT(pipe2(ends, O_NONBLOCK) == 0);
    dup2(ends[1], STDERR_FILENO);
    const struct snag_verdict *v = drive_case(body);
    dup2(kept, STDERR_FILENO);
    ssize_t n = read(ends[0], said, room - 1);
    said[n > 0 ? n : 0] = '\0';
    close(kept);
    close(ends[0]);
    close(ends[1]);
    return v;
}

TEST(to_the_living_it_ends_the_execution_and_is_told_once) {
    for (case_in = 0; case_in < CALLS; case_in++) {
        char said[512];
        const struct snag_verdict *v = drive_heard(to_the_living, said, sizeof said);
        CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
        CHECK_EQ_INT(v->limit, SNAG_LIMIT_NOT_MODELLED);
        CHECK_EQ_INT(v->findings_count, 0);
        CHECK_EQ_INT(case_outs, 0);
        CHECK(strstr(said, names[case_in]) != NULL);
        CHECK(strchr(said, '\n') == said + strlen(said) - 1);
        v = drive_heard(to_the_living, said, sizeof said);
        CHECK_EQ_INT(v->limit, SNAG_LIMIT_NOT_MODELLED);
        CHECK_EQ_STR(said, "");
    }
}

TEST(to_the_ended_it_does_nothing) {
    static const int answers[CALLS] = {0, 0};
    for (case_in = 0; case_in < CALLS; case_in++) {
        const struct snag_verdict *v = drive_case(to_the_ended);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], answers[case_in]);
    }
}

TEST(to_nobody_it_is_a_misuse) {
    for (case_in = 0; case_in < CALLS; case_in++) {
        const struct snag_verdict *v = drive_case(to_nobody);
        CHECK_EQ_STR(worst(v), "misuse");
        CHECK_EQ_INT(case_out[0], ESRCH);
    }
}

TEST(a_stack_that_is_too_large_is_a_bound) {
    const struct snag_verdict *v = drive_case(a_stack_too_large);
    CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
    CHECK_EQ_INT(v->limit, SNAG_LIMIT_STACKS);
    CHECK_EQ_INT(case_outs, 0);
}
