/* conformance_body_epoll.c: epoll sets, select. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static void says(long result) {
    out(result);
    out(result >= 0 ? 0 : errno);
}

static int set, a[2], b[2];

static void add(int fd, uint32_t events, uint64_t data) {
    struct epoll_event e = {.events = events, .data.u64 = data};
    says(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
}

static void open_all(void) {
    set = epoll_create1(EPOLL_CLOEXEC);
    out(set >= 0);
    says(pipe(a));
    says(pipe(b));
}

static void close_all(void) {
    close(set);
    close(a[0]);
    close(a[1]);
    close(b[0]);
    close(b[1]);
}

static void show(int ready, const struct epoll_event *e) {
    says(ready);
    for (int i = 0; i < ready; i++)
        out((int64_t)e[i].data.u64 * 1000 + e[i].events);
}

static void levels_and_edges(void) {
    struct epoll_event e[4];
    struct timespec none = {0}, nonsense = {.tv_nsec = 1000000000};
    char byte;
    open_all();
    add(a[0], EPOLLIN, 1);
    add(b[0], EPOLLIN | EPOLLET, 2);
    add(a[0], EPOLLIN, 3);
    show(epoll_wait(set, e, 4, 0), e);
    show(epoll_wait(set, e, 4, 20), e);
    (void)!write(a[1], "x", 1);
    (void)!write(b[1], "x", 1);
    show(epoll_wait(set, e, 4, -1), e);
    show(epoll_wait(set, e, 4, -1), e); /* the level still, the edge not again */
    (void)!read(a[0], &byte, 1);
    show(epoll_pwait(set, e, 4, 0, NULL), e);
    (void)!write(b[1], "y", 1);
    show(epoll_pwait2(set, e, 4, NULL, NULL), e);
    show(epoll_pwait2(set, e, 4, &none, NULL), e);
    show(epoll_pwait2(set, e, 4, &nonsense, NULL), e);
    says(epoll_ctl(set, EPOLL_CTL_DEL, b[0], NULL));
    says(epoll_ctl(set, EPOLL_CTL_DEL, b[0], NULL));
    says(epoll_ctl(set, EPOLL_CTL_ADD, set, e));
    close(a[1]);
    a[1] = -1;
    show(epoll_wait(set, e, 1, -1), e);
    says(epoll_wait(set, e, 0, 0));
    says(epoll_wait(b[0], e, 4, -1));
    says(read(set, &byte, 1));
    close(a[0]); /* and so it is in the set no more */
    a[0] = -1;
    show(epoll_wait(set, e, 4, 0), e);
    close_all();
    says(epoll_create(0));
    set = epoll_create(1);
    says(close(set));
}

static void once(void) {
    struct epoll_event e[4];
    uint64_t n = 1;
    int fd = eventfd(0, 0);
    open_all();
    add(fd, EPOLLIN | EPOLLONESHOT, 7);
    (void)!write(fd, &n, sizeof(n));
    show(epoll_wait(set, e, 4, -1), e);
    show(epoll_wait(set, e, 4, 0), e);
    e[0] = (struct epoll_event){.events = EPOLLIN | EPOLLONESHOT, .data.u64 = 8};
    says(epoll_ctl(set, EPOLL_CTL_MOD, fd, &e[0]));
    show(epoll_wait(set, e, 4, -1), e);
    close(fd);
    close_all();
}

static void *writes_late(void *unused) {
    says(write(a[1], "x", 1));
    return unused;
}

static void waits(void) {
    struct epoll_event e[4];
    pthread_t t;
    open_all();
    add(a[0], EPOLLIN, 1);
    add(b[0], EPOLLIN, 2);
    pthread_create(&t, NULL, writes_late, NULL);
    int ready = epoll_wait(set, e, 4, -1);
    pthread_join(t, NULL);
    show(ready, e);
    close_all();
}

/* ---- select ---- */

static void show_sets(int ready, const fd_set *in, const fd_set *to) {
    says(ready);
    out(FD_ISSET(a[0], in) + 2 * FD_ISSET(b[0], in) + 4 * FD_ISSET(a[1], to));
}

static void selects(void) {
    fd_set in, to;
    struct timeval time = {.tv_usec = 20000}, negative = {.tv_sec = -1};
    struct timespec none = {0};
    open_all();
    int n = b[1] + 1;
    FD_ZERO(&in);
    FD_ZERO(&to);
    FD_SET(a[0], &in);
    FD_SET(b[0], &in);
    show_sets(select(n, &in, NULL, NULL, &time), &in, &to);
    out(time.tv_sec * 1000000 + time.tv_usec);
    FD_SET(a[0], &in);
    FD_SET(a[1], &to);
    show_sets(select(n, &in, &to, NULL, NULL), &in, &to);
    (void)!write(a[1], "x", 1);
    close(b[1]);
    b[1] = -1;
    FD_SET(a[0], &in);
    FD_SET(b[0], &in);
    FD_SET(a[1], &to);
    show_sets(pselect(n, &in, &to, NULL, &none, NULL), &in, &to);
    says(select(n, &in, NULL, NULL, &negative));
    says(select(-1, &in, NULL, NULL, NULL));
    time.tv_usec = 20000;
    says(select(0, NULL, NULL, NULL, &time));
    close_all();
}

const struct conformance_case conformance_cases_epoll[] = {
    {"levels and edges", "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2",
     levels_and_edges, NULL},
    {"one shot", "epoll_ctl", once, NULL},
    {"an epoll set waits", "epoll_wait", waits, NULL},
    {"select", "select pselect", selects, NULL},
    {0},
};
