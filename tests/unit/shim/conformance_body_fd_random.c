/* conformance_body_fd_random.c: long random sequences of calls on descriptors, none of which waits:
 * all that they return, as one number for each sequence. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEQUENCES = 30, CALLS = 150, SLOTS = 12, BYTES = 70000 };

static int slots[SLOTS]; /* -1: none */
static uint64_t prng, seen;
static char buffer[BYTES];

static uint32_t below(uint32_t n) {
    prng ^= prng << 13;
    prng ^= prng >> 7;
    prng ^= prng << 17;
    return (uint32_t)(prng >> 32) % n;
}

static void note(int64_t value) {
    seen = (seen ^ (uint64_t)value) * UINT64_C(0x9e3779b97f4a7c15);
    seen ^= seen >> 29;
}

static void says(long result) {
    note(result);
    note(result >= 0 ? 0 : errno);
}

static int free_slot(void) {
    for (int i = 0; i < SLOTS; i++)
        if (slots[i] < 0)
            return i;
    return -1;
}

static void keep(int fd) {
    int at = free_slot();
    note(fd >= 0);
    if (at >= 0)
        slots[at] = fd;
    else if (fd >= 0)
        close(fd);
}

/* An open one, or -1. */
static int some(void) {
    return slots[below(SLOTS)];
}

static void make(void) {
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    int ends[2] = {-1, -1};
    switch (below(4)) {
    case 0:
        says(pipe2(ends, O_NONBLOCK));
        break;
    case 1:
        says(socketpair(AF_UNIX, types[below(3)] | SOCK_NONBLOCK, 0, ends));
        break;
    case 2:
        ends[0] = eventfd(below(3), EFD_NONBLOCK | (below(2) != 0 ? EFD_SEMAPHORE : 0));
        break;
    default:
        ends[0] = epoll_create1(0);
    }
    keep(ends[0]);
    if (ends[1] >= 0)
        keep(ends[1]);
}

static void drop(void) {
    uint32_t at = below(SLOTS);
    if (slots[at] >= 0)
        says(close(slots[at]));
    slots[at] = -1;
}

static void transfer(int fd) {
    static const uint32_t sizes[] = {0, 1, 8, 100, 3000, 4096, 5000, BYTES};
    uint32_t size = sizes[below(8)];
    int type;
    socklen_t length = sizeof(type);
    bool is_socket = getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
    if (size == 8)
        memset(buffer, 0, sizeof(buffer)), buffer[0] = (char)below(4);
    switch (below(6)) {
    case 0:
    case 1:
        says(write(fd, buffer, size));
        break;
    case 2:
        says(send(fd, buffer, size, MSG_NOSIGNAL | (below(2) != 0 ? MSG_DONTWAIT : 0)));
        break;
    case 3:
        says(is_socket ? recv(fd, buffer, size, below(2) != 0 ? MSG_PEEK : MSG_WAITALL) : -2);
        break;
    default:
        says(read(fd, buffer, size));
    }
}

static void look(void) {
    struct pollfd fds[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        fds[i] = (struct pollfd){slots[i], POLLIN | POLLOUT | POLLRDHUP, 0};
    says(poll(fds, SLOTS, 0));
    for (int i = 0; i < SLOTS; i++)
        note(fds[i].revents);
}

static void look_into(int set) {
    struct epoll_event e[SLOTS];
    int n = epoll_wait(set, e, SLOTS, 0);
    says(n);
    for (int i = 0; i < n; i++)
        note((int64_t)e[i].data.u64 * 100000 + e[i].events);
}

/* Which slot stands for a number: the numbers themselves differ. */
static void watch(int set) {
    uint32_t at = below(SLOTS);
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | (below(2) != 0 ? EPOLLET : 0),
                            .data.u64 = at};
    static const int what[] = {EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD};
    if (slots[at] >= 0)
        says(epoll_ctl(set, what[below(3)], slots[at], &e));
}

static void call(void) {
    int fd = some();
    uint32_t which = below(10);
    if (which == 0)
        make();
    else if (which == 1)
        look();
    else if (which == 2 && below(3) == 0)
        drop();
    else if (fd < 0)
        make();
    else if (which == 3)
        keep(below(2) != 0 ? dup(fd) : fcntl(fd, F_DUPFD_CLOEXEC, 0));
    else if (which == 4 && below(4) == 0)
        says(shutdown(fd, (int)below(3)));
    else if (which == 5)
        watch(fd);
    else if (which == 6)
        look_into(fd);
    else if (which == 7)
        note(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_ACCMODE));
    else
        transfer(fd);
}

static void sequences(void) {
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    for (uint64_t sequence = 1; sequence <= SEQUENCES; sequence++) {
        prng = sequence * UINT64_C(0x2545f4914f6cdd1d);
        seen = 0;
        for (int i = 0; i < SLOTS; i++)
            slots[i] = -1;
        for (int i = 0; i < CALLS; i++)
            call();
        for (int i = 0; i < SLOTS; i++)
            if (slots[i] >= 0)
                close(slots[i]);
        out((int64_t)seen);
    }
    signal(SIGPIPE, before);
}

const struct conformance_case conformance_cases_fd_random[] = {
    {"random calls on descriptors", "dup fcntl read write send recv poll epoll_ctl", sequences,
     NULL},
    {0},
};
