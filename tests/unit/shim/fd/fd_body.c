/* fd_body.c: code under test for fd_test.c and fd_tsan_test.c: descriptors that are waited for for
 * ever, closed twice, closed under somebody's hands; and what they order. */
#define _GNU_SOURCE
#include "fd_cases.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "snag/scenario.h"

static int ends[2];
static int shared;

/* ---- waiting for ever ---- */

void nobody_writes(void) {
    char byte;
    out(pipe(ends));
    out(read(ends[0], &byte, 1));
}

static void *waits_for_byte(void *unused) {
    char byte;
    out(read(ends[0], &byte, 1));
    return unused;
}

/* Each waits for the other one to write first. */
void both_read(void) {
    pthread_t t;
    char byte;
    out(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    pthread_create(&t, NULL, waits_for_byte, NULL);
    out(read(ends[1], &byte, 1));
    pthread_join(t, NULL);
}

void nobody_connects(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    out(bind(fd, (struct sockaddr *)&name, sizeof(sa_family_t)));
    out(listen(fd, 1));
    out(accept(fd, NULL, NULL));
}

void polls_for_ever(void) {
    out(pipe(ends));
    struct pollfd fds[] = {{ends[0], POLLIN, 0}, {-1, 0, 0}};
    out(poll(fds, 2, -1));
}

void full_for_ever(void) {
    static char from[200000];
    out(pipe(ends));
    out(write(ends[1], from, sizeof(from)));
}

/* The end wakes all who read. */
void end_wakes_all(void) {
    pthread_t t[3];
    out(pipe(ends));
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, waits_for_byte, NULL);
    close(ends[1]);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    close(ends[0]);
}

/* One byte, two readers: the other one waits on. */
void one_byte_for_two(void) {
    pthread_t t[2];
    out(pipe(ends));
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, waits_for_byte, NULL);
    out(write(ends[1], "x", 1));
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
}

/* ---- time ---- */

void times_out(void) {
    struct timespec before, after;
    out(pipe(ends));
    struct pollfd p = {ends[0], POLLIN, 0};
    clock_gettime(CLOCK_MONOTONIC, &before);
    out(poll(&p, 1, 3600 * 1000));
    clock_gettime(CLOCK_MONOTONIC, &after);
    out(after.tv_sec - before.tv_sec);
}

static void *writes_byte(void *unused) {
    (void)!write(ends[1], "x", 1);
    return unused;
}

/* Whether it is in time is up to the search. */
void races_with_time(void) {
    pthread_t t;
    (void)!pipe(ends);
    struct pollfd p = {ends[0], POLLIN, 0};
    pthread_create(&t, NULL, writes_byte, NULL);
    out(poll(&p, 1, 10));
    pthread_join(t, NULL);
}

void interrupted(void) {
    pthread_t t;
    (void)!pipe(ends);
    pthread_create(&t, NULL, writes_byte, NULL);
    char byte;
    long got = read(ends[0], &byte, 1);
    out(got);
    out(got < 0 ? errno : 0);
    pthread_join(t, NULL);
}

/* ---- closed ---- */

static void close_one(void) {
    out(close(ends[0]));
}

static void close_again(void) {
    out(close(ends[0]));
    out(errno);
}

void closed_twice(void) {
    out(pipe(ends));
    close_one();
    close_again();
}

void used_after_close(void) {
    uint64_t n = 1;
    ends[0] = eventfd(0, 0);
    close_one();
    out(write(ends[0], &n, sizeof(n)));
    out(errno);
}

static void *closes_one(void *unused) {
    close_one();
    return unused;
}

/* Somebody may be reading from it just then. */
void closed_while_read(void) {
    pthread_t t;
    char byte;
    out(pipe(ends));
    pthread_create(&t, NULL, closes_one, NULL);
    sched_yield();
    out(read(ends[0], &byte, 1));
    pthread_join(t, NULL);
}

/* ---- bounds ---- */

void opens_without_end(void) {
    for (;;) {
        (void)!pipe(ends);
    }
}

void connects_everywhere(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    for (int i = 0;; i++) {
        memcpy(name.sun_path + 1, &i, sizeof(i));
        (void)connect(fd, (struct sockaddr *)&name, sizeof(name));
    }
}

/* ---- the same in every execution ---- */

