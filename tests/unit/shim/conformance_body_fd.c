/* conformance_body_fd.c: pipes, eventfds, their numbers, poll. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* As the C library declares them where it checks sizes. */
ssize_t __read_chk(int fd, void *to, size_t bytes, size_t room);
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask,
                size_t room);
int fcntl64(int fd, int request, ...);

/* A call's result, and its error. */
static void says(long result) {
    out(result);
    out(result >= 0 ? 0 : errno);
}

/* The same of one that returns a number: only whether it does. */
static int opened(int fd) {
    says(fd >= 0 ? 0 : -1);
    return fd;
}

static void pipe_results(void) {
    int p[2];
    char to[16] = "";
    says(pipe2(p, O_NONBLOCK));
    out(p[1] > p[0]);
    says(read(p[0], to, 4));
    says(write(p[1], "hello", 5));
    says(read(p[0], to, 2));
    out(to[0] + to[1] * 256);
    says(__read_chk(p[0], to, 16, sizeof(to)));
    says(read(p[0], to, 0));
    says(read(p[1], to, 1));
    says(write(p[0], to, 1));
    says(close(p[1]));
    says(read(p[0], to, 1));
    says(close(p[0]));
    says(pipe2(p, 1));
    says(pipe(p)); /* what cannot be does not wait, either */
    says(read(p[1], to, 1));
    says(write(p[0], to, 1));
    says(recv(p[0], to, 1, 0));
    says(accept(p[0], NULL, NULL));
    close(p[0]);
    close(p[1]);
}

static void vectored(void) {
    int p[2];
    char a[3] = "", b[8] = "";
    struct iovec from[] = {{"one", 3}, {"two", 3}, {"", 0}};
    struct iovec to[] = {{a, sizeof(a)}, {b, sizeof(b)}};
    says(pipe(p));
    says(writev(p[1], from, 3));
    says(readv(p[0], to, 2));
    out(memcmp(a, "one", 3));
    out(memcmp(b, "two", 3));
    close(p[0]);
    close(p[1]);
}

/* ---- waiting ---- */

static int ends[2];

static void *writes_late(void *unused) {
    says(write(ends[1], "x", 1));
    return unused;
}

static void *closes(void *unused) {
    close(ends[1]);
    return unused;
}

static void read_waits(void) {
    pthread_t t;
    char to[4];
    says(pipe(ends));
    pthread_create(&t, NULL, writes_late, NULL);
    long got = read(ends[0], to, sizeof(to));
    pthread_join(t, NULL);
    says(got);
    pthread_create(&t, NULL, closes, NULL);
    says(read(ends[0], to, sizeof(to)));
    pthread_join(t, NULL);
    close(ends[0]);
}

enum { BIG = 300000 };

static void *reads_all(void *unused) {
    static char to[4096];
    long all = 0, got;
    while ((got = read(ends[0], to, sizeof(to))) > 0)
        all += got;
    out(all);
    return unused;
}

/* More than there is room for: the call returns when all is written. */
static void write_waits(void) {
    static char from[BIG];
    pthread_t t;
    pthread_create(&t, NULL, (says(pipe(ends)), reads_all), NULL);
    long put = write(ends[1], from, BIG);
    close(ends[1]);
    pthread_join(t, NULL);
    says(put);
    close(ends[0]);
}

/* A full pipe whose last page has room takes what fits there. */
static void last_page(void) {
    static char from[4096];
    says(pipe2(ends, O_NONBLOCK));
    long all = 0;
    while (write(ends[1], from, 3000) > 0)
        all += 3000;
    out(all);
    out(errno);
    fcntl(ends[1], F_SETFL, 0);
    says(write(ends[1], from, 1000));
    close(ends[0]);
    close(ends[1]);
}

/* ---- eventfds ---- */

static void *counts(void *unused) {
    uint64_t n = 3;
    says(write(ends[0], &n, sizeof(n)));
    return unused;
}

static void eventfds(void) {
    uint64_t n = 0;
    pthread_t t;
    ends[0] = opened(eventfd(2, EFD_NONBLOCK));
    says(read(ends[0], &n, sizeof(n)));
    out((int64_t)n);
    says(read(ends[0], &n, sizeof(n)));
    says(read(ends[0], &n, 4));
    n = UINT64_MAX;
    says(write(ends[0], &n, sizeof(n)));
    n = UINT64_MAX - 1;
    says(write(ends[0], &n, sizeof(n)));
    n = 1;
    says(write(ends[0], &n, sizeof(n)));
    close(ends[0]);
    ends[0] = opened(eventfd(0, EFD_SEMAPHORE));
    pthread_create(&t, NULL, counts, NULL);
    long got = read(ends[0], &n, sizeof(n));
    pthread_join(t, NULL);
    says(got);
    out((int64_t)n);
    close(ends[0]);
    opened(eventfd(0, 0x40000000));
}

