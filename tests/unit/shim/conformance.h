/* conformance.h: what each interposed function is documented to do, as cases that run twice: under
 * snag, and in mode off against the real function on real threads.
 *
 * A case writes its observations with out() and asserts nothing itself: conformance_test.c compares
 * the two runs. The rule: what a case observes must not depend on who runs when, nor on how long
 * anything takes, for it runs on real threads too: it may wait for another thread to have come
 * somewhere, but never guess that it has. No thread-locals: outside an execution there is one set.
 */
#ifndef TESTS_SHIM_CONFORMANCE_H
#define TESTS_SHIM_CONFORMANCE_H

#include "../exec/cases.h"

#include <pthread.h>
#include <stddef.h>
#include <time.h>

struct conformance_case {
    const char *name;
    const char
        *covers; /* the symbols whose behaviour it shows, by blanks; "*" stands for anything */
    void (*body)(void);
    const char *told; /* the finding that goes with an error that is documented, but a mistake */
};

/* Where the cases are: conformance_cases_<room>, in conformance_body_<room>.c. They end with {0}.
 */
#define CONFORMANCE_ROOMS(X)                                                                       \
    X(mutex)                                                                                       \
    X(robust)                                                                                      \
    X(cond)                                                                                        \
    X(rwlock)                                                                                      \
    X(sem)                                                                                         \
    X(once)                                                                                        \
    X(thread)                                                                                      \
    X(cancel)                                                                                      \
    X(unwound)                                                                                     \
    X(attr)                                                                                        \
    X(signal)                                                                                      \
    X(timer)                                                                                       \
    X(c11)                                                                                         \
    X(time)                                                                                        \
    X(heap)                                                                                        \
    X(atomic)                                                                                      \
    X(process)                                                                                     \
    X(fd)                                                                                          \
    X(socket)                                                                                      \
    X(epoll)                                                                                       \
    X(fd_random)                                                                                   \
    X(futex)                                                                                       \
    X(host)

#define CONFORMANCE_DECLARE(room) extern const struct conformance_case conformance_cases_##room[];
CONFORMANCE_ROOMS(CONFORMANCE_DECLARE)

static const struct timespec conf_past = {.tv_sec = 1};
static const struct timespec conf_nonsense = {.tv_sec = 2000000000, .tv_nsec = 1000000000};

static inline struct timespec conf_in(clockid_t clock, long ms) {
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

/* Calls f(argument) in a thread of its own, and waits for it. */
static inline void *conf_elsewhere(void *(*f)(void *), void *argument) {
    pthread_t t;
    void *result = NULL;
    pthread_create(&t, NULL, f, argument);
    pthread_join(t, &result);
    return result;
}

/* Calls f(argument) with a handler pushed, in plain C (conformance_body_cancel.c). */
void conf_plain_push(void (*handler)(void *), void *value, void (*f)(void *), void *argument);

#endif