void numbers(void) {
    int a[2], b[2];
    out(pipe(a));
    out(socketpair(AF_UNIX, SOCK_STREAM, 0, b));
    out(a[0]);
    out(a[1]);
    out(b[0]);
    close(a[1]);
    out(eventfd(0, 0));
    out(dup(b[1]));
}

void chosen_name(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t length = sizeof(name);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    out(bind(fd, (struct sockaddr *)&name, sizeof(sa_family_t)));
    out(getsockname(fd, (struct sockaddr *)&name, &length));
    out((int64_t)length);
    for (socklen_t i = 0; i < length - offsetof(struct sockaddr_un, sun_path); i++)
        out(name.sun_path[i]);
}

void taken_name(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    strcpy(name.sun_path + 1, TAKEN_NAME);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    out(bind(fd, (struct sockaddr *)&name, sizeof(name)));
}

/* ---- what they order ---- */

static void *hands_over(void *unused) {
    shared = 7;
    (void)!write(ends[1], "x", 1);
    return unused;
}

static void *hands_over_event(void *unused) {
    uint64_t n = 1;
    shared = 7;
    (void)!write(ends[0], &n, sizeof(n));
    return unused;
}

static void *hands_over_by_end(void *unused) {
    shared = 7;
    close(ends[1]);
    return unused;
}

static void *only_writes(void *unused) {
    shared = 7;
    return unused;
}

/* It writes to where it has been read from, so that nothing orders what came before. */
static void *reads_then_writes(void *unused) {
    char byte;
    (void)!read(ends[1], &byte, 1);
    shared = 8;
    return unused;
}

void ordered_by_pipe(void) {
    pthread_t t;
    char byte;
    (void)!pipe(ends);
    pthread_create(&t, NULL, hands_over, NULL);
    (void)!read(ends[0], &byte, 1);
    out(shared);
    pthread_join(t, NULL);
}

void ordered_by_socket(void) {
    pthread_t t;
    char byte;
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    pthread_create(&t, NULL, hands_over, NULL);
    (void)!recv(ends[0], &byte, 1, 0);
    out(shared);
    pthread_join(t, NULL);
}

void ordered_by_eventfd(void) {
    pthread_t t;
    ends[0] = eventfd(0, 0);
    struct pollfd p = {ends[0], POLLIN, 0};
    pthread_create(&t, NULL, hands_over_event, NULL);
    (void)!poll(&p, 1, -1);
    out(shared);
    pthread_join(t, NULL);
}

void ordered_by_end(void) {
    pthread_t t;
    char byte;
    (void)!pipe(ends);
    pthread_create(&t, NULL, hands_over_by_end, NULL);
    (void)!read(ends[0], &byte, 1);
    out(shared);
    pthread_join(t, NULL);
}

void not_ordered(void) {
    pthread_t t;
    char byte;
    (void)!pipe(ends);
    pthread_create(&t, NULL, only_writes, NULL);
    (void)!write(ends[1], "x", 1);
    (void)!read(ends[0], &byte, 1);
    out(shared);
    pthread_join(t, NULL);
}

/* What one end has read does not order what was written there before by nobody. */
void ordered_the_other_way(void) {
    pthread_t t;
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    pthread_create(&t, NULL, reads_then_writes, NULL);
    (void)!write(ends[0], "x", 1);
    out(shared);
    pthread_join(t, NULL);
}

/* ---- connections ---- */

static int listener;
static struct sockaddr_un at;
static socklen_t at_length;

static void listen_somewhere(void) {
    at = (struct sockaddr_un){.sun_family = AF_UNIX};
    at_length = sizeof(at);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)bind(listener, (struct sockaddr *)&at, sizeof(sa_family_t));
    (void)getsockname(listener, (struct sockaddr *)&at, &at_length);
    (void)listen(listener, 8);
}

static int connect_there(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)connect(fd, (struct sockaddr *)&at, at_length);
    return fd;
}

static void *connects_and_hands_over(void *unused) {
    int fd = connect_there();
    shared = 7;
    (void)!write(fd, "x", 1);
    return unused;
}

static void *hands_over_and_connects(void *unused) {
    shared = 7;
    (void)connect_there();
    return unused;
}

