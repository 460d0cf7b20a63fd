/* coroutine_body_misuse.c: code under test for coroutine_test.c: what is said of tasks, and cannot
 * be. Tasks by name only: nothing runs but who says it.
 */
#include "coroutine_cases.h"
#include "coroutine_lib.h"

#include <sched.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int turns;
static char task;

static void resumes(void) {
    SNAG_TASK_RESUMED(&task);
}

static void suspends(void) {
    SNAG_TASK_SUSPENDED(&task, NULL);
}

static void ends(void) {
    SNAG_TASK_ENDED(&task);
}

void co_resumed_after_end(void) {
    resumes();
    ends();
    if (case_in)
        SNAG_TASK_CREATED(&task);
    resumes();
}

void co_resumed_twice(void) {
    resumes();
    if (case_in)
        suspends();
    resumes();
}

static void resumes_a_while(void) {
    if (case_in)
        pthread_mutex_lock(&m);
    resumes();
    sched_yield();
    if (case_in || turns++ == 0)
        suspends();
    if (case_in)
        pthread_mutex_unlock(&m);
}

void co_resumed_by_two(void) {
    both(resumes_a_while, resumes_a_while);
}

void co_suspended_asleep(void) {
    SNAG_TASK_CREATED(&task);
    if (case_in)
        resumes();
    suspends();
}

void co_ends_twice(void) {
    resumes();
    ends();
    if (!case_in)
        ends();
}

void co_stack_late(void) {
    static char stack[4096];
    if (!case_in)
        resumes();
    SNAG_TASK_STACK(&task, stack, sizeof(stack));
}
