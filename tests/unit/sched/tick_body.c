/* tick_body.c: the code under test for tick_test.c: a loop that wakes up on its own, beside others.
 */
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static bool done;
static atomic_int beats;

static void *waits_for_good(void *unused) {
    pthread_mutex_lock(&m);
    while (!done)
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return unused;
}

static void tells(void) {
    pthread_mutex_lock(&m);
    done = true;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
}

/* `case_in` ticks, then it tells; 0: never. */
static void *ticks(void *changes) {
    struct pollfd p = {.fd = eventfd(0, 0), .events = POLLIN};
    for (int64_t left = case_in; poll(&p, 1, 60000) == 0;) {
        if (changes != NULL)
            atomic_fetch_add(&beats, 1);
        if (--left == 0) {
            tells();
            break;
        }
    }
    close(p.fd);
    return NULL;
}

static void two(void *(*f)(void *), void *(*g)(void *), void *argument) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, f, NULL);
    pthread_create(&t[1], NULL, g, argument);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

void idle_loop(void);
void idle_loop(void) {
    two(waits_for_good, ticks, NULL);
}

void busy_loop(void);
void busy_loop(void) {
    two(waits_for_good, ticks, &beats);
}

static void *ticks_quietly(void *unused) {
    struct pollfd p = {.fd = eventfd(0, 0), .events = POLLIN};
    while (poll(&p, 1, 45000) == 0) {
    }
    return unused;
}

void two_idle_loops(void);
void two_idle_loops(void) {
    pthread_t t;
    pthread_create(&t, NULL, ticks_quietly, NULL);
    two(waits_for_good, ticks, NULL);
}

SNAG_SCENARIO(tick) {
    case_body();
}
