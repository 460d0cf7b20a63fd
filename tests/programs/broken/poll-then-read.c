/* poll-then-read: two threads look whether there is something in a pipe, and read it, or leave.
 *
 * Wrong: what poll() saw the other one may have read by then; and this read waits.
 * Expected: a hang. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];
static atomic_int taken;

static void *take(void *unused) {
    (void)unused;
    struct pollfd there = {.fd = ends[0], .events = POLLIN};
    char c;
    if (poll(&there, 1, 0) == 1 && read(ends[0], &c, 1) == 1)
        atomic_fetch_add(&taken, 1);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    if (pipe(ends) != 0 || write(ends[1], "x", 1) != 1)
        return 1;
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, take, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("taken %d\n", atomic_load(&taken));
    close(ends[0]);
    close(ends[1]);
    return 0;
}
