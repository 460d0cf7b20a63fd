/* findings_body_misuse.c: the misuses of findings_test.c, each with its silent twin (`case_in` 1).
 */
#define _GNU_SOURCE
#include "../exec/cases.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t locks[10];
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int ready;

static void start(pthread_t *t, void (*f)(void)) {
    pthread_create(t, NULL, (void *(*)(void *))(void *)f, NULL);
}

static void unlocks_of_another(void) {
    if (!case_in)
        pthread_mutex_unlock(&a);
}

void misuse_owner(void);
void misuse_owner(void) {
    pthread_t t;
    pthread_mutex_lock(&a);
    start(&t, unlocks_of_another);
    pthread_join(t, NULL);
    if (case_in)
        pthread_mutex_unlock(&a);
}

void misuse_free(void);
void misuse_free(void) {
    if (case_in)
        pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
}

void misuse_wait(void);
void misuse_wait(void) {
    struct timespec past = {.tv_sec = 1};
    if (case_in)
        pthread_mutex_lock(&a);
    pthread_cond_timedwait(&cond, &a, &past);
    if (case_in)
        pthread_mutex_unlock(&a);
}

static void signals(void) {
    pthread_mutex_lock(&a);
    ready = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&a);
}

static int waiting;

static void waiter(void) {
    pthread_mutex_lock(&a);
    waiting = 1;
    while (!ready)
        pthread_cond_wait(&cond, &a);
    pthread_mutex_unlock(&a);
}

void misuse_cond_destroy(void);
void misuse_cond_destroy(void) {
    pthread_t t;
    start(&t, waiter);
    for (int seen = 0; !seen; sched_yield()) {
        pthread_mutex_lock(&a);
        seen = waiting;
        pthread_mutex_unlock(&a);
    }
    if (!case_in)
        pthread_cond_destroy(&cond);
    signals();
    pthread_join(t, NULL);
}

static void frees_twice(char *p) {
    free(p);
    if (!case_in)
        free(p);
}

void misuse_double_free(void);
void misuse_double_free(void) {
    frees_twice(malloc(24));
}

static void frees_the_middle(char *p) {
    if (!case_in)
        free(p + 16);
    free(p);
}

void misuse_interior(void);
void misuse_interior(void) {
    frees_the_middle(malloc(64));
}

static char global_bytes[32];

static void frees_no_block(int which) {
    char local[32];
    /* The last two: where there is no memory, and where there cannot be any. */
    char *const places[] = {global_bytes, local, (char *)0x10000, (char *)0x5a5a5a5a5a5a5a50};
    char *volatile p = places[which];
    if (!case_in)
        free(p);
}

void misuse_no_block(void);
void misuse_no_block(void) {
    frees_no_block(0);
}

void misuse_no_block_stack(void);
void misuse_no_block_stack(void) {
    frees_no_block(1);
}

void misuse_no_block_unmapped(void);
void misuse_no_block_unmapped(void) {
    frees_no_block(2);
}

void misuse_no_block_no_address(void);
void misuse_no_block_no_address(void) {
    frees_no_block(3);
}

void misuse_realloc(void);
void misuse_realloc(void) {
    char *volatile p = malloc(24);
    if (!case_in)
        free(p);
    char *volatile q = realloc(p, 48);
    out(q != NULL);
    free(q);
}

/* Eight kinds of misuse in one execution, and a deadlock at the end of it. */
static void unlocks(int i) {
    pthread_mutex_unlock(&locks[i]);
}

void many_things(void);
void many_things(void) {
    unlocks(0);
    pthread_mutex_unlock(&locks[1]);
    pthread_mutex_unlock(&locks[2]);
    pthread_mutex_unlock(&locks[3]);
    pthread_mutex_unlock(&locks[4]);
    pthread_mutex_unlock(&locks[5]);
    pthread_mutex_unlock(&locks[6]);
    pthread_mutex_unlock(&locks[7]);
    pthread_mutex_unlock(&locks[8]);
    pthread_mutex_unlock(&locks[9]);
}
