/* fd_test.c: descriptors under control: hangs are seen, times are virtual, numbers and names are
 * the same in every execution, and what is closed is not used. What each call returns, against the
 * kernel, is conformance_body_fd.c's and conformance_body_socket.c's.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#include "../../exec/drive.h"
#include "fd_cases.h"

#include "sched/object.h"
#include "snag/fault.h"

#include <dirent.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Of every schedule. */
static void expect_hang(void (*body)(void), const char *key, const char *word) {
    for (uint64_t seed = 0; seed < 50; seed++) {
        const struct snag_verdict *v = drive_seed(body, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        CHECK_EQ_STR(v->findings[0].key, key);
        const struct snag__object *o = snag__object_get(v->findings[0].parties[0].object);
        CHECK_EQ_STR(snag__object_word(o), word);
    }
}

TEST(who_waits_for_ever_is_seen) {
    expect_hang(nobody_writes, "hang: nobody_writes", "pipe");
    expect_hang(both_read, "hang: both_read / waits_for_byte", "socket");
    expect_hang(nobody_connects, "hang: nobody_connects", "socket");
    expect_hang(polls_for_ever, "hang: polls_for_ever", "pipe");
    expect_hang(full_for_ever, "hang: full_for_ever", "pipe");
    expect_hang(one_byte_for_two, "hang: waits_for_byte", "pipe");
}

static int open_now(void) {
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d != NULL && readdir(d) != NULL)
        n++;
    if (d != NULL)
        closedir(d);
    return n;
}

TEST(nothing_is_left_open) {
    int before = open_now();
    for (uint64_t seed = 0; seed < 3000; seed++) {
        CHECK_EQ_STR(worst(drive_seed(both_read, "random", seed)), "hang");
        CHECK_EQ_STR(worst(drive_seed(numbers, "random", seed)), "");
    }
    CHECK_EQ_INT(open_now(), before);
}

TEST(a_bound_that_is_hit_is_told) {
    int before = open_now();
    for (int i = 0; i < 20; i++) {
        CHECK_EQ_INT(drive_case(opens_without_end)->end, SNAG_END_LIMIT);
        CHECK_EQ_INT(drive_case(opens_without_end)->limit, SNAG_LIMIT_DESCRIPTORS);
        CHECK_EQ_INT(drive_case(connects_everywhere)->limit, SNAG_LIMIT_DESCRIPTORS);
    }
    CHECK_EQ_INT(open_now(), before);
}

TEST(the_end_wakes_all) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(end_wakes_all, "random", seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_outs, 4);
        for (int i = 0; i < 4; i++)
            CHECK_EQ_INT(case_out[i], 0);
    }
}

TEST(who_reads_on_at_the_end_gets_nowhere) {
    for (uint64_t seed = 0; seed < 50; seed++)
        CHECK_EQ_INT(drive_seed(end_is_not_seen, "random", seed)->end, SNAG_END_LIVELOCK);
}

TEST(a_timeout_is_of_virtual_time) {
    CHECK_EQ_STR(worst(drive_case(times_out)), "");
    CHECK_EQ_INT(case_out[1], 0);
    CHECK_EQ_INT(case_out[2], 3600);
    unsigned late = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        CHECK_EQ_INT(drive_seed(races_with_time, "random", seed)->end, SNAG_END_DONE);
        late += case_out[0] == 0;
        struct snag__request r = drive_request("random", seed);
        r.no_timeouts = true;
        CHECK_EQ_INT(drive(&r)->end, SNAG_END_DONE);
        CHECK_EQ_INT(case_out[0], 1);
    }
    CHECK(late > 10 && late < 190);
}

