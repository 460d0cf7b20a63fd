/* left_body.c: the code under test for left_test.c. See left_cases.h. */
#include "left_cases.h"

#include <pthread.h>
#include <stdlib.h>

#include "snag/task.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void keeps(void) {
    pthread_mutex_lock(&lock);
}

static void locked(void) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

static void io(void) {
    snag_io(1);
}

static void gives(void) {
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    snag_io(1);
    pthread_mutex_unlock(&lock);
}

static void many(void) {
    static pthread_mutex_t locks[65];
    for (int i = 0; i < 65; i++) {
        pthread_mutex_lock(&locks[i]);
    }
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    static void (*const ops[])(void) = {
        [KEEPS] = keeps, [LOCKED] = locked, [IO] = io, [GIVES] = gives, [MANY] = many};
    (void)shared, (void)unused, (void)result, (void)scope;
    ops[call->op]();
}

struct snag_impl left_impl = {.name = "left", .spec = &left_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(left_impl);
