/* named.c: code under test that names what it locks, and its threads: two shards are taken in the
 * order of the keys, so that two moves in opposite directions may meet.
 *
 * With NAMED_NOT it says nothing; what is found is the same. See tests/e2e/annotate_test.sh, which
 * also builds it without snag: then it runs once, and says so.
 */
#define _GNU_SOURCE
#ifdef NAMED_NOT
#define SNAG_NO_ANNOTATIONS
#endif
#include "snag/annotate.h"

#include <pthread.h>
#include <stdio.h>

static struct {
    pthread_mutex_t lock;
    int amount;
} shards[3] = {
    {PTHREAD_MUTEX_INITIALIZER, 5}, {PTHREAD_MUTEX_INITIALIZER, 5}, {PTHREAD_MUTEX_INITIALIZER, 5}};

static void move(int from, int to) {
    pthread_mutex_lock(&shards[from].lock);
    pthread_mutex_lock(&shards[to].lock);
    shards[from].amount--;
    shards[to].amount++;
    pthread_mutex_unlock(&shards[to].lock);
    pthread_mutex_unlock(&shards[from].lock);
}

static void *there(void *unused) {
    (void)unused;
#ifndef NAMED_NOT
    pthread_setname_np(pthread_self(), "there");
#endif
    move(1, 2);
    return NULL;
}

static void *back(void *unused) {
    (void)unused;
#ifndef NAMED_NOT
    pthread_setname_np(pthread_self(), "back");
#endif
    move(2, 1);
    return NULL;
}

static int body(void) {
    pthread_t a, b;
    for (int i = 0; i < 3; i++)
        snag_name(&shards[i].lock, "shard[%d]", i);
    pthread_create(&a, NULL, there, NULL);
#ifdef NAMED_ALONE
    pthread_join(a, NULL); /* nobody is in control: they must not meet */
    pthread_create(&b, NULL, back, NULL);
#else
    pthread_create(&b, NULL, back, NULL);
    pthread_join(a, NULL);
#endif
    pthread_join(b, NULL);
    return shards[1].amount + shards[2].amount;
}

#ifdef NAMED_ALONE
int main(void) {
    printf("moved: %d\n", body());
    return 0;
}
#else
#include "snag/scenario.h"
SNAG_SCENARIO(named) {
    snag_assert(body() == 10);
}
#endif
