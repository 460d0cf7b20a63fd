/* conformance_body_process.c: chance, and how a process ends. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"
#include "snag/scenario.h"

#include <assert.h>
#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

static void chance(void) {
    int first[8], same = 1, in_range = 1, differ = 0;
    srand(7);
    for (int i = 0; i < 8; i++) {
        first[i] = rand();
        in_range &= first[i] >= 0 && first[i] <= RAND_MAX;
        differ |= first[i] != first[0];
    }
    srand(7);
    for (int i = 0; i < 8; i++)
        same &= rand() == first[i];
    out(same);
    out(in_range);
    out(differ);
    srand(8);
    int other = 0;
    for (int i = 0; i < 8; i++)
        other |= rand() != first[i];
    out(other);
}

const struct conformance_case conformance_cases_process[] = {
    {"chance", "rand srand", chance, NULL},
    {0},
};

void ends_by_exit(void);
void ends_by_exit(void) {
    exit((int)case_in);
}

void ends_by_quick_exit(void);
void ends_by_quick_exit(void) {
    quick_exit((int)case_in);
}

void ends_by__exit(void);
void ends_by__exit(void) {
    _exit((int)case_in);
}

void ends_by__Exit(void);
void ends_by__Exit(void) {
    _Exit((int)case_in);
}

static void *exits(void *unused) {
    (void)unused;
    exit((int)case_in);
}

void ends_by_exit_elsewhere(void);
void ends_by_exit_elsewhere(void) {
    conf_elsewhere(exits, NULL);
}

void ends_by_abort(void);
void ends_by_abort(void) {
    abort();
}

void ends_by_assert(void);
void ends_by_assert(void) {
    assert(case_in == 77);
}

/* Of the first thread: the process goes on as long as there are others, and then ends well. */
static void *outlives(void *unused) {
    usleep(1000);
    return unused;
}

void ends_by_pthread_exit(void);
void ends_by_pthread_exit(void) {
    pthread_t t;
    pthread_create(&t, NULL, outlives, NULL);
    pthread_exit((void *)5);
}

void ends_by_thrd_exit(void);
void ends_by_thrd_exit(void) {
    thrd_exit(5);
}

SNAG_SCENARIO(conformance) {
    case_body();
}
