/* recorder_test.c: a recorder gives the sparse schedule of its choice log, and trusts no index. */
#define _GNU_SOURCE
#include "exec/recorder.h"

#include "sched/schedule.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct snag_choice_entry entry(int kind, unsigned picked, unsigned def) {
    return (struct snag_choice_entry){.kind = (uint8_t)kind,
                                      .current_enabled = 1,
                                      .n = 3,
                                      .picked = (uint16_t)picked,
                                      .def = (uint16_t)def,
                                      .vthread = 1,
                                      .op = 2,
                                      .ordinal = 5};
}

/* Root "0", its children "0.1" and "0.2", tasks "t1" and "t1.1". */
static struct snag__recorder *fresh(void) {
    struct snag_error e = {0};
    if (snag__recorder_open(&e) != SNAG_ERR_OK)
        return NULL;
    struct snag__recorder *r = snag__recorder;
    r->vthreads_count = 3;
    r->vthreads[0] = (struct snag_actor){0, 1, {0}};
    r->vthreads[1] = (struct snag_actor){0, 2, {0, 1}};
    r->vthreads[2] = (struct snag_actor){0, 2, {0, 2}};
    r->tasks_count = 2;
    r->tasks[0] = (struct snag_actor){1, 1, {1}};
    r->tasks[1] = (struct snag_actor){1, 2, {1, 1}};
    r->choices_count = 0;
    return r;
}

TEST(only_choices_that_differ_become_switches) {
    struct snag__recorder *r = fresh();
    struct snag_schedule s = {0};
    CHECK(r != NULL);
    r->choices[0] = entry(SNAG_CHOOSE_NEXT, 1, 1);
    r->choices[1] = entry(SNAG_CHOOSE_NEXT, 2, 1);
    r->choices[2] = entry(SNAG_CHOOSE_WAKE, 0, 2);
    r->choices[3] = entry(SNAG_CHOOSE_TASK, 1, 0);
    r->choices[3].task = 1;
    r->choices[4] = entry(SNAG_CHOOSE_LATENCY, 4, 1);
    r->choices[5] = entry(SNAG_CHOOSE_NEXT, 0, 2);
    r->choices[5].current_enabled = 0;
    r->choices_count = 6;
    CHECK(snag__recorder_schedule(r, &s));
    CHECK_EQ_U64(s.count, 5);
    CHECK_EQ_INT(s.list[0].kind, SNAG_CHOOSE_NEXT);
    CHECK_EQ_INT(s.list[0].preempts, 1);
    CHECK_EQ_INT(s.list[0].op, 2);
    CHECK_EQ_U64(s.list[0].ordinal, 5);
    CHECK(snag__actor_equal(&s.list[0].at, &r->vthreads[1]));
    CHECK(snag__actor_equal(&s.list[0].to, &r->vthreads[2]));
    CHECK(snag__actor_equal(&s.list[1].to, &r->vthreads[0]));
    CHECK_EQ_INT(s.list[1].preempts, 0);
    CHECK(snag__actor_equal(&s.list[2].at, &r->tasks[0]));
    CHECK(snag__actor_equal(&s.list[2].to, &r->tasks[1]));
    CHECK_EQ_INT(s.list[3].number, 4);
    CHECK_EQ_INT(s.list[4].preempts, 0);
    /* The list is replaced, not added to. */
    r->choices_count = 2;
    CHECK(snag__recorder_schedule(r, &s));
    CHECK_EQ_U64(s.count, 1);
    snag__schedule_free(&s);
}

TEST(damage_ends_the_schedule_and_reads_nothing_beyond) {
    struct snag__recorder *r = fresh();
    struct snag_schedule s = {0};
    CHECK(r != NULL);
    struct snag_choice_entry bad[5];
    for (size_t i = 0; i < 5; i++)
        bad[i] = entry(SNAG_CHOOSE_NEXT, 2, 1);
    bad[0].picked = 3;       /* nobody */
    bad[1].vthread = 0xffff; /* nobody */
    bad[2].task = 3;         /* no such task */
    bad[3].kind = 200;       /* no such kind */
    bad[4].kind = SNAG_CHOOSE_TASK;
    for (size_t i = 0; i < 5; i++) {
        r->choices[0] = entry(SNAG_CHOOSE_NEXT, 2, 1);
        r->choices[1] = bad[i];
        r->choices[2] = entry(SNAG_CHOOSE_NEXT, 2, 1);
        r->choices_count = 3;
        CHECK(snag__recorder_schedule(r, &s));
        CHECK_EQ_U64(s.count, 1);
    }
    r->vthreads[2].depth = 200;
    r->choices_count = 1;
    CHECK(snag__recorder_schedule(r, &s));
    CHECK_EQ_U64(s.count, 0);
    /* Counts beyond every capacity. */
    r->vthreads[2].depth = 2;
    r->vthreads_count = UINT32_MAX;
    memset((void *)r->choices, 0, sizeof r->choices);
    r->choices_count = UINT32_MAX;
    CHECK(snag__recorder_schedule(r, &s));
    CHECK_EQ_U64(s.count, 0);
    snag__schedule_free(&s);
}

TEST(a_recorder_is_legible_only_as_this_version_wrote_it) {
    struct snag__recorder *r = fresh();
    CHECK(r != NULL);
    CHECK(snag__recorder_legible(r, sizeof *r));
    CHECK(!snag__recorder_legible(r, sizeof *r - 1));
    r->version++;
    CHECK(!snag__recorder_legible(r, sizeof *r));
    r->version--;
    r->bytes++;
    CHECK(!snag__recorder_legible(r, sizeof *r));
    r->bytes--;
    CHECK(snag__recorder_legible(r, sizeof *r));
}

TEST(the_supervisors_memory_is_used_when_it_is_there) {
    struct snag_error e = {0};
    char number[16];
    int fd = memfd_create("recorder", 0);
    CHECK(fd >= 0);
    snag__recorder = NULL;
    snprintf(number, sizeof number, "%d", fd);
    setenv("SNAG_RECORDER_FD", number, 1);
    CHECK_EQ_INT(snag__recorder_open(&e), SNAG_ERR_VERSION); /* too small */
    CHECK(ftruncate(fd, sizeof(struct snag__recorder)) == 0);
    int seen = dup(fd);
    CHECK_EQ_INT(snag__recorder_open(&e), SNAG_ERR_OK);
    CHECK(getenv("SNAG_RECORDER_FD") == NULL);
    CHECK(lseek(fd, 0, SEEK_CUR) == -1); /* closed */
    snag__recorder->executions = 42;
    struct snag__recorder *outside = mmap(NULL, sizeof *outside, PROT_READ, MAP_SHARED, seen, 0);
    CHECK(outside != MAP_FAILED);
    CHECK(snag__recorder_legible(outside, sizeof *outside));
    CHECK_EQ_U64(outside->executions, 42);
    munmap(outside, sizeof *outside);
    close(seen);
}

TEST(a_wrong_descriptor_is_an_error) {
    struct snag_error e = {0};
    snag__recorder = NULL;
    const char *const wrong[] = {"", "x", "3x", "-1", "987"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        setenv("SNAG_RECORDER_FD", wrong[i], 1);
        CHECK_EQ_INT(snag__recorder_open(&e), SNAG_ERR_SYSTEM);
        CHECK(snag__recorder == NULL);
    }
    unsetenv("SNAG_RECORDER_FD");
}
