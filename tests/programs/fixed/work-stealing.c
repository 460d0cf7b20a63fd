/* work-stealing, mended: for the last task the owner competes as a thief does. Expected: nothing.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { TASKS = 2, NONE = -1 };
static atomic_int top, bottom; /* tasks top to bottom - 1 are there */
static atomic_int tasks[TASKS];
static atomic_int done[TASKS];

static void push(int task) {
    int b = atomic_load(&bottom);
    atomic_store(&tasks[b % TASKS], task);
    atomic_store(&bottom, b + 1);
}

static int take(void) {
    int b = atomic_load(&bottom) - 1;
    atomic_store(&bottom, b);
    int t = atomic_load(&top);
    if (t > b) {
        atomic_store(&bottom, b + 1);
        return NONE;
    }
    int task = atomic_load(&tasks[b % TASKS]);
    if (t == b) {
        if (!atomic_compare_exchange_strong(&top, &t, t + 1))
            task = NONE;
        atomic_store(&bottom, b + 1);
    }
    return task;
}

static int steal(void) {
    int t = atomic_load(&top);
    if (t >= atomic_load(&bottom))
        return NONE;
    int task = atomic_load(&tasks[t % TASKS]);
    return atomic_compare_exchange_strong(&top, &t, t + 1) ? task : NONE;
}

static void *thief(void *unused) {
    (void)unused;
    int task = steal();
    if (task != NONE)
        atomic_fetch_add(&done[task], 1);
    return NULL;
}

int main(void) {
    pthread_t other;
    for (int i = 0; i < TASKS; i++)
        push(i);
    pthread_create(&other, NULL, thief, NULL);
    for (int task = take(); task != NONE; task = take())
        atomic_fetch_add(&done[task], 1);
    pthread_join(other, NULL);
    int first = atomic_load(&done[0]), second = atomic_load(&done[1]);
    printf("done %d %d\n", first, second);
    return first == 1 && second == 1 ? 0 : 1;
}
