/* work_stealing.c: a queue of tasks, whose owner pushes and pops at its tail without a lock, while
 * thieves take from its head under one.
 *
 * The protocol is THE of Cilk (Frigo, Leiserson, Randall: The Implementation of the Cilk-5
 * Multithreaded Language, PLDI 1998). In the pop, tail and head have to be written and read in this
 * order, for which processors need a fence.
 *
 * Wrong: the order is the other one. A thief who comes between the owner's look at the head and its
 * store to the tail gets the last task, and so does the owner.
 */
#include "crew.h"

#include <stdatomic.h>

#include "snag/scenario.h"

enum { TASKS = 4, STEALS = 2, NONE = -1 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int head, tail;
static atomic_int tasks[TASKS];
static atomic_int done[TASKS];

static void push(int task) {
    int t = atomic_load(&tail);
    atomic_store(&tasks[t], task);
    atomic_store(&tail, t + 1);
}

/* What a thief may have come for, too: under the lock. */
static int pop_contested(int t) {
    int task = NONE;
    atomic_store(&tail, t + 1);
    pthread_mutex_lock(&lock);
    atomic_store(&tail, t);
    if (atomic_load(&head) <= t) {
        task = atomic_load(&tasks[t]);
    } else {
        atomic_store(&tail, t + 1);
    }
    pthread_mutex_unlock(&lock);
    return task;
}

static int pop(void) {
    int t = atomic_load(&tail) - 1;
#ifdef FIXED
    atomic_store(&tail, t);
    int h = atomic_load(&head);
#else
    int h = atomic_load(&head);
    atomic_store(&tail, t);
#endif
    return h > t ? pop_contested(t) : atomic_load(&tasks[t]);
}

static int steal(void) {
    int task = NONE;
    pthread_mutex_lock(&lock);
    int h = atomic_load(&head);
    atomic_store(&head, h + 1);
    if (h + 1 <= atomic_load(&tail)) {
        task = atomic_load(&tasks[h]);
    } else {
        atomic_store(&head, h);
    }
    pthread_mutex_unlock(&lock);
    return task;
}

static void do_once(int task) {
    if (task != NONE) {
        snag_assert(atomic_fetch_add(&done[task], 1) == 0);
    }
}

static void *thief(void *unused) {
    for (int i = 0; i < STEALS; i++) {
        do_once(steal());
    }
    return unused;
}

SNAG_SCENARIO(work_stealing) {
    begin(thief, NULL);
    for (int i = 0; i < TASKS; i++) {
        push(i);
    }
    for (int i = 0; i < TASKS; i++) {
        do_once(pop());
    }
    await_all();
}