TEST(a_wait_is_interrupted_where_asked_for) {
    unsigned times = 0;
    case_body = interrupted;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct snag__request r = drive_request("random", seed);
        r.faults = SNAG_FAULT_SET(SNAG_FAULT_INTERRUPT);
        CHECK_EQ_STR(worst(drive(&r)), "");
        times += case_out[0] == -1;
        CHECK_EQ_INT(case_out[1], case_out[0] == -1 ? EINTR : 0);
        r.faults = 0;
        (void)drive(&r);
        CHECK_EQ_INT(case_out[0], 1);
    }
    CHECK(times > 20);
}

TEST(a_lock_that_is_held_meanwhile_is_told) {
    const struct snag_verdict *v = drive_case(read_under_lock);
    CHECK_EQ_INT(v->findings_count, 1);
    CHECK_EQ_STR(v->findings[0].key,
                 "lock-around-io: read_under_lock holding read_under_lock's lock");
}

TEST(what_is_closed_is_not_used) {
    const struct snag_verdict *v = drive_case(closed_twice);
    CHECK_EQ_STR(v->findings[0].key, "misuse: close_again after close_one: use of a closed pipe");
    CHECK_EQ_INT(case_out[1], 0);
    CHECK_EQ_INT(case_out[2], -1);
    CHECK_EQ_INT(case_out[3], EBADF);
    v = drive_case(used_after_close);
    CHECK_EQ_STR(v->findings[0].key,
                 "misuse: used_after_close after close_one: use of a closed eventfd");
    CHECK_EQ_INT(case_out[1], -1);
    CHECK_EQ_INT(case_out[2], EBADF);
}

TEST(nor_while_it_is_waited_for) {
    static const char *const keys[] = {
        "misuse: close_one after closed_while_read: close of a number while its pipe is waited for",
        "misuse: closed_while_read after close_one: use of a closed pipe"};
    unsigned seen[2] = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct snag_verdict *v = drive_seed(closed_while_read, "random", seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE); /* nobody is left waiting */
        for (int i = 0; i < 2; i++)
            seen[i] += strcmp(v->findings[0].key, keys[i]) == 0;
    }
    CHECK_EQ_INT(seen[0] + seen[1], 200);
    CHECK(seen[0] > 20 && seen[1] > 20);
}

TEST(numbers_are_the_same_in_every_execution) {
    int64_t first[CASE_OUT];
    int other = dup(0); /* whatever else is open */
    (void)drive_case(numbers);
    memcpy(first, case_out, sizeof(first));
    CHECK_EQ_INT(first[3], first[2] + 1); /* the ends of the pipe */
    CHECK_EQ_INT(first[5], first[3]);     /* the lowest that is free */
    close(other);
    for (uint64_t seed = 0; seed < 20; seed++) {
        (void)drive_seed(numbers, "random", seed);
        CHECK_EQ_MEM(first, case_out, sizeof(first));
    }
}

TEST(names_too_and_they_meet_nobody_elses) {
    int64_t first[CASE_OUT];
    (void)drive_case(chosen_name);
    memcpy(first, case_out, sizeof(first));
    CHECK_EQ_INT(first[0], 0);
    CHECK_EQ_INT(first[2], (int64_t)sizeof(sa_family_t) + 6);
    for (int i = 0; i < 20; i++) {
        (void)drive_case(chosen_name);
        CHECK_EQ_MEM(first, case_out, sizeof(first));
    }
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    strcpy(name.sun_path + 1, TAKEN_NAME);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&name, sizeof(name)) == 0 || errno == EADDRINUSE);
    (void)drive_case(taken_name);
    CHECK_EQ_INT(case_out[0], 0);
    close(fd);
}

static void expect_same_again(void (*body)(void)) {
    for (uint64_t seed = 0; seed < 100; seed++) {
        uint64_t first = drive_seed(body, "random", seed)->digest;
        (void)drive_seed(numbers, "random", seed); /* another one in between */
        CHECK_EQ_U64(drive_seed(body, "random", seed)->digest, first);
    }
}

TEST(so_is_the_log) {
    expect_same_again(both_read);
    expect_same_again(end_wakes_all);
    expect_same_again(races_with_time);
    expect_same_again(closed_while_read);
}
