/* annotate_body.c: code under test for annotate_test.c: it says what it is. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/annotate.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

struct shard {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_int count;
};

void named(void);
void named(void) {
    struct shard *s = calloc(3, sizeof *s);
    for (int i = 0; i < 3; i++) {
        if (i != 1) {
            snag_name(&s[i].lock, "shard[%d]", i);
            pthread_mutex_init(&s[i].lock, NULL);
        } else {
            pthread_mutex_init(&s[i].lock, NULL);
            snag_name(&s[i].lock, "shard[%d] of %s, and more than there is room for", i, "all");
        }
        snag_name(&s[i].changed, "%s", "odd\n\033name");
        snag_name(&s[i].count, "count");
        pthread_mutex_lock(&s[i].lock);
        pthread_cond_signal(&s[i].changed);
        atomic_fetch_add(&s[i].count, 1);
        pthread_mutex_unlock(&s[i].lock);
    }
    free(s);
    s = calloc(3, sizeof *s);
    atomic_fetch_add(&s[0].count, 1);
    free(s);
}

void unnamed(void);
void unnamed(void) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

/* Nothing else happens because of it: case_in 1 names, 0 does not. */
void observed(void);
void observed(void) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static atomic_int count;
    for (int i = 0; i < 3; i++) {
        if (case_in)
            snag_name(&lock, "lock %d", i);
        pthread_mutex_lock(&lock);
        if (case_in)
            snag_name(&count, "count %d", i);
        atomic_fetch_add(&count, 1);
        pthread_mutex_unlock(&lock);
    }
}

/* ---- threads ---- */

static void *asks(void *other) {
    char name[16];
    out(pthread_getname_np(pthread_self(), name, sizeof name));
    out(strcmp(name, "main") == 0);
    out(pthread_setname_np(pthread_self(), "flusher"));
    out(pthread_getname_np(pthread_self(), name, sizeof name));
    out(strcmp(name, "flusher") == 0);
    out(pthread_getname_np(pthread_self(), name, sizeof name - 1));
    out(pthread_setname_np(pthread_self(), "sixteen letters!"));
    out(pthread_setname_np(*(pthread_t *)other, "fifteen letters"));
    return NULL;
}

void thread_names(void);
void thread_names(void) {
    pthread_t t, self = pthread_self();
    pthread_create(&t, NULL, asks, &self);
    pthread_join(t, NULL);
    char name[16];
    out(pthread_getname_np(self, name, sizeof name));
    out(strcmp(name, "fifteen letters") == 0);
}

SNAG_SCENARIO(annotate) {
    case_body();
}