void ordered_by_connection(void) {
    pthread_t t;
    char byte;
    listen_somewhere();
    (void)connect_there(); /* says nothing */
    pthread_create(&t, NULL, connects_and_hands_over, NULL);
    (void)accept(listener, NULL, NULL);
    int fd = accept(listener, NULL, NULL);
    (void)!read(fd, &byte, 1);
    out(shared);
    pthread_join(t, NULL);
}

/* Somebody had come to a listener that is gone: nobody accepts that one any more. */
void ordered_by_next_listener(void) {
    listen_somewhere();
    (void)connect_there();
    close(listener);
    pthread_t t;
    char byte;
    listen_somewhere();
    pthread_create(&t, NULL, connects_and_hands_over, NULL);
    int fd = accept(listener, NULL, NULL);
    (void)!read(fd, &byte, 1);
    out(shared);
    pthread_join(t, NULL);
}

void ordered_by_connecting(void) {
    pthread_t t;
    listen_somewhere();
    pthread_create(&t, NULL, hands_over_and_connects, NULL);
    (void)accept(listener, NULL, NULL);
    out(shared);
    pthread_join(t, NULL);
}

/* What comes through one connection orders nothing of who is at the end of another. */
void not_by_another_connection(void) {
    pthread_t t;
    char byte;
    listen_somewhere();
    int mine = connect_there(), served = accept(listener, NULL, NULL);
    pthread_create(&t, NULL, connects_and_hands_over, NULL);
    (void)accept(listener, NULL, NULL);
    (void)!write(mine, "x", 1);
    (void)!read(served, &byte, 1);
    out(shared);
    pthread_join(t, NULL);
}

/* A lock that is held while the other end takes its time. */
void read_under_lock(void) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t t;
    char byte;
    (void)!pipe(ends);
    pthread_mutex_lock(&lock);
    pthread_create(&t, NULL, writes_byte, NULL);
    out(read(ends[0], &byte, 1));
    pthread_mutex_unlock(&lock);
    pthread_join(t, NULL);
}

static char buffer[4];

static void *reads_into_buffer(void *unused) {
    (void)!read(ends[0], buffer, 4);
    return unused;
}

/* The kernel's write to a buffer is the caller's. */
void buffer_race(void) {
    pthread_t t;
    (void)!pipe(ends);
    (void)!write(ends[1], "abcd", 4);
    pthread_create(&t, NULL, reads_into_buffer, NULL);
    out(buffer[0]);
    pthread_join(t, NULL);
}

/* A byte with a descriptor beside it, sent or received. */
struct passed {
    char byte;
    struct iovec piece;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    struct msghdr m;
};

static struct msghdr *message(struct passed *p) {
    memset(p, 0, sizeof(*p));
    p->piece = (struct iovec){&p->byte, 1};
    p->m = (struct msghdr){.msg_iov = &p->piece,
                           .msg_iovlen = 1,
                           .msg_control = p->control,
                           .msg_controllen = sizeof(p->control)};
    return &p->m;
}

static void pass(int through, int fd) {
    struct passed p;
    struct cmsghdr *c = CMSG_FIRSTHDR(message(&p));
    c->cmsg_len = CMSG_LEN(sizeof(fd));
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(c), &fd, sizeof(fd));
    (void)!sendmsg(through, &p.m, 0);
}

static void *is_passed_one(void *through) {
    struct passed p;
    (void)!recvmsg(*(int *)through, message(&p), 0);
    return NULL;
}

/* Each by a pair of its own: nothing orders the two who receive, and nothing need. */
void two_are_passed(void) {
    static int pairs[2][2];
    pthread_t t[2];
    for (int i = 0; i < 2; i++) {
        (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]);
        pthread_create(&t[i], NULL, is_passed_one, &pairs[i][1]);
    }
    pass(pairs[0][0], pairs[0][0]);
    pass(pairs[1][0], pairs[1][0]);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

/* What the kernel writes beyond a block is written by who asked for it. */
void reads_beyond(void) {
    char *block = malloc(4);
    (void)!pipe(ends);
    (void)!write(ends[1], "abcdefgh", 8);
    (void)!read(ends[0], block, 8);
    free(block);
}

void sends_what_is_freed(void) {
    char *block = malloc(4);
    memset(block, 0, 4);
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    free(block);
    (void)!send(ends[0], block, 4, 0);
}

SNAG_SCENARIO(descriptors) {
    case_body();
}
