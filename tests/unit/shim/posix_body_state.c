/* posix_body_state.c: code under test for posix_test.c: what belongs to a thread, to an execution,
 * and to nobody: errno, thread-locals, globals, chance, the end of the process.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;

static _Thread_local int mine = 5;
struct bytes {
    char c[100];
};
static _Thread_local struct bytes zeroed __attribute__((aligned(256)));
static int initialised = 7;
static int zero;
static char array[3] = "ab"; /* ends at no word boundary */

static void *own_copy(void *unused) {
    (void)unused;
    out(errno);
    out(mine);
    mine = 9;
    errno = 99;
    pthread_mutex_lock(&plain); /* others run here, with their own */
    pthread_mutex_unlock(&plain);
    usleep(10);
    out(errno);
    out(mine);
    out(zeroed.c[99] + (int64_t)((uintptr_t)&zeroed % 256));
    zeroed.c[99] = 3;
    return NULL;
}

void per_thread(void);
void per_thread(void) {
    pthread_t a, b;
    out(errno);
    out(mine);
    mine = 1;
    errno = 11;
    pthread_create(&a, NULL, own_copy, NULL);
    pthread_create(&b, NULL, own_copy, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    out(errno);
    out(mine);
}

void per_execution(void);
void per_execution(void) {
    out(initialised);
    out(zero);
    out(array[0]);
    out(array[2]);
    out(rand());
    out(rand() % 1000);
    initialised = zero = 1234;
    memset(array, 'z', sizeof(array));
    srand(99);
}

/* rand is no constant, and its low bits change too. */
void randoms(void);
void randoms(void) {
    srand((unsigned)case_in);
    for (int i = 0; i < 64; i++)
        out(rand());
}

static void *exit_here(void *status) {
    exit((int)(intptr_t)status);
}

void exit_in_thread(void);
void exit_in_thread(void) {
    pthread_t t;
    pthread_create(&t, NULL, exit_here, (void *)(intptr_t)case_in);
    pthread_join(t, NULL);
    out(1);
}

void exit_low(void);
void exit_low(void) {
    if (case_in == 0)
        _exit(0);
    _Exit((int)case_in);
}

static volatile size_t much = (size_t)1 << 30;

void a_stack_too_large(void);
void a_stack_too_large(void) {
    pthread_t t;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, much);
    out(pthread_create(&t, &attr, exit_here, NULL)); /* does not return */
}

/* More thread-locals than fit, in all threads together. */
static _Thread_local volatile char big[64 << 10];

static void *touch_big(void *unused) {
    (void)unused;
    big[1] = 1;
    return NULL;
}

void too_many_locals(void);
void too_many_locals(void) {
    for (int i = 0; i < 100; i++) {
        pthread_t t;
        pthread_create(&t, NULL, touch_big, NULL);
        pthread_join(t, NULL);
    }
}
