/* stacks.c: a thread that asks for a large stack and uses most of it, and, with STACKS_SMALL, now
 * and then one that uses as much without having asked. For tests/e2e/crash_test.sh.
 *
 * Both may get the same fiber, one execution after the other.
 */
#include <pthread.h>
#include <stddef.h>

#include "snag/scenario.h"

enum { STACK_BYTES = 4 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int turns;

static int deep(size_t bytes) {
    volatile char room[4096];
    for (size_t i = 0; i < sizeof(room); i += 1024)
        room[i] = (char)(bytes + i);
    int below = bytes > sizeof(room) ? deep(bytes - sizeof(room)) : 0;
    return below + room[bytes % sizeof(room)];
}

static void *goes_deep(void *unused) {
    (void)deep(STACK_BYTES / 2);
    return unused;
}

static void *turn(void *unused) {
    pthread_mutex_lock(&lock);
    turns++;
    pthread_mutex_unlock(&lock);
    return unused;
}

SNAG_SCENARIO(stacks) {
    pthread_t t, other;
    pthread_attr_t large;
    pthread_create(&other, NULL, turn, NULL);
    pthread_attr_init(&large);
    pthread_attr_setstacksize(&large, STACK_BYTES);
    pthread_mutex_lock(&lock);
    int has_turned = turns;
    pthread_mutex_unlock(&lock);
#ifdef STACKS_SMALL
    pthread_create(&t, has_turned ? NULL : &large, goes_deep, NULL);
#else
    (void)has_turned;
    pthread_create(&t, &large, goes_deep, NULL);
#endif
    pthread_attr_destroy(&large);
    pthread_join(t, NULL);
    pthread_join(other, NULL);
}