/* ---- numbers ---- */

static void numbers(void) {
    int p[2];
    char to[4];
    says(pipe(p));
    int again = opened(dup(p[1]));
    int far = fcntl(p[1], F_DUPFD_CLOEXEC, again + 10);
    out(far >= again + 10);
    says(fcntl(far, F_GETFD));
    says(fcntl(again, F_GETFD));
    out(dup2(p[1], again) == again);
    out(dup2(p[1], p[1]) == p[1]);
    says(dup3(p[1], p[1], 0));
    says(dup3(p[1], again, 0x7777));
    out(dup3(p[1], again, O_CLOEXEC) == again);
    says(fcntl(again, F_GETFD));
    says(write(again, "x", 1));
    says(close(p[1]));
    says(write(far, "y", 1));
    says(close(far));
    int lowest = dup(p[0]);
    out(lowest == p[1]);
    close(lowest);
    close(again);
    says(read(p[0], to, 4));
    says(read(p[0], to, 4)); /* nobody can write any more */
    close(p[0]);
}

static void flags(void) {
    int p[2], on = 1, off = 0, n = -1;
    char to[4];
    says(pipe(p));
    says(fcntl(p[0], F_GETFL));
    says(fcntl(p[0], F_SETFL, O_NONBLOCK));
    says(fcntl64(p[0], F_GETFL));
    says(fcntl(p[1], F_GETFL));
    says(read(p[0], to, 1));
    says(ioctl(p[0], FIONBIO, &off));
    says(fcntl(p[0], F_GETFL));
    says(ioctl(p[0], FIONBIO, &on));
    says(read(p[0], to, 1));
    says(write(p[1], "abc", 3));
    says(ioctl(p[0], FIONREAD, &n));
    out(n);
    int other = dup(p[0]); /* what is said of one number holds for the other */
    says(fcntl(other, F_GETFL));
    close(other);
    close(p[0]);
    close(p[1]);
}

/* ---- poll ---- */

static void polls(void) {
    int p[2];
    says(pipe(p));
    struct pollfd fds[] = {{p[0], POLLIN, 0}, {p[1], POLLOUT | POLLIN, 0}, {-1, POLLIN, 7}};
    struct timespec none = {0}, nonsense = {.tv_nsec = 1000000000};
    says(poll(fds, 3, 0));
    out(fds[0].revents * 10000 + fds[1].revents * 100 + fds[2].revents);
    says(poll(fds, 1, 20));
    says(ppoll(fds, 1, &none, NULL));
    says(ppoll(fds, 1, &nonsense, NULL));
    says(__poll_chk(fds, 3, -1, sizeof(fds)));
    write(p[1], "x", 1);
    says(__ppoll_chk(fds, 3, NULL, NULL, sizeof(fds)));
    out(fds[0].revents);
    close(p[1]);
    fds[1].fd = -1;
    says(poll(fds, 2, -1));
    out(fds[0].revents);
    close(p[0]);
    says(poll(NULL, 0, 20));
}

static void poll_waits(void) {
    pthread_t t;
    says(pipe(ends));
    struct pollfd fds[] = {{-1, POLLIN, 0}, {ends[0], POLLIN, 0}};
    pthread_create(&t, NULL, writes_late, NULL);
    long ready = poll(fds, 2, -1);
    pthread_join(t, NULL);
    says(ready);
    out(fds[1].revents);
    close(ends[0]);
    close(ends[1]);
}

const struct conformance_case conformance_cases_fd[] = {
    {"pipe", "pipe pipe2 read __read_chk write close", pipe_results, NULL},
    {"vectors", "readv writev", vectored, NULL},
    {"a read waits", "read", read_waits, NULL},
    {"a write waits", "write", write_waits, NULL},
    {"the last page of a pipe", "write", last_page, NULL},
    {"eventfd", "eventfd", eventfds, NULL},
    {"numbers", "dup dup2 dup3 fcntl", numbers, NULL},
    {"flags", "fcntl fcntl64 ioctl", flags, NULL},
    {"poll", "poll ppoll __poll_chk __ppoll_chk", polls, NULL},
    {"poll waits", "poll", poll_waits, NULL},
    {0},
};
