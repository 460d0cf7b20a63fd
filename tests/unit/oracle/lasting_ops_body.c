/* lasting_ops_body.c: the code under test for lasting_ops_test.c: tasks that wait with locks in
 * hand while others come and go.
 */
#define _GNU_SOURCE
#include "lasting_ops_cases.h"

#include "snag/task.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, outer = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t telling = PTHREAD_COND_INITIALIZER, never = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static int told, begun, kept; /* how often; guarded by `lock` */
static int ends[2];

static void pass(void) {
    pthread_mutex_lock(&door);
    pthread_mutex_unlock(&door);
}

static void busy_holding(void) {
    pthread_mutex_lock(&outer);
    for (int i = 0; i < 8; i++)
        pass();
    pthread_mutex_unlock(&outer);
}

static __attribute__((noinline)) void await(const int *count, int times) {
    pthread_mutex_lock(&lock);
    while (*count < times)
        pthread_cond_wait(&telling, &lock);
    pthread_mutex_unlock(&lock);
}

static void once_more(int *count) {
    pthread_mutex_lock(&lock);
    ++*count;
    pthread_cond_broadcast(&telling);
    pthread_mutex_unlock(&lock);
}

static __attribute__((noinline)) void told_holding(void) {
    pthread_mutex_lock(&outer);
    await(&told, 1);
    pthread_mutex_unlock(&outer);
}

static void told_between(void) {
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    await(&told, 1);
}

static void tell(void) {
    once_more(&told);
}

static void wants_holding(void) {
    pthread_mutex_lock(&second);
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    pthread_mutex_unlock(&second);
}

static void after_begun(void) {
    await(&begun, BEGUN_TIMES);
    pthread_mutex_lock(&outer);
    once_more(&kept);
    await(&told, 1);
    pthread_mutex_unlock(&outer);
}

static void begins(void) {
    once_more(&begun);
    await(&kept, 1);
}

static void tell_late(void) {
    usleep(40000);
    tell();
}

static void timed_holding(void) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += 9000000;
    pthread_mutex_lock(&outer);
    pthread_mutex_lock(&lock);
    while (pthread_cond_timedwait(&never, &lock, &at) != ETIMEDOUT) {
    }
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&outer);
}

static void suspends(void) {
    pthread_mutex_lock(&outer);
    snag_task_sleep(1000000);
    pthread_mutex_unlock(&outer);
}

static void read_holding(void) {
    char byte;
    pthread_mutex_lock(&outer);
    if (read(ends[0], &byte, 1) != 1)
        abort();
    pthread_mutex_unlock(&outer);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)shared, (void)local, (void)result, (void)scope;
    static void (*const ops[])(void) = {[TOLD_HOLDING] = told_holding,
                                        [TOLD_BETWEEN] = told_between,
                                        [TELL] = tell,
                                        [TELL_LATE] = tell_late,
                                        [PASS] = pass,
                                        [BUSY_HOLDING] = busy_holding,
                                        [TIMED_HOLDING] = timed_holding,
                                        [SUSPENDS] = suspends,
                                        [READ_HOLDING] = read_holding,
                                        [WANTS_HOLDING] = wants_holding,
                                        [AFTER_BEGUN] = after_begun,
                                        [BEGUN] = begins};
    if (call->op == WRITE && write(ends[1], "", 1) != 1)
        abort();
    else if (call->op != WRITE)
        ops[call->op]();
}

static void *create(const struct snag_config *config) {
    (void)config;
    return pipe(ends) == 0 ? ends : NULL;
}

static void destroy(void *shared) {
    (void)shared;
    close(ends[0]);
    close(ends[1]);
}

struct snag_impl lasting_ops_impl = {.name = "lasting_ops",
                                     .spec = &lasting_ops_spec,
                                     .mode = SNAG_TASKS,
                                     .create = create,
                                     .destroy = destroy,
                                     .run = run};
SNAG_TARGET(lasting_ops_impl);
