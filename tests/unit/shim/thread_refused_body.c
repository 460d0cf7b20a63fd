/* thread_refused_body.c: calls that only a thread of the system could bear, on others. */
#define _GNU_SOURCE
#include "../exec/cases.h"

#include "snag/scenario.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: who is behind it lives */

static void *behind(void *unused) {
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return unused;
}

static int kill_it(pthread_t t) {
    return pthread_kill(t, SIGUSR1);
}

static int queue_it(pthread_t t) {
    return pthread_sigqueue(t, SIGUSR1, (union sigval){.sival_int = 1});
}

static int (*const calls[])(pthread_t) = {kill_it, queue_it};

/* case_in: which call. */
void to_the_living(void);
void to_the_living(void) {
    pthread_t t;
    pthread_mutex_lock(&gate);
    pthread_create(&t, NULL, behind, NULL);
    out(calls[case_in](t)); /* does not return */
}

void to_the_ended(void);
void to_the_ended(void) {
    pthread_t t;
    pthread_create(&t, NULL, behind, NULL);
    struct timespec long_enough = {.tv_sec = 1};
    nanosleep(&long_enough, NULL);
    out(calls[case_in](t));
    pthread_join(t, NULL);
}

void to_nobody(void);
void to_nobody(void) {
    out(calls[case_in]((pthread_t)77));
}

static volatile size_t much = (size_t)1 << 30;

void a_stack_too_large(void);
void a_stack_too_large(void) {
    pthread_t t;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, much);
    out(pthread_create(&t, &attr, behind, NULL)); /* does not return */
}

SNAG_SCENARIO(refused) {
    case_body();
}
