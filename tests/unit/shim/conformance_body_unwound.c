/* conformance_body_unwound.c: a thread that is left through code compiled with -fexceptions, where
 * the compiler calls the handlers; among functions of plain C. See conformance.h.
 *
 * This file is compiled with -fexceptions (tests/CMakeLists.txt). */
#define _GNU_SOURCE
#include "conformance.h"

#include <semaphore.h>
#include <unistd.h>

static sem_t sem;
static int handled[8], handlers;

static void note(void *value) {
    if (handlers < 8)
        handled[handlers] = (int)(intptr_t)value;
    handlers++;
}

static void note_variable(const int *value) {
    note((void *)(intptr_t)*value);
}

static void leaves(void *exits) {
    __attribute__((cleanup(note_variable))) int four = 4;
    pthread_cleanup_push(note, (void *)(intptr_t)(four + 1));
    if (exits != NULL)
        pthread_exit((void *)33);
    sem_wait(&sem);
    pthread_cleanup_pop(0);
}

static void *starts(void *exits) {
    __attribute__((cleanup(note_variable))) int one = 1;
    pthread_cleanup_push(note, (void *)(intptr_t)(one + 1));
    conf_plain_push(note, (void *)3, leaves, exits);
    pthread_cleanup_pop(0);
    return NULL;
}

static void through_both(void) {
    for (int exits = 0; exits < 2; exits++) {
        pthread_t t;
        void *result = NULL;
        handlers = 0;
        sem_init(&sem, 0, 0);
        pthread_create(&t, NULL, starts, exits ? &sem : NULL);
        usleep(1000);
        if (!exits)
            pthread_cancel(t);
        pthread_join(t, &result);
        out(exits ? result == (void *)33 : result == PTHREAD_CANCELED);
        out(handlers);
        for (int i = 0; i < handlers && i < 8; i++)
            out(handled[i]);
        sem_destroy(&sem);
    }
}

static void *pops(void *unused) {
    pthread_cleanup_push(note, (void *)1);
    pthread_cleanup_push(note, (void *)2);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(0);
    return unused;
}

static void popped(void) {
    handlers = 0;
    conf_elsewhere(pops, NULL);
    out(handlers);
    out(handled[0]);
}

const struct conformance_case conformance_cases_unwound[] = {
    {"left through exceptions and plain C", "pthread_exit pthread_cancel", through_both, NULL},
    {"handlers that are popped", "pthread_exit", popped, NULL},
    {0},
};
