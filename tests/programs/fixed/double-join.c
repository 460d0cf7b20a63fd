/* double-join, mended: who finds the worker not joined yet says so before it waits. Expected:
 * nothing. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <threads.h>
#include <unistd.h>

static thrd_t worker;
static atomic_bool joined;

static int work(void *unused) {
    (void)unused;
    return 7;
}

static void wait_for_worker(void) {
    if (!atomic_exchange(&joined, true))
        thrd_join(worker, NULL);
}

static int reap(void *unused) {
    (void)unused;
    usleep(10000);
    wait_for_worker();
    return 0;
}

int main(void) {
    thrd_t reaper;
    thrd_create(&worker, work, NULL);
    thrd_create(&reaper, reap, NULL);
    wait_for_worker();
    thrd_join(reaper, NULL);
    printf("joined\n");
    return 0;
}
