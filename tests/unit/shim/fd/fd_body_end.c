/* fd_body_end.c: code under test for fd_test.c: the end of a stream that is not looked for. */
#include "fd_cases.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void *reads_on(void *unused) {
    char byte;
    while (read(ends[0], &byte, 1) >= 0) {
    }
    return unused;
}

/* Nobody writes any more, and it is read on. */
void end_is_not_seen(void) {
    pthread_t t;
    out(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    pthread_create(&t, NULL, reads_on, NULL);
    out(write(ends[1], "xy", 2));
    close(ends[1]);
    pthread_join(t, NULL);
}
