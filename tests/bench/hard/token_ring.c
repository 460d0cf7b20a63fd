/* token_ring.c: three threads pass a token on, each to the next; a fourth compares what they have.
 *
 * As `token_ring_bad` in SCTBench.
 *
 * Wrong: each takes its turn under the lock, but nothing says whose turn it is. Only if they come
 * in the order of the ring do all three have the same.
 */
#include "crew.h"

#include "snag/scenario.h"

enum { NODES = 3 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t passed = PTHREAD_COND_INITIALIZER;
static int has[NODES], turn;

static void enter(int whose) {
    pthread_mutex_lock(&lock);
#ifdef FIXED
    while (turn != whose) {
        pthread_cond_wait(&passed, &lock);
    }
#else
    (void)whose;
#endif
}

static void leave(void) {
    turn++;
    pthread_cond_broadcast(&passed);
    pthread_mutex_unlock(&lock);
}

static void *pass(void *mine) {
    int me = (int)((int *)mine - has);
    enter(me);
    has[me] = me == 0 ? has[NODES - 1] + 1 : has[me - 1];
    leave();
    return NULL;
}

static void *compare(void *unused) {
    enter(NODES);
    snag_assert(has[0] == has[1] && has[1] == has[2]);
    leave();
    return unused;
}

SNAG_SCENARIO(token_ring) {
    for (int i = 0; i < NODES; i++) {
        begin(pass, &has[i]);
    }
    begin(compare, NULL);
    await_all();
}
